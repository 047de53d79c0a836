"""Everything on the contact page but its timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from trellis.core.conditions import Kind
from trellis.core.money import minor_digits
from trellis.desk.queries.names import called, cause_of, say_point
from trellis.desk.queries.sentences import WITH
from trellis.desk.queries.today import STEP_ICONS
from trellis.journeys.engine.offers import ACCEPT
from trellis.journeys.models import MACHINE_KINDS, PERSON_KINDS, Journey, JourneyStatus, Task
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.schema import Question
from trellis.journeys.publish import document_at
from trellis.journeys.queries import Forecast, after_this, open_tasks, sentence_for, with_next_step
from trellis.people.fields import Field, custom_of
from trellis.people.models import CHANNELS, PURPOSES, Consent, Contact, ContactPoint
from trellis.people.queries import ContactSheet, contact_sheet
from trellis.team.models import User
from trellis.web.money import say_money

CAME_BY = {"web": "Website", "phone": "Phone", "sms": "Text", "email": "Email", "api": "API"}
FIRST = {JourneyStatus.OPEN: 0, JourneyStatus.PARKED: 1, JourneyStatus.CLOSED: 2}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A stage on the stem: done, here or to-do."""

    key: str
    title: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question of the playbook and what we know."""

    question: Question
    answer: str


@dataclass(frozen=True, kw_only=True)
class JourneySheet:
    """One journey as the page shows it."""

    journey: Journey
    document: Document
    tasks: list[Task]
    forecast: Forecast | None
    after: str

    @property
    def stem(self) -> list[Step]:
        keys = list(self.document.stages)
        here = keys.index(self.journey.stage.key) if self.journey.stage.key in keys else 0
        states = ("done" if index < here else "here" if index == here else "to-do" for index in range(len(keys)))
        return [
            Step(key=key, title=stage.title, state=state)
            for (key, stage), state in zip(self.document.stages.items(), states, strict=True)
        ]

    @property
    def questions(self) -> list[Asked]:
        answers = self.journey.answers
        return [Asked(question=asked, answer=str(answers.get(asked.key) or "")) for asked in self.document.questions]

    @property
    def custom(self) -> list[tuple[str, str, str]]:
        """As of a contact."""
        return told_in(custom_of("journey"), self.journey)

    @property
    def cause(self) -> str:
        """Why the next step is there."""
        return cause_of(self.next_task)

    @property
    def next_task(self) -> Task | None:
        return next((task for task in self.tasks if task.pk == self.journey.next_task_id), None)

    @property
    def is_for_a_person(self) -> bool:
        return self.next_task is not None and self.next_task.kind in PERSON_KINDS

    @property
    def offer_step(self) -> Task | None:
        """The step of somebody who is asked to accept it."""
        return next((task for task in self.tasks if task.rule_id == ACCEPT), None)

    @property
    def is_offer(self) -> bool:
        """That it is accepted comes first."""
        return self.next_task is not None and self.next_task == self.offer_step

    @property
    def planned(self) -> list[tuple[str, Task]]:
        """What people will do beside the next step, each with its icon."""
        return self._others(PERSON_KINDS)

    @property
    def automatic(self) -> list[tuple[str, Task]]:
        """What will happen by itself beside the next step."""
        return self._others(MACHINE_KINDS)

    def _others(self, kinds: Sequence[str]) -> list[tuple[str, Task]]:
        shown = {self.journey.next_task_id, self.offer_step.pk if self.offer_step else None}
        others = [task for task in self.tasks if task.kind in kinds and task.pk not in shown]
        return [(STEP_ICONS[task.kind], task) for task in others]


@dataclass(frozen=True, kw_only=True)
class Word:
    """What they said of one channel and purpose, if anything."""

    channel: str
    purpose: str
    consent: Consent | None

    @property
    def subject(self) -> str:
        """Texts about their request; calls with offers and news."""
        return f"{CHANNELS.get(self.channel, self.channel)} {WITH[self.purpose]}"


@dataclass(frozen=True, kw_only=True)
class ContactPage:
    sheet: ContactSheet
    journeys: list[Journey]
    shown: JourneySheet | None
    region: str

    @property
    def contact(self) -> Contact:
        return self.sheet.contact

    @property
    def name(self) -> str:
        return called(self.contact, self.region)

    @property
    def points(self) -> list[tuple[str, str, str]]:
        """What it is, how it reads, and where a click goes."""
        kinds = {"phone": ("Phone", "tel"), "email": ("Email", "mailto")}
        return [
            (kinds[point.kind][0], say_point(point, self.region), f"{kinds[point.kind][1]}:{point.value}")
            for point in [*self.sheet.phones, *self.sheet.emails]
        ]

    @property
    def custom(self) -> list[tuple[str, str, str]]:
        """What stands in the fields of the business: label, words, and where a link leads."""
        return told_in(custom_of("contact"), self.contact)

    @property
    def walked(self) -> list[tuple[Journey, int]]:
        """Their journeys, each with the number of stages on its path."""
        return [(journey, len(document_at(journey.playbook_id).stages)) for journey in self.journeys]

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Where each stage stands on its path: its position, and of how many."""
        paths = [list(document_at(journey.playbook_id).stages) for journey in self.journeys]
        return {key: (position, len(path)) for path in paths for position, key in enumerate(path)}

    @property
    def first_touch(self) -> str:
        return say_touch(self.contact.first_touch)

    @property
    def last_touch(self) -> str:
        """Where they came from the last time, when that was another way."""
        last = say_touch(self.contact.last_touch)
        return last if last != self.first_touch else ""

    @property
    def consents(self) -> list[Word]:
        """What stands for each channel by which they can be reached, or of which they said something."""
        said, points = self.sheet.consents, {"email": self.sheet.emails, "sms": self.sheet.phones}
        about = [(channel, purpose) for channel in CHANNELS for purpose in PURPOSES]
        shown = {channel for channel, _ in said} | {channel for channel, theirs in points.items() if theirs}
        return [
            Word(channel=channel, purpose=purpose, consent=said.get((channel, purpose)))
            for channel, purpose in about
            if channel in shown
        ]

    @property
    def consents_before(self) -> list[Word]:
        """What they said before, the newest first."""
        newest = {word.pk for word in self.sheet.consents.values()}
        before = [one for one in reversed(self.sheet.words) if one.pk not in newest]
        return [Word(channel=one.channel, purpose=one.purpose, consent=one) for one in before]

    @property
    def phones(self) -> list[ContactPoint]:
        return self.sheet.phones

    @property
    def best_channel(self) -> str:
        """By text where they have a number, else by email; nothing when neither would reach them."""
        return next(iter(self.channels), "")

    @property
    def channels(self) -> list[str]:
        """How we can write to them."""
        return [channel for channel, points in (("sms", self.sheet.phones), ("email", self.sheet.emails)) if points]


def find_contact_page(contact_id: UUID, *, user: User, region: str, journey_id: UUID | None = None) -> ContactPage:
    """About eight queries, however long the story is. Contact.DoesNotExist when there is nobody that they see."""
    seen = Journey.objects.genuine().visible_to(user, offered=True).filter(contact_id=contact_id)
    found = with_next_step(seen).select_related("contact__company")
    journeys = sorted(
        found.defer("playbook__source", "playbook__document"),
        key=lambda journey: (FIRST[JourneyStatus(journey.status)], -journey.started_at.timestamp()),
    )
    people = Contact.objects.visible_to(user).select_related("company")
    contact = journeys[0].contact if journeys else people.get(pk=contact_id)
    shown = next((journey for journey in journeys if journey.pk == journey_id), journeys[0] if journeys else None)
    return ContactPage(
        sheet=contact_sheet(contact, user),
        journeys=journeys,
        shown=journey_sheet(shown) if shown else None,
        region=region,
    )


def journey_sheet(journey: Journey) -> JourneySheet:
    tasks = list(open_tasks(journey))
    return JourneySheet(
        journey=journey,
        document=document_at(journey.playbook_id),
        tasks=tasks,
        forecast=forecast_of(journey, tasks),
        after=after_this(journey, tasks) if journey.next_task_id else "",
    )


def forecast_of(journey: Journey, tasks: Sequence[Task]) -> Forecast | None:
    """What happens if nobody acts, from tasks that were read already."""
    coming = next((task for task in tasks if task.kind in MACHINE_KINDS), None)
    return Forecast(sentence_for(journey, coming), coming.due_at) if coming else None


def told_in(fields: Mapping[str, Field], record: Any) -> list[tuple[str, str, str]]:
    told = [(field, field.say(record) if field.say else "") for field in fields.values()]
    return [(one.label, shown(one, words), words if is_link(one) else "") for one, words in told if words]


def is_link(field: Field) -> bool:
    return field.custom is not None and field.custom.kind == "link"


def shown(field: Field, words: str) -> str:
    """A link without its scheme, money as people write it; everything else as it is."""
    if field.kind == Kind.MONEY:
        amount, _, currency = words.rpartition(" ")
        return say_money(int(Decimal(amount).scaleb(minor_digits(currency))), currency)
    return words.removeprefix("https://").rstrip("/") if is_link(field) else words


def say_touch(touch: dict[str, Any]) -> str:
    """Google search, storm page; or what little is known."""
    campaign = " · ".join(str(touch[name]) for name in ("utm_source", "utm_medium", "utm_campaign") if touch.get(name))
    came = campaign or urlsplit(str(touch.get("referrer") or "")).hostname or CAME_BY.get(str(touch.get("channel")), "")
    page = urlsplit(str(touch.get("page") or "")).path
    return ", ".join(part for part in (came, page) if part)

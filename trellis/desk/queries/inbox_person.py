"""Whose thread is open: what comes next for them, how we reach them, and what happens if they go quiet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, StringAgg, Subquery, Value, prefetch_related_objects
from django.db.models.functions import Concat, JSONObject

from trellis.conversations.models import Channel
from trellis.desk.queries.contact import FIRST, JourneySheet, forecast_of, say_touch
from trellis.desk.queries.inbox import owed_replies
from trellis.desk.queries.inbox_said import instant
from trellis.desk.queries.names import called, say_point
from trellis.desk.queries.today import STEP_ICONS
from trellis.journeys.engine.state import Customer
from trellis.journeys.engine.wording import kind_of, render_title, title_of
from trellis.journeys.models import MACHINE_KINDS, Clock, Journey, JourneyStatus, Task
from trellis.journeys.playbook.schema import Stage
from trellis.journeys.publish import document_at
from trellis.journeys.queries import open_tasks, with_next_step
from trellis.people.models import Consent, Contact, ContactPoint, ContactTag, PointKind, Tag
from trellis.team.models import User

ADDRESSES = {"phone": ("Phone", "tel"), "email": ("Email", "mailto")}
FAR_AWAY = float("inf")


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One thing that happens while they stay quiet: at an instant, or so long after our answer."""

    icon: str
    words: str
    at: datetime | None = None
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person and the journey that tells their conversation. `clock` is the promise they wait on."""

    contact: Contact
    region: str
    points: Sequence[ContactPoint]
    tags: Sequence[Tag]
    takes_texts: bool
    shown: JourneySheet | None
    clock: Clock | None

    @property
    def name(self) -> str:
        return called(self.contact, self.region)

    @property
    def journey(self) -> Journey | None:
        return self.shown.journey if self.shown else None

    @property
    def is_open(self) -> bool:
        return self.journey is not None and self.journey.status == JourneyStatus.OPEN

    @property
    def step(self) -> Task | None:
        """The next step, where it is one of ours."""
        return self.shown.next_task if self.shown and self.is_open and self.shown.is_for_a_person else None

    @property
    def phones(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == PointKind.PHONE]

    @property
    def channels(self) -> list[str]:
        """How we can write to them."""
        has_email = any(point.kind == PointKind.EMAIL for point in self.points)
        ways = ((Channel.SMS, bool(self.phones) and self.takes_texts), (Channel.EMAIL, has_email))
        return [str(channel) for channel, is_open in ways if is_open]

    @property
    def addresses(self) -> list[tuple[str, str, str]]:
        """What it is, how it reads, and where a click goes."""
        named = [(*ADDRESSES[point.kind], point) for point in self.points]
        return [(name, say_point(point, self.region), f"{scheme}:{point.value}") for name, scheme, point in named]

    @property
    def source(self) -> str:
        return say_touch(self.contact.first_touch)

    @property
    def answering(self) -> set[str]:
        """The rules that reply to what they do; others speak up by themselves."""
        places = self.shown.document.places if self.shown else {}
        return {rule_id for rule_id, place in places.items() if place.part == "when"}

    @property
    def quiet(self) -> list[Coming]:
        """What happens if they go quiet: as it is planned, or as the playbook will plan it from our answer on."""
        if self.shown is None or not self.is_open:
            return []
        places, planned = self.shown.document.places, []
        for task in self.shown.tasks:
            place = places.get(task.rule_id)
            if task.kind in MACHINE_KINDS and place and place.part == "quiet":
                planned.append(Coming(icon=STEP_ICONS[task.kind], words=task.title, at=task.due_at))
        return planned or self._quiet_rules()

    def _quiet_rules(self) -> list[Coming]:
        customer = Customer(name=self.name, first_name=self.contact.first_name)
        return [
            Coming(
                icon=STEP_ICONS[kind_of(rule)],
                words=render_title(title_of(self._document, rule), customer),
                after=rule.after.in_words if rule.after else "",
            )
            for rule in (self._stage.quiet if self._stage else [])
        ]

    @property
    def then(self) -> str:
        """What follows once we have written: "it moves to In conversation"."""
        if self._stage is None:
            return ""
        for way in self._stage.next:
            if "person_replied" in way.on and way.if_ is None:
                return f"it moves to {self._document.stages[way.to].title}"
        if not (rules := self._quiet_rules()):
            return ""
        return f"{rules[0].words[:1].lower()}{rules[0].words[1:]} after {rules[0].after}, if they stay quiet"

    @property
    def _document(self) -> Any:
        return self.shown.document if self.shown else None

    @property
    def _stage(self) -> Stage | None:
        if self.shown is None or not self.is_open:
            return None
        return self.shown.document.stages.get(self.shown.journey.stage.key)


def find_person(contact_id: UUID, user: User, region: str, *, nameless: Sequence[Contact] = ()) -> Person:
    """Three queries; those of `nameless` who are called by their number are read along. Contact.DoesNotExist."""
    theirs = with_next_step(Journey.objects.genuine().visible_to(user, offered=True).filter(contact_id=contact_id))
    journeys = theirs.annotate(**about("contact"), **owed(user))
    told: Any = min(journeys, key=urgency, default=None)
    readable = Contact.objects.in_reach(user, "see", "conversation")
    about_them: Any = told or readable.annotate(**about("pk")).get(pk=contact_id)
    contact: Contact = told.contact if told else about_them
    prefetch_related_objects([contact, *nameless], "points")
    return Person(
        contact=contact,
        region=region,
        points=sorted(contact.points.all(), key=best_first),
        tags=tags_of(about_them.tag_list),
        takes_texts=about_them.takes_texts is not False,
        shown=sheet_of(told) if told else None,
        clock=clock_of(told) if told else None,
    )


def about(contact: str) -> dict[str, Any]:
    """What is known about the contact at this path, read along with the row."""
    word = Consent.objects.filter(contact=OuterRef(contact), channel=Channel.SMS, purpose="service")
    tags = ContactTag.objects.filter(contact=OuterRef(contact)).order_by().values("contact")
    tag = Concat("tag__hue", Value(" "), "tag__name")
    return {
        "takes_texts": Subquery(word.order_by("-at", "-pk").values("granted")[:1]),
        "tag_list": Subquery(tags.annotate(all=StringAgg(tag, delimiter=Value("\n"))).values("all")),
    }


def owed(user: User) -> dict[str, Any]:
    told = JSONObject(kind="kind", started_at="started_at", due_at="due_at")
    return {"owed": Subquery(owed_replies(user).filter(journey=OuterRef("pk")).annotate(told=told).values("told")[:1])}


def urgency(journey: Any) -> tuple[float, int, float, float]:
    """The promise that ends first, then what is open by its deadline, then the newest."""
    promised = instant(journey.owed["due_at"]).timestamp() if journey.owed else FAR_AWAY
    due = journey.due_at.timestamp() if journey.due_at else FAR_AWAY
    return promised, FIRST[JourneyStatus(journey.status)], due, -journey.started_at.timestamp()


def sheet_of(journey: Journey) -> JourneySheet:
    # Sorted here: asked for an order, SQLite without statistics reads every open task there is.
    tasks = sorted(open_tasks(journey).order_by(), key=lambda task: (task.due_at, task.pk))
    return JourneySheet(
        journey=journey,
        document=document_at(journey.playbook_id),
        tasks=tasks,
        forecast=forecast_of(journey, tasks),
        after="",
    )


def clock_of(journey: Any) -> Clock | None:
    if not journey.owed:
        return None
    told = journey.owed
    return Clock(kind=told["kind"], started_at=instant(told["started_at"]), due_at=instant(told["due_at"]))


def tags_of(listed: str | None) -> list[Tag]:
    pairs = sorted(line.partition(" ")[::2] for line in (listed or "").splitlines())
    return [Tag(hue=hue, name=name) for hue, name in sorted(pairs, key=lambda pair: pair[1])]


def best_first(point: ContactPoint) -> tuple[bool, bool, bool, float]:
    """Phones before emails, reachable before not, their own before shared, the newest first."""
    shared, gone = point.held_at is None, point.unreachable_at is not None
    return point.kind != PointKind.PHONE, gone, shared, -point.created_at.timestamp()

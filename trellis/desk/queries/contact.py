"""Everything on the contact page but its timeline."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from trellis.conversations.queries import address_of
from trellis.desk.queries.names import called, say_point
from trellis.desk.queries.today import STEP_ICONS
from trellis.journeys.models import PERSON_KINDS, Decision, Journey, JourneyStatus, Stage, Task
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.schema import Question
from trellis.journeys.publish import document_of
from trellis.journeys.queries import Forecast, after_this, if_nobody_acts, open_tasks, with_next_step
from trellis.people.models import Consent, Contact
from trellis.people.queries import ContactSheet, contact_sheet

DECISIONS = 12
CAME_BY = {"web": "Website", "phone": "Phone", "sms": "Text", "email": "Email", "api": "API"}
FIRST = {JourneyStatus.OPEN: 0, JourneyStatus.PARKED: 1, JourneyStatus.CLOSED: 2}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A stage on the stem: done, here or to-do."""

    stage: Stage
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
    stages: list[Stage]
    tasks: list[Task]
    forecast: Forecast | None
    after: str
    decisions: list[Decision]

    @property
    def stem(self) -> list[Step]:
        here = self.journey.stage.position
        return [
            Step(stage=stage, state="done" if stage.position < here else "here" if stage.position == here else "to-do")
            for stage in self.stages
        ]

    @property
    def questions(self) -> list[Asked]:
        answers = self.journey.answers
        return [Asked(question=asked, answer=str(answers.get(asked.key) or "")) for asked in self.document.questions]

    @property
    def next_task(self) -> Task | None:
        return next((task for task in self.tasks if task.pk == self.journey.next_task_id), None)

    @property
    def is_for_a_person(self) -> bool:
        return self.next_task is not None and self.next_task.kind in PERSON_KINDS

    @property
    def other_tasks(self) -> list[tuple[str, Task]]:
        """What is planned beside the next step, each with its icon."""
        return [(STEP_ICONS[task.kind], task) for task in self.tasks if task.pk != self.journey.next_task_id]


@dataclass(frozen=True, kw_only=True)
class ContactPage:
    """`stages` are those of every playbook that this person walks, by its key."""

    sheet: ContactSheet
    stages: dict[str, list[Stage]]
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
            for point in self.sheet.points
        ]

    @property
    def walked(self) -> list[tuple[Journey, int]]:
        """Their journeys, each with the number of stages on its path."""
        return [(journey, len(self.stages[journey.playbook_key])) for journey in self.journeys]

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Where each stage stands on its path: its position, and of how many."""
        return {stage.key: (stage.position, len(path)) for path in self.stages.values() for stage in path}

    @property
    def first_touch(self) -> str:
        return say_touch(self.contact.first_touch)

    @property
    def last_touch(self) -> str:
        """Where they came from the last time, when that was another way."""
        last = say_touch(self.contact.last_touch)
        return last if last != self.first_touch else ""

    @property
    def consents(self) -> list[tuple[str, Consent]]:
        return [(say_consent(consent), consent) for consent in self.sheet.consents.values()]

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Where a message would go, by channel; no entry where there is none."""
        found = {channel: address_of(self.contact.pk, channel) for channel in ("sms", "email")}
        return {channel: address for channel, address in found.items() if address}


def contact_page(contact: Contact, *, region: str, journey_id: UUID | None = None) -> ContactPage:
    """About ten queries, however long the story is."""
    journeys = sorted(
        with_next_step(Journey.objects.filter(contact=contact)).defer("playbook__source", "playbook__document"),
        key=lambda journey: (FIRST[JourneyStatus(journey.status)], -journey.started_at.timestamp()),
    )
    shown = next((journey for journey in journeys if journey.pk == journey_id), journeys[0] if journeys else None)
    stages = stages_of({journey.playbook_key for journey in journeys})
    return ContactPage(
        sheet=contact_sheet(contact),
        stages=stages,
        journeys=journeys,
        shown=journey_sheet(shown, stages[shown.playbook_key]) if shown else None,
        region=region,
    )


def stages_of(playbooks: set[str]) -> dict[str, list[Stage]]:
    found: dict[str, list[Stage]] = {key: [] for key in playbooks}
    for stage in Stage.objects.filter(playbook_key__in=playbooks, retired_at=None):
        found[stage.playbook_key].append(stage)
    return found


def journey_sheet(journey: Journey, stages: list[Stage]) -> JourneySheet:
    return JourneySheet(
        journey=journey,
        document=document_of(journey.playbook),
        stages=stages,
        tasks=list(open_tasks(journey)),
        forecast=if_nobody_acts(journey),
        after=after_this(journey) if journey.next_task_id else "",
        decisions=list(Decision.objects.filter(journey=journey).order_by("-at", "-id")[:DECISIONS]),
    )


def say_touch(touch: dict[str, Any]) -> str:
    """Google search, storm page; or what little is known."""
    campaign = " · ".join(str(touch[name]) for name in ("utm_source", "utm_medium", "utm_campaign") if touch.get(name))
    came = campaign or urlsplit(str(touch.get("referrer") or "")).hostname or CAME_BY.get(str(touch.get("channel")), "")
    page = urlsplit(str(touch.get("page") or "")).path
    return ", ".join(part for part in (came, page) if part)


def say_consent(consent: Consent) -> str:
    channel = {"sms": "Texts", "email": "Email", "phone": "Calls"}.get(consent.channel, consent.channel)
    purpose = "offers and news" if consent.purpose == "marketing" else "about their request"
    return f"{channel} {purpose}" if consent.granted else f"No {channel.lower()} {purpose}"

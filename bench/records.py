"""The rows of the big business: how one row of each noun looks. Times are minutes from now."""

import json
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from bench.business import FORM, PLAYBOOK, Setting
from bench.moment import NOW
from bench.tables import Table
from bench.walks import Planned
from trellis.conversations.models import Call, Conversation, Message
from trellis.events.models import Event
from trellis.intake.models import Signal
from trellis.journeys.models import Clock, Decision, Journey, StageVisit, Task
from trellis.people.models import Company, Contact, ContactPoint, ContactTag, Tag

WORDS = "A limb came down on the carport and went through the decking. Can someone tarp it before tonight?"
TOUCH = json.dumps({"channel": "web", "page": "https://ridgeline.example/storm", "utm_source": "google"})
CONTEXT = json.dumps({"kind": "form", "channel": "web", "source": FORM, "page": "/storm"})
PAYLOAD = json.dumps({"name": "Renee Castillo", "message": WORDS})
TOLD = (
    ("signal.captured", {"signal_id": "", "kind": "form", "channel": "web", "words": WORDS, "page": "/storm"}),
    ("journey.started", {"playbook": "Storm & repair", "stage": "New", "owner": ""}),
    ("step.set", {"task_id": "", "title": "Call them", "due_at": "2026-06-09T15:34:00+00:00"}),
    ("message.queued", {"message_id": "", "channel": "email", "template": "we-got-it"}),
    ("message.handed_over", {"message_id": "", "channel": "email", "by": "", "rule_id": "ack"}),
    ("stage.moved", {"stage": "in-conversation", "title": "In conversation", "left": "new", "why": "they wrote"}),
    ("task.done", {"task_id": "", "title": "Call them", "by": "", "note": "Spoke with them", "then": ""}),
    ("note.written", {"text": "Prefers a call after three."}),
)
TAGS = ("Storm", "Insurance", "Repeat customer", "Landlord", "Metal roof", "Gutters")
EVENTS = tuple((key, json.dumps(payload)) for key, payload in TOLD)


class Life(NamedTuple):
    """A contact with a journey. `status` is open, parked, won or lost; `owner` is an id."""

    number: int
    contact: str
    journey: str
    first_name: str
    email: str
    status: str
    stage: int
    began: int
    owner: str


@lru_cache(maxsize=300_000)
def stamp(minutes: int) -> str:
    """The instant so many minutes from now, as both databases read it."""
    return (NOW + timedelta(minutes=minutes)).isoformat(" ")[:19]


class Records:
    """Collects rows until `write`."""

    def __init__(self, setting: Setting) -> None:
        self.playbook = setting.playbook
        self.stages = [stage.pk.hex for stage in setting.stages]
        self.companies, self.contacts, self.points = Table(Company), Table(Contact), Table(ContactPoint)
        self.tags, self.worn = Table(Tag), Table(ContactTag)
        self.tasks, self.journeys = Table(Task), Table(Journey)
        self.visits, self.clocks, self.decisions = Table(StageVisit), Table(Clock), Table(Decision)
        self.conversations, self.messages, self.calls = Table(Conversation), Table(Message), Table(Call)
        self.signals, self.events = Table(Signal), Table(Event)
        self.tag_ids = [self.tag(name) for name in TAGS]

    @property
    def tables(self) -> list[Table]:
        """In an order that the guards accept: a task before the journey that it leads."""
        return [table for table in vars(self).values() if isinstance(table, Table)]

    def tag(self, name: str) -> str:
        tag = self.tags.new_id()
        self.tags.add(id=tag, name=name, small=name.lower())
        return tag

    def company(self, name: str, at: int) -> str:
        company = self.companies.new_id()
        self.companies.add(id=company, name=name, created_at=stamp(at))
        return company

    def contact(self, contact: str, name: str, company: str | None, place: str, at: int) -> None:
        self.contacts.add(
            id=contact,
            name=name,
            company_id=company,
            place=place,
            created_at=stamp(at),
            first_touch=TOUCH,
            last_touch=TOUCH,
        )

    def wear(self, contact: str, number: int) -> None:
        """A tag on a contact."""
        tag = self.tag_ids[number % len(self.tag_ids)]
        self.worn.add(id=self.worn.new_id(), contact_id=contact, tag_id=tag)

    def point(self, contact: str, kind: str, value: str, at: int) -> None:
        self.points.add(
            id=self.points.new_id(),
            contact_id=contact,
            kind=kind,
            value=value,
            raw=value,
            created_at=stamp(at),
            held_at=stamp(at),
        )

    def journey(self, life: Life, next_task: str | None, due: int | None) -> None:
        """Where the life stands: `due` is the next step's, nothing when it is over."""
        parked, over = life.status == "parked", due is None
        self.journeys.add(
            id=life.journey,
            contact_id=life.contact,
            playbook_id=self.playbook.pk.hex,
            playbook_key=PLAYBOOK,
            stage_id=self.stages[life.stage],
            status="closed" if due is None else life.status,
            owner_id=life.owner,
            next_task_id=next_task,
            due_at=None if due is None else stamp(due),
            words=WORDS,
            context=CONTEXT,
            answers='{"urgency": "yes"}',
            episode=2,
            started_at=stamp(life.began),
            stage_entered_at=stamp(life.began + 30),
            assigned_at=stamp(life.began),
            taken_over_at=stamp(life.began + 4) if life.stage else None,
            parked_until=stamp(due) if due is not None and parked else None,
            parked_reason="No answer after four tries" if parked else "",
            closed_at=stamp(life.began + 90) if over else None,
            outcome=life.status if over else "",
            closed_reason="The work was done or not wanted" if over else "",
        )

    def task(self, life: Life, planned: Planned, due: int, *, assignee: str | None = None) -> str:
        """An open task; its id."""
        task = self.tasks.new_id()
        title = planned.title.replace("%s", life.first_name)
        self._task(task, life, planned.kind, title, planned.rule_id, assignee, due, "open", None)
        return task

    def done(self, life: Life) -> None:
        """The first call, made in time."""
        title, at = f"Call {life.first_name}", life.began + 5
        self._task(self.tasks.new_id(), life, "call", title, "first-call", life.owner, at, "done", stamp(at - 1))

    def _task(
        self, task: str, life: Life, kind: str, title: str, rule_id: str, assignee: str | None, due: int,
        status: str, closed_at: str | None,
    ) -> None:  # fmt: skip
        self.tasks.add(
            id=task,
            journey_id=life.journey,
            kind=kind,
            title=title,
            why="By the playbook",
            assignee_id=assignee,
            due_at=stamp(due),
            rule_id=rule_id,
            episode=2,
            status=status,
            created_at=stamp(life.began),
            closed_at=closed_at,
        )

    def path(self, life: Life) -> None:
        """The first stage, and the one where they stand."""
        moved = stamp(life.began + 30)
        if life.stage:
            self._visit(life, 0, stamp(life.began), moved)
        self._visit(life, life.stage, moved if life.stage else stamp(life.began), None)

    def _visit(self, life: Life, stage: int, entered_at: str, left_at: str | None) -> None:
        self.visits.add(
            id=self.visits.new_id(),
            journey_id=life.journey,
            stage_id=self.stages[stage],
            entered_at=entered_at,
            left_at=left_at,
        )

    def clock(self, life: Life, kind: str, rule_id: str, due: int, met_at: int | None) -> None:
        self.clocks.add(
            id=self.clocks.new_id(),
            journey_id=life.journey,
            kind=kind,
            rule_id=rule_id,
            episode=1 if kind == "first_response" else 2,
            started_at=stamp(life.began),
            due_at=stamp(due),
            met_at=None if met_at is None else stamp(met_at),
        )

    def talk(self, life: Life, *, they_wrote: bool, we_called: bool) -> None:
        """What was said: our automatic answer, perhaps theirs, perhaps a call."""
        thread = self.conversations.new_id()
        self.conversations.add(
            id=thread,
            contact_id=life.contact,
            channel="email",
            subject="We got your message",
            started_at=stamp(life.began),
        )
        self._message(life, thread, "out", life.began)
        if they_wrote:
            self._message(life, thread, "in", life.began + 20)
        if we_called:
            self.calls.add(
                id=self.calls.new_id(),
                contact_id=life.contact,
                direction="out",
                outcome="answered",
                started_at=stamp(life.began + 4),
                seconds=312,
                by_id=life.owner,
                journey_id=life.journey,
            )

    def _message(self, life: Life, thread: str, direction: str, at: int) -> None:
        message, ours = self.messages.new_id(), direction == "out"
        self.messages.add(
            id=message,
            conversation_id=thread,
            contact_id=life.contact,
            direction=direction,
            channel="email",
            state="handed_over" if ours else "received",
            sender="" if ours else life.email,
            recipient=life.email if ours else "office@ridgeline.example",
            subject="We got your message",
            text=WORDS,
            message_id=f"<{message}@ridgeline.example>",
            journey_id=life.journey,
            rule_id="ack" if ours else "",
            episode=1 if ours else 0,
            created_at=stamp(at),
            handed_over_at=stamp(at) if ours else None,
        )

    def signal(self, life: Life) -> None:
        self._signal("attached", "", life.began, life.contact, life.journey)

    def spam(self, at: int) -> None:
        """Somebody who sells something, set aside."""
        self._signal("set_aside", "Looks like an advertisement", at, None, None)

    def _signal(self, state: str, reason: str, at: int, contact: str | None, journey: str | None) -> None:
        signal = self.signals.new_id()
        self.signals.add(
            id=signal,
            reference=f"B{self.signals.last:07d}",
            kind="form",
            channel="web",
            source=FORM,
            payload=PAYLOAD,
            received_at=stamp(at),
            state=state,
            reason=reason,
            settled_at=stamp(at),
            contact_id=contact,
            journey_id=journey,
        )

    def story(self, contact: str, journey: str | None, by: str | None, began: int, length: int) -> None:
        """So many events, one every hour."""
        for place in range(length):
            key, payload = EVENTS[place % len(EVENTS)]
            self.events.add(
                id=self.events.new_id(),
                key=key,
                at=stamp(min(began + place * 60, -1)),
                contact_id=contact,
                journey_id=journey,
                by_id=by if place % 2 else None,
                payload=payload,
            )

    def decision(self, life: Life, sentence: str) -> None:
        self.decisions.add(
            id=self.decisions.new_id(),
            journey_id=life.journey,
            event_id=life.journey,
            playbook_version=self.playbook.version,
            at=stamp(life.began),
            rule_id="ack",
            did=True,
            sentence=sentence,
        )

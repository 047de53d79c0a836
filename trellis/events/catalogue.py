"""The one catalogue of facts: every kind of thing that can happen, declared once. Pure: no Django.

Each class is frozen, named noun + past participle, with its key, its label on the timeline (`{actor}` and the
fields may be used) and a Lucide icon. Ids are strings, instants are aware datetimes, durations are seconds.
Facts that the engine acts on say in `trigger` the word by which a playbook may name them.
"""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self


@dataclass(frozen=True, kw_only=True)
class Fact:
    key: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str] = "dot"
    # Said or done by the customer: such a fact opens a new turn and stops whatever was waiting for silence.
    from_customer: ClassVar[bool] = False

    @property
    def trigger(self) -> str:
        """The word by which a playbook names this fact, empty when no rule can wait for it."""
        return ""

    def payload(self) -> dict[str, Any]:
        """The fields as JSON types."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        known = {field.name: field.type for field in fields(cls)}
        return cls(
            **{
                name: datetime.fromisoformat(value) if value and "datetime" in str(known[name]) else value
                for name, value in payload.items()
                if name in known
            }
        )


@dataclass(frozen=True, kw_only=True)
class SignalCaptured(Fact):
    """A signal was understood and belongs to this journey. `kind` is a SignalKind."""

    key: ClassVar[str] = "signal.captured"
    label: ClassVar[str] = "{actor} reached out"
    icon: ClassVar[str] = "globe"
    from_customer: ClassVar[bool] = True
    signal_id: str
    kind: str
    channel: str
    source: str = ""
    words: str = ""
    page: str = ""
    answers: dict[str, str] | None = None

    @property
    def trigger(self) -> str:
        return self.kind


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Fact):
    key: ClassVar[str] = "message.received"
    label: ClassVar[str] = "{actor} wrote"
    icon: ClassVar[str] = "message-square-text"
    from_customer: ClassVar[bool] = True
    message_id: str
    channel: str
    text: str = ""

    @property
    def trigger(self) -> str:
        return "message_received"


@dataclass(frozen=True, kw_only=True)
class CallAnswered(Fact):
    """We spoke. `by` is the user who did, empty when the telephone system cannot say."""

    key: ClassVar[str] = "call.answered"
    label: ClassVar[str] = "{actor} spoke by phone"
    icon: ClassVar[str] = "phone"
    call_id: str
    direction: str
    by: str = ""
    seconds: int = 0
    note: str = ""

    @property
    def trigger(self) -> str:
        return "call_answered"


@dataclass(frozen=True, kw_only=True)
class CallMissed(Fact):
    key: ClassVar[str] = "call.missed"
    label: ClassVar[str] = "Missed call from {actor}"
    icon: ClassVar[str] = "phone-missed"
    from_customer: ClassVar[bool] = True
    call_id: str

    @property
    def trigger(self) -> str:
        return "missed_call"


@dataclass(frozen=True, kw_only=True)
class CallTried(Fact):
    """We called and did not reach them. `outcome` is no_answer or voicemail."""

    key: ClassVar[str] = "call.tried"
    label: ClassVar[str] = "{actor} called, nobody picked up"
    icon: ClassVar[str] = "phone-outgoing"
    call_id: str
    outcome: str
    by: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageHandedOver(Fact):
    """A message of ours was accepted by the outside. `by` is the user who wrote it, empty for a rule."""

    key: ClassVar[str] = "message.handed_over"
    label: ClassVar[str] = "{actor} wrote"
    icon: ClassVar[str] = "send"
    message_id: str
    channel: str
    by: str = ""
    rule_id: str = ""

    @property
    def trigger(self) -> str:
        return "person_replied" if self.by else ""


@dataclass(frozen=True, kw_only=True)
class MessageDelivered(Fact):
    key: ClassVar[str] = "message.delivered"
    label: ClassVar[str] = "Message delivered"
    icon: ClassVar[str] = "check"
    message_id: str


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Fact):
    key: ClassVar[str] = "message.failed"
    label: ClassVar[str] = "A message could not be sent: {reason}"
    icon: ClassVar[str] = "circle-alert"
    message_id: str
    channel: str
    reason: str
    rule_id: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageInDoubt(Fact):
    key: ClassVar[str] = "message.in_doubt"
    label: ClassVar[str] = "A message may or may not have been sent: {reason}"
    icon: ClassVar[str] = "circle-help"
    message_id: str
    channel: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class MessageSuppressed(Fact):
    key: ClassVar[str] = "message.suppressed"
    label: ClassVar[str] = "Not sent: {reason}"
    icon: ClassVar[str] = "message-square-off"
    message_id: str
    channel: str
    reason: str
    rule_id: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerGiven(Fact):
    key: ClassVar[str] = "answer.given"
    label: ClassVar[str] = "{question}: {answer}"
    icon: ClassVar[str] = "list-checks"
    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class TaskDue(Fact):
    """A task of the machine came due. Only the worker says so."""

    key: ClassVar[str] = "task.due"
    label: ClassVar[str] = "{title}"
    icon: ClassVar[str] = "zap"
    task_id: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskDone(Fact):
    """A person did a step. `then` and `then_due_at` plan the one after it, when they said so."""

    key: ClassVar[str] = "task.done"
    label: ClassVar[str] = "{actor} did “{title}”"
    icon: ClassVar[str] = "check"
    task_id: str
    title: str = ""
    by: str = ""
    note: str = ""
    then: str = ""
    then_due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TaskSnoozed(Fact):
    key: ClassVar[str] = "task.snoozed"
    label: ClassVar[str] = "{actor} snoozed “{title}”"
    icon: ClassVar[str] = "alarm-clock"
    task_id: str
    until: datetime
    title: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class StepPlanned(Fact):
    """A person planned a step by hand. `kind` is one of call, reply, meet, do."""

    key: ClassVar[str] = "step.planned"
    label: ClassVar[str] = "{actor} planned “{title}”"
    icon: ClassVar[str] = "timer"
    title: str
    due_at: datetime
    kind: str = "do"
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class StageChosen(Fact):
    key: ClassVar[str] = "stage.chosen"
    label: ClassVar[str] = "{actor} chose another stage"
    icon: ClassVar[str] = "milestone"
    stage: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnerChosen(Fact):
    key: ClassVar[str] = "owner.chosen"
    label: ClassVar[str] = "{actor} chose another owner"
    icon: ClassVar[str] = "user-round-check"
    owner: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnerGone(Fact):
    """The owner left the business or went away: the journey passes on at once."""

    key: ClassVar[str] = "owner.gone"
    label: ClassVar[str] = "The owner is no longer here"
    icon: ClassVar[str] = "user-round-check"
    owner: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ParkChosen(Fact):
    key: ClassVar[str] = "park.chosen"
    label: ClassVar[str] = "{actor} parked this: {reason}"
    icon: ClassVar[str] = "moon"
    until: datetime
    reason: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class CloseChosen(Fact):
    """`outcome` is won, lost or done."""

    key: ClassVar[str] = "close.chosen"
    label: ClassVar[str] = "{actor} closed this: {reason}"
    icon: ClassVar[str] = "archive"
    outcome: str
    reason: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class ReopenChosen(Fact):
    key: ClassVar[str] = "reopen.chosen"
    label: ClassVar[str] = "{actor} reopened this"
    icon: ClassVar[str] = "rotate-ccw"
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Fact):
    """They asked us to stop on a channel."""

    key: ClassVar[str] = "consent.withdrawn"
    label: ClassVar[str] = "{actor} asked us to stop"
    icon: ClassVar[str] = "bell-off"
    channel: str
    source: str = ""


# What the engine did. Written beside the facts above, read on the timeline; the engine never decides on these.


@dataclass(frozen=True, kw_only=True)
class JourneyStarted(Fact):
    key: ClassVar[str] = "journey.started"
    label: ClassVar[str] = "Started {playbook}"
    icon: ClassVar[str] = "sprout"
    playbook: str
    stage: str
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class JourneyReopened(Fact):
    key: ClassVar[str] = "journey.reopened"
    label: ClassVar[str] = "Reopened: {why}"
    icon: ClassVar[str] = "rotate-ccw"
    why: str


@dataclass(frozen=True, kw_only=True)
class JourneyParked(Fact):
    key: ClassVar[str] = "journey.parked"
    label: ClassVar[str] = "Parked until {until}: {reason}"
    icon: ClassVar[str] = "moon"
    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class JourneyClosed(Fact):
    key: ClassVar[str] = "journey.closed"
    label: ClassVar[str] = "Closed as {outcome}: {reason}"
    icon: ClassVar[str] = "archive"
    outcome: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StageMoved(Fact):
    key: ClassVar[str] = "stage.moved"
    label: ClassVar[str] = "Moved to {title}"
    icon: ClassVar[str] = "diamond"
    stage: str
    title: str
    left: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnerAssigned(Fact):
    key: ClassVar[str] = "owner.assigned"
    label: ClassVar[str] = "{owner_name} is the owner: {why}"
    icon: ClassVar[str] = "user-round-check"
    owner: str
    owner_name: str
    left: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class StepSet(Fact):
    """A rule planned a step for a person."""

    key: ClassVar[str] = "step.set"
    label: ClassVar[str] = "Next step set: {title}"
    icon: ClassVar[str] = "zap"
    task_id: str
    title: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Fact):
    key: ClassVar[str] = "message.queued"
    label: ClassVar[str] = "Automatic {channel} “{template}”"
    icon: ClassVar[str] = "zap"
    message_id: str
    channel: str
    template: str


@dataclass(frozen=True, kw_only=True)
class ClockBroken(Fact):
    """A promised time passed without evidence."""

    key: ClassVar[str] = "clock.broken"
    label: ClassVar[str] = "{title} was late: {what}"
    icon: ClassVar[str] = "timer"
    clock: str
    title: str
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class PeopleTold(Fact):
    key: ClassVar[str] = "people.told"
    label: ClassVar[str] = "{names} told: {text}"
    icon: ClassVar[str] = "bell"
    users: list[str]
    names: str
    text: str


@dataclass(frozen=True, kw_only=True)
class TagAdded(Fact):
    key: ClassVar[str] = "tag.added"
    label: ClassVar[str] = "Tagged {tag}"
    icon: ClassVar[str] = "tag"
    tag: str


@dataclass(frozen=True, kw_only=True)
class PrioritySet(Fact):
    key: ClassVar[str] = "priority.set"
    label: ClassVar[str] = "Marked as priority"
    icon: ClassVar[str] = "flame"
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Fact):
    key: ClassVar[str] = "note.written"
    label: ClassVar[str] = "{actor} wrote a note"
    icon: ClassVar[str] = "sticky-note"
    text: str


@dataclass(frozen=True, kw_only=True)
class DuplicateSuspected(Fact):
    key: ClassVar[str] = "duplicate.suspected"
    label: ClassVar[str] = "May be the same person as {other_name}: {reason}"
    icon: ClassVar[str] = "users"
    other_id: str
    other_name: str
    reason: str


def _subclasses(base: type[Fact]) -> dict[str, type[Fact]]:
    return {cls.key: cls for cls in base.__subclasses__()}


CATALOGUE: dict[str, type[Fact]] = _subclasses(Fact)

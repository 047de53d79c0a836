"""The one catalogue of facts: every kind of thing that can happen, declared once. Pure: no Django.

Each class is frozen, named noun + past participle, with its key, its label on the timeline (`{actor}` and the
fields may be used) and a Lucide icon. Ids are strings, instants are aware datetimes, durations are seconds.
Facts that the engine acts on say in `trigger` the word by which a playbook may name them.
"""

from datetime import datetime
from typing import Any

from trellis.events.fact import Fact as Fact
from trellis.events.fact import Personal
from trellis.events.outcomes import ClockBroken as ClockBroken
from trellis.events.outcomes import CompanyAdded as CompanyAdded
from trellis.events.outcomes import CompanyChanged as CompanyChanged
from trellis.events.outcomes import CompanyMerged as CompanyMerged
from trellis.events.outcomes import CompanyRemoved as CompanyRemoved
from trellis.events.outcomes import ContactAdded as ContactAdded
from trellis.events.outcomes import ContactChanged as ContactChanged
from trellis.events.outcomes import ContactCopied as ContactCopied
from trellis.events.outcomes import ContactErased as ContactErased
from trellis.events.outcomes import ContactsMerged as ContactsMerged
from trellis.events.outcomes import ContactsParted as ContactsParted
from trellis.events.outcomes import DuplicateSuspected as DuplicateSuspected
from trellis.events.outcomes import EverythingExported as EverythingExported
from trellis.events.outcomes import HandoverLapsed as HandoverLapsed
from trellis.events.outcomes import HandoverOffered as HandoverOffered
from trellis.events.outcomes import HandoverWithdrawn as HandoverWithdrawn
from trellis.events.outcomes import HeldReleased as HeldReleased
from trellis.events.outcomes import JourneyChanged as JourneyChanged
from trellis.events.outcomes import JourneyClosed as JourneyClosed
from trellis.events.outcomes import JourneyParked as JourneyParked
from trellis.events.outcomes import JourneyReopened as JourneyReopened
from trellis.events.outcomes import JourneyStarted as JourneyStarted
from trellis.events.outcomes import ListExported as ListExported
from trellis.events.outcomes import MessageQueued as MessageQueued
from trellis.events.outcomes import NoteWritten as NoteWritten
from trellis.events.outcomes import OwnerAssigned as OwnerAssigned
from trellis.events.outcomes import PeopleTold as PeopleTold
from trellis.events.outcomes import PersonSignedIn as PersonSignedIn
from trellis.events.outcomes import PlaybookPublished as PlaybookPublished
from trellis.events.outcomes import PlaybookRolledBack as PlaybookRolledBack
from trellis.events.outcomes import PrioritySet as PrioritySet
from trellis.events.outcomes import SettingChanged as SettingChanged
from trellis.events.outcomes import StageMoved as StageMoved
from trellis.events.outcomes import StepSet as StepSet
from trellis.events.outcomes import TagAdded as TagAdded
from trellis.events.outcomes import TagRemoved as TagRemoved


class SignalCaptured(Fact, key="signal.captured", label="{actor} reached out", icon="globe", from_customer=True):
    """A signal was understood and belongs to this journey. `kind` is a SignalKind."""

    signal_id: str
    kind: str
    channel: str
    source: str = ""
    words: Personal[str] = ""
    page: Personal[str] = ""
    answers: Personal[dict[str, str] | None] = None

    @property
    def trigger(self) -> str:
        return self.kind


class MessageReceived(
    Fact, key="message.received", label="{actor} wrote", icon="message-square-text", from_customer=True
):
    message_id: str
    channel: str
    text: Personal[str] = ""

    @property
    def trigger(self) -> str:
        return "message_received"


class CallAnswered(Fact, key="call.answered", label="{actor} spoke by phone", icon="phone"):
    """We spoke. `by` is the user who did, empty when the telephone system cannot say."""

    call_id: str
    direction: str
    by: str = ""
    seconds: int = 0
    note: Personal[str] = ""

    @property
    def trigger(self) -> str:
        return "call_answered"


class CallMissed(Fact, key="call.missed", label="Missed call from {actor}", icon="phone-missed", from_customer=True):
    call_id: str

    @property
    def trigger(self) -> str:
        return "missed_call"


class CallTried(Fact, key="call.tried", label="{actor} called, nobody picked up", icon="phone-outgoing"):
    """We called and did not reach them. `outcome` is no_answer or voicemail."""

    call_id: str
    outcome: str
    by: str = ""
    note: Personal[str] = ""

    @property
    def trigger(self) -> str:
        return "call_tried"


class MessageHandedOver(Fact, key="message.handed_over", label="{actor} wrote", icon="send"):
    """A message of ours was accepted by the outside. `by` is the user who wrote it, empty for a rule."""

    message_id: str
    channel: str
    by: str = ""
    rule_id: str = ""

    @property
    def trigger(self) -> str:
        return "person_replied" if self.by else ""


class MessageDelivered(Fact, key="message.delivered", label="Message delivered", icon="check"):
    message_id: str


class MessageFailed(Fact, key="message.failed", label="A message could not be sent: {reason}", icon="circle-alert"):
    message_id: str
    channel: str
    reason: Personal[str]
    rule_id: str = ""


class MessageInDoubt(
    Fact, key="message.in_doubt", label="A message may or may not have been sent: {reason}", icon="circle-question-mark"
):
    message_id: str
    channel: str
    reason: Personal[str]


class MessageSuppressed(Fact, key="message.suppressed", label="Not sent: {reason}", icon="message-square-off"):
    message_id: str
    channel: str
    reason: Personal[str]
    rule_id: str = ""


class AnswerGiven(Fact, key="answer.given", label="{question}: {answer}", icon="list-checks"):
    question: str
    answer: Personal[str]

    @property
    def trigger(self) -> str:
        return "answer_given"


class TaskDue(Fact, key="task.due", label="{title}", icon="zap"):
    """A task of the machine came due. Only the worker says so."""

    task_id: str
    title: Personal[str] = ""


class TaskDone(Fact, key="task.done", label="{actor} did “{title}”", icon="check"):
    """A person did a step. `then` and `then_due_at` plan the one after it, when they said so."""

    task_id: str
    title: Personal[str] = ""
    by: str = ""
    note: Personal[str] = ""
    then: Personal[str] = ""
    then_due_at: datetime | None = None


class MeetingMissed(Fact, key="meeting.missed", label="They did not come to “{title}”", icon="calendar-x"):
    """We were there and they were not. `by` is the user who waited."""

    task_id: str
    title: Personal[str] = ""
    by: str = ""
    note: Personal[str] = ""

    @property
    def trigger(self) -> str:
        return "no_show"


class TaskSnoozed(Fact, key="task.snoozed", label="{actor} snoozed “{title}”", icon="alarm-clock"):
    task_id: str
    until: datetime
    title: Personal[str] = ""
    by: str = ""


class StepPlanned(Fact, key="step.planned", label="{actor} planned “{title}”", icon="timer"):
    """A person planned a step by hand. `kind` is one of call, reply, meet, do; `why` may be empty."""

    title: Personal[str]
    due_at: datetime
    kind: str = "do"
    by: str = ""
    why: Personal[str] = ""


class StageChosen(Fact, key="stage.chosen", label="{actor} chose another stage", icon="milestone"):
    stage: str
    by: str = ""


class OwnerChosen(Fact, key="owner.chosen", label="{actor} chose another owner", icon="user-round-check"):
    owner: str
    by: str = ""


class OwnerGone(Fact, key="owner.gone", label="The owner is no longer here", icon="user-round-check"):
    """The owner left the business, or is away until then: the journey passes on at once."""

    owner: str
    reason: str = ""
    until: datetime | None = None


class HandoverAccepted(Fact, key="handover.accepted", label="{actor} accepted this", icon="handshake"):
    """Whoever it was offered to takes it: they are the owner from now on."""

    by: str = ""


class HandoverDeclined(Fact, key="handover.declined", label="{actor} cannot take this: {reason}", icon="undo-2"):
    reason: Personal[str]
    by: str = ""


class TakerGone(Fact, key="taker.gone", label="{reason}: the offer goes on", icon="user-round-check"):
    """Whoever it was offered to left the business, or will not be there in time."""

    taker: str
    reason: Personal[str] = ""


class ParkChosen(Fact, key="park.chosen", label="{actor} parked this: {reason}", icon="moon"):
    until: datetime
    reason: Personal[str]
    by: str = ""


class CloseChosen(Fact, key="close.chosen", label="{actor} closed this: {reason}", icon="archive"):
    """`outcome` is won, lost or done."""

    outcome: str
    reason: Personal[str]
    by: str = ""


class ReopenChosen(Fact, key="reopen.chosen", label="{actor} reopened this", icon="rotate-ccw"):
    by: str = ""


class ActUndone(Fact, key="act.undone", label="{actor} took back: {what}", icon="undo-2"):
    """A person took back what they did at `acted_at`; `before` is how the journey stood (`engine.records`)."""

    what: Personal[str]
    acted_at: datetime
    before: Personal[dict[str, Any]]
    by: str = ""


class PlaybookChanged(Fact, key="playbook.changed", label="{what}", icon="git-branch"):
    """Another version of its playbook was published while this journey was on its way.

    `how`: it goes over to `version` (map), stands still until somebody decides (hold), or goes on as it was (finish).
    `playbook` is the id of that version, `stage` where it stands then. `fresh` are rules that its version had not;
    `changed` are those with something planned that read differently, with their waits before and now. `quiet` is True
    while their silence is timed. The instants say from when waits are counted.
    """

    how: str
    version: int
    what: Personal[str]
    playbook: str = ""
    stage: str = ""
    fresh: list[str] | None = None
    changed: dict[str, list[str]] | None = None
    clocks: dict[str, str] | None = None
    entered_at: datetime | None = None
    quiet: bool = False
    quiet_since: datetime | None = None
    delivered_at: datetime | None = None
    by: str = ""


class ConsentGiven(
    Fact, key="consent.given", label="They agreed to hear from us on {channel}: {source}", icon="bell-ring"
):
    """They agreed to hear from us on a channel. `purposes` are service, marketing or both."""

    channel: str
    source: Personal[str] = ""
    purposes: list[str] | None = None

    @property
    def is_about_their_request(self) -> bool:
        """Whether what answers them is meant, not only offers and news."""
        return self.purposes is None or "service" in self.purposes


class ConsentWithdrawn(
    Fact, key="consent.withdrawn", label="They asked us to stop on {channel}: {source}", icon="bell-off"
):
    """They asked us to stop on a channel, altogether where `purposes` says no more."""

    channel: str
    source: Personal[str] = ""
    purposes: list[str] | None = None

    @property
    def is_about_their_request(self) -> bool:
        return self.purposes is None or "service" in self.purposes


class JourneyFollowed(Fact, key="journey.followed", label="Follows {title}", icon="sprout"):
    """Another journey of theirs led to this one: it starts by a rule, and nobody waits for an answer."""

    title: Personal[str]
    journey_id: str = ""

    @property
    def trigger(self) -> str:
        return "handed_on"


class JourneyImported(Fact, key="journey.imported", label="{actor} brought them in from {source}", icon="upload"):
    """A person let it begin for somebody from a file: nobody reached out, and nobody waits for an answer.

    `stage` is where it begins, the first one where that is empty; `owner` is the colleague whom the file names.
    """

    source: Personal[str]
    stage: str = ""
    owner: str = ""


def _subclasses(base: type[Fact]) -> dict[str, type[Fact]]:
    return {cls.key: cls for cls in base.__subclasses__()}


CATALOGUE: dict[str, type[Fact]] = _subclasses(Fact)

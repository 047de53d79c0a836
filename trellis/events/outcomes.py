"""What the engine did, and what is noted without it: written beside the facts, read on the timeline. Pure: no Django.

The engine never decides on these.
"""

from datetime import datetime

from trellis.events.fact import Fact, Personal


class PlaybookPublished(
    Fact, key="playbook.published", label="{actor} published {title}, version {version}", icon="git-branch"
):
    """`in_flight` is what becomes of the journeys that are on their way: map, finish or hold."""

    playbook: str
    title: str
    version: int
    in_flight: str
    reason: str = ""


class PlaybookRolledBack(
    Fact, key="playbook.rolled_back", label="{actor} rolled {title} back to version {restored}", icon="history"
):
    """The text of version `restored` is live again, as `version`."""

    playbook: str
    title: str
    version: int
    restored: int
    in_flight: str
    reason: str = ""


class HeldReleased(
    Fact, key="playbook.held_released", label="{actor} decided about those that stood still", icon="git-branch"
):
    """`how`: they go over to `version` (map), or finish on the version they have (finish)."""

    playbook: str
    version: int
    how: str
    reason: str = ""


class JourneyStarted(Fact, key="journey.started", label="Started {playbook}", icon="sprout"):
    playbook: str
    stage: str
    owner: str = ""


class JourneyReopened(Fact, key="journey.reopened", label="Reopened: {why}", icon="rotate-ccw"):
    why: Personal[str]


class JourneyParked(Fact, key="journey.parked", label="Parked until {until}: {reason}", icon="moon"):
    until: datetime
    reason: Personal[str]


class JourneyClosed(Fact, key="journey.closed", label="Closed as {outcome}: {reason}", icon="archive"):
    outcome: str
    reason: Personal[str]


class StageMoved(Fact, key="stage.moved", label="Moved to {title}", icon="diamond"):
    stage: str
    title: str
    left: str = ""
    why: Personal[str] = ""


class OwnerAssigned(Fact, key="owner.assigned", label="{owner_name} is the owner: {why}", icon="user-round-check"):
    owner: str
    owner_name: str
    left: str = ""
    why: Personal[str] = ""


class HandoverOffered(Fact, key="handover.offered", label="Offered to {taker_name}: {why}", icon="handshake"):
    """The giver has it until it is accepted, at the latest then."""

    taker: str
    taker_name: str
    giver: str
    due_at: datetime
    why: Personal[str] = ""


class HandoverLapsed(Fact, key="handover.lapsed", label="{taker_name} did not accept it in time", icon="timer"):
    taker: str
    taker_name: str


class HandoverWithdrawn(
    Fact, key="handover.withdrawn", label="No longer offered to {taker_name}: {why}", icon="undo-2"
):
    taker: str
    taker_name: str
    why: Personal[str] = ""


class StepSet(Fact, key="step.set", label="Next step set: {title}", icon="zap"):
    """A rule planned a step for a person."""

    task_id: str
    title: Personal[str]
    due_at: datetime


class MessageQueued(Fact, key="message.queued", label="Automatic {channel} “{template}”", icon="zap"):
    message_id: str
    channel: str
    template: str


class ClockBroken(Fact, key="clock.broken", label="{title} was late: {what}", icon="timer"):
    """A promised time passed without evidence."""

    clock: str
    title: str
    what: Personal[str] = ""


class PeopleTold(Fact, key="people.told", label="{names} told: {text}", icon="bell"):
    users: list[str]
    names: str
    text: Personal[str]


class TagAdded(Fact, key="tag.added", label="{actor} put on the tag {tag}", icon="tag"):
    tag: Personal[str]
    why: Personal[str] = ""


class PrioritySet(Fact, key="priority.set", label="Marked as priority", icon="flame"):
    why: Personal[str] = ""


class NoteWritten(Fact, key="note.written", label="{actor} wrote a note", icon="sticky-note"):
    text: Personal[str]


class DuplicateSuspected(
    Fact, key="duplicate.suspected", label="May be the same person as {other_name}: {reason}", icon="users"
):
    other_id: str
    other_name: Personal[str]
    reason: Personal[str]


class ContactAdded(Fact, key="contact.added", label="{actor} wrote them down", icon="user-round-plus"):
    """Somebody was added without a signal: by hand, by a program, or from a file (`source` names it)."""

    source: Personal[str] = ""


class ContactChanged(Fact, key="contact.changed", label="{actor} changed {what}", icon="pencil"):
    """What is known of a person is different. `changes` holds before and after by the field; `why` may be empty."""

    what: Personal[str]
    changes: Personal[dict[str, list[str]]]
    why: Personal[str] = ""


class ContactCopied(Fact, key="contact.copied", label="{actor} took a full copy of what we hold", icon="file-down"):
    """Everything about a person was given away in one file."""


class ListExported(Fact, key="list.exported", label="{actor} took {what} away as {form}", icon="download"):
    """Rows of a list, or of what was changed, were given away in a file.

    `rows` is how many, and `what` says it; `asked` is the filter in words. It is told before anything leaves and kept
    up while more does: whoever breaks off has what it says, or up to a batch less.
    """

    listing: str
    form: str
    rows: int
    what: str
    asked: Personal[str] = ""


class EverythingExported(
    Fact, key="everything.exported", label="{actor} took everything away in one file: {rows:,} rows", icon="package"
):
    """All that the business has was written into one file, at the command line."""

    rows: int


class ContactErased(Fact, key="contact.erased", label="{actor} erased this person: {why}", icon="eraser"):
    """All that says who they were is gone for good; what happened is still counted. `why` is one of three words."""

    why: str


class SettingChanged(Fact, key="setting.changed", label="{actor} {what}", icon="settings"):
    """How the business is set up is different: who works here, roles, hours, forms, fields, tokens.

    `table` and `row` say which row it was; `changes` holds before and after by the field, without secrets.
    """

    table: str
    row: str
    what: str
    changes: dict[str, list[str]]


class PersonSignedIn(Fact, key="person.signed_in", label="{actor} signed in", icon="log-in"):
    """A colleague came in through the door, with every step that it asks for."""


class CompanyAdded(Fact, key="company.added", label="{actor} wrote {name} down", icon="building-2"):
    """A company was added by itself, without anybody who belongs to it; `source` names the program or file."""

    company_id: str
    name: str
    source: str = ""


class CompanyChanged(Fact, key="company.changed", label="{actor} changed {what}", icon="pencil"):
    """As of a person. `company_id` is which."""

    company_id: str
    what: str
    changes: dict[str, list[str]]
    why: str = ""


class CompanyMerged(Fact, key="company.merged", label="{actor} merged {other_name} into {name}", icon="building-2"):
    """Two companies are one: the people of `other_id`, which is gone, belong to `company_id`."""

    company_id: str
    name: str
    other_id: str
    other_name: str


class CompanyRemoved(Fact, key="company.removed", label="{actor} removed {name}", icon="building-2"):
    """Its people belong to no company."""

    company_id: str
    name: str


class JourneyChanged(Fact, key="journey.changed", label="{actor} changed {what}", icon="pencil"):
    """As of a person, of the fields that the business added to its journeys."""

    what: Personal[str]
    changes: Personal[dict[str, list[str]]]
    why: Personal[str] = ""


class TagRemoved(Fact, key="tag.removed", label="{actor} took off the tag {tag}", icon="tag"):
    tag: Personal[str]


class ContactsMerged(Fact, key="contacts.merged", label="{actor} merged {other_name} into this contact", icon="users"):
    """Two contacts were one person. Told of the one who stays; the id of the other leads here from now on."""

    merge_id: str
    other_id: str
    other_name: Personal[str]


class ContactsParted(Fact, key="contacts.parted", label="{actor} parted {other_name} from this contact", icon="undo-2"):
    """A merge was taken back."""

    other_id: str
    other_name: Personal[str]

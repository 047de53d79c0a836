"""Events, messages and calls as entries of the timeline: who did what, and why, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trellis.conversations.models import Call, Message, MessageState
from trellis.events.catalogue import CATALOGUE, Fact
from trellis.events.models import Event
from trellis.people.models import CHANNELS as CONSENT_CHANNELS
from trellis.people.models import Contact
from trellis.web.times import length

LAST = UUID(int=2**128 - 1)
CHANNELS = {"sms": "text", "email": "email"}
WITH = {"service": "about their request", "marketing": "with offers and news"}
CHANNEL_ICONS = {"sms": "message-square-text", "email": "mail"}
CAME = {
    "form": ("globe", "filled in the web form"),
    "referral": ("hand-heart", "was referred to us"),
}
# Acts of the engine: told quietly, whoever set them off, and those of one instant in this order.
AUTOMATIC = (
    "journey.started", "journey.reopened", "journey.parked", "journey.closed", "tag.added", "priority.set",
    "duplicate.suspected", "clock.broken", "owner.gone", "taker.gone", "handover.lapsed", "handover.withdrawn",
    "owner.assigned", "handover.offered", "people.told", "step.set",
)  # fmt: skip
CONSENTS = {"consent.given": ("agreed to", "and"), "consent.withdrawn": ("asked us to stop", "or")}
TRIED = {"voicemail": "left a voicemail", "no_answer": "called, nobody picked up"}


# Where a stage stands on its path: its position, and of how many.
Places = Mapping[str, tuple[int, int]]
# What became of an automatic message; while it is kept, that is said first.
BECAME = {
    "queued": "is on its way", "sending": "is on its way", "handed_over": "sent", "delivered": "sent",
    "failed": "could not be sent", "in_doubt": "may have been sent", "suppressed": "was not sent",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened. The sentence is `actor text note`, `actor` in bold; `quote` is in the speaker's words.

    `brief` stands for the text where several quiet acts are told in one line, `tag` is what a person put on.
    `tone` is person, auto (quieter) or stage (a diamond); `whose` words they are: theirs or ours.
    """

    at: datetime
    key: UUID
    icon: str = ""
    actor: str = ""
    text: str = ""
    note: str = ""
    brief: str = ""
    tag: str = ""
    rank: int = 0
    tone: str = "person"
    late: bool = False
    quote: str = ""
    whose: str = ""
    body: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    position: int = 0
    stages: int = 1
    message: Message | None = None
    journey_id: UUID | None = None
    merge_id: str = ""

    @property
    def has_reasons(self) -> bool:
        """Whether it came about by itself, so that somebody may ask why."""
        return self.journey_id is not None and self.tone != "person"

    @property
    def reasons_from(self) -> str:
        """The page of reasons that begins with those of this moment."""
        return f"{self.at.isoformat()}_{LAST}"

    @property
    def is_untold(self) -> bool:
        """Another entry tells of it: a message or a call."""
        return not (self.actor or self.text)


def say_event(event: Event, contact: Contact, places: Places) -> Entry:
    if event.key == "signal.captured":
        return say_signal(event, contact)
    if event.key == "stage.moved":
        return say_stage(event, places)
    if event.key == "note.written":
        return entry(
            event, icon="sticky-note", actor=who(event), text="wrote a note", body=event.payload.get("text", "")
        )
    if event.key == "answer.given":
        asked = event.payload.get("question", "").replace("_", " ")
        return entry(
            event, icon="list-checks", actor=who(event), text=f"wrote down {asked}: {event.payload.get('answer', '')}"
        )
    if event.key in CONSENTS:
        return say_consent(event, contact)
    if event.key not in CATALOGUE:
        return entry(event)
    fact = CATALOGUE[event.key]
    words = label(fact, event, contact)
    if event.key == "tag.added" and event.by:
        return say_tag(event)
    if event.key in AUTOMATIC:
        brief = f"{event.payload.get('names', '')} told" if event.key == "people.told" else ""
        rank = AUTOMATIC.index(event.key)
        words = words.removesuffix(f": The {event.payload.get('title', '').lower()} is late")
        return entry(event, icon=fact.icon, tone="auto", text=words, brief=brief, rank=rank, late=is_late(event))
    actor, _, rest = words.partition(" ") if fact.label.startswith("{actor}") else ("", "", words)
    merge_id, body = event.payload.get("merge_id", ""), event.payload.get("note", "")
    return entry(event, icon=fact.icon, actor=actor, text=rest, note=why(event), body=body, merge_id=merge_id)


def entry(event: Event, **told: Any) -> Entry:
    return Entry(at=event.at, key=event.pk, journey_id=event.journey_id, **told)


def is_late(event: Event) -> bool:
    return event.key == "clock.broken"


def say_signal(event: Event, contact: Contact) -> Entry:
    """A message or a call that is also a signal is told by its own row."""
    kind = event.payload.get("kind", "")
    if kind not in CAME:
        return entry(event)
    icon, did = CAME[kind]
    answers = event.payload.get("answers") or {}
    facts = [("From", event.payload.get("page", ""))]
    facts += [(key.replace("_", " ").capitalize(), str(value)) for key, value in answers.items()]
    return entry(
        event,
        icon=icon,
        actor=name_of(contact),
        text=did,
        quote=event.payload.get("words", ""),
        whose="theirs",
        facts=tuple((name, value) for name, value in facts if value),
    )


def say_consent(event: Event, contact: Contact) -> Entry:
    """Renee agreed to texts about their request; by phone on Monday, written down by Maya."""
    did, joint = CONSENTS[event.key]
    channel = event.payload.get("channel", "")
    purposes = [WITH[purpose] for purpose in event.payload.get("purposes") or () if purpose in WITH]
    what = f" {joint} ".join(purposes)
    by = f"written down by {event.by.first_name}" if event.by else ""
    return entry(
        event,
        icon=CATALOGUE[event.key].icon,
        actor=name_of(contact),
        text=f"{did} {CONSENT_CHANNELS.get(channel, channel).lower()} {what}".rstrip(),
        note=" · ".join(part for part in (event.payload.get("source", ""), by) if part),
    )


def say_tag(event: Event) -> Entry:
    """What a person put on, by hand or with a file."""
    tag = event.payload.get("tag", "")
    return entry(event, icon="tag", actor=who(event), text=f"put on the tag {tag}", note=why(event), tag=tag)


def say_stage(event: Event, places: Places) -> Entry:
    by = f"by {event.by.first_name}" if event.by else ""
    why = event.payload.get("why", "")
    position, stages = places.get(event.payload.get("stage", ""), (0, 1))
    return entry(
        event,
        tone="stage",
        actor=f"Moved to {event.payload.get('title', '')}",
        note=" · ".join(dict.fromkeys(part for part in (by, why) if part)),
        position=position,
        stages=stages,
    )


def say_message(message: Message, contact: Contact) -> Entry:
    by_channel = f"by {CHANNELS.get(message.channel, message.channel)}"
    icon = CHANNEL_ICONS.get(message.channel, "message-square-text")
    told: dict[str, Any] = {"actor": name_of(contact), "text": f"wrote {by_channel}", "whose": "theirs"}
    late = message.state in (MessageState.FAILED, MessageState.IN_DOUBT)
    if message.direction == "out":
        actor = message.written_by.first_name if message.written_by else "We"
        told = {"actor": actor, "text": f"wrote {by_channel}", "whose": "ours", "late": late}
    if message.is_automatic:
        icon = icon if late else "zap"
        told |= {"actor": "", "text": say_automatic(message), "tone": "auto"}
    told |= {"icon": icon, "quote": message.text, "message": message, "journey_id": message.journey_id}
    return Entry(at=message.created_at, key=message.pk, **told)


def say_automatic(message: Message) -> str:
    """Automatic text “We got it” sent."""
    title = f"“{message.template.replace('-', ' ').capitalize()}”" if message.template else ""
    became = "kept here" if message.held else BECAME.get(message.state, "")
    return " ".join(part for part in ("Automatic", CHANNELS.get(message.channel, "message"), title, became) if part)


def say_call(call: Call, contact: Contact) -> Entry:
    ours, theirs = call.by.first_name if call.by else "", name_of(contact)
    answered = call.outcome == "answered"
    told: dict[str, Any]
    if call.direction == "out":
        text = f"spoke with {theirs} by phone" if answered else TRIED.get(call.outcome, TRIED["no_answer"])
        told = {"icon": "phone-outgoing", "actor": ours or "We", "text": text}
    elif answered:
        told = {"icon": "phone-incoming", "actor": theirs, "text": f"called, {ours} answered" if ours else "called"}
    else:
        told = {"icon": "phone-missed", "actor": "Missed call", "text": f"from {theirs}", "late": True}
    lasted = f"· {length(timedelta(seconds=call.seconds))}" if call.seconds else ""
    return Entry(at=call.started_at, key=call.pk, note=lasted, body=call.note, **told)


def label(fact: type[Fact], event: Event, contact: Contact) -> str:
    """The catalogue's own words, with the actor and the fields in their places."""
    fields = {name: plain(value) for name, value in event.payload.items()}
    actor = name_of(contact) if fact.from_customer and not event.by else who(event)
    try:
        return fact.label.format(actor=actor, **fields)
    except (KeyError, IndexError):
        return fact.label.partition("{")[0].strip() or fact.key


def plain(value: Any) -> str:
    """A field as words: an instant as its date, nothing as nothing."""
    if isinstance(value, str) and value[4:5] == "-" and value[10:11] == "T":
        at = datetime.fromisoformat(value)
        return f"{at:%b} {at.day}, {at.year}"
    return "" if value is None else str(value)


def who(event: Event) -> str:
    if event.by:
        return event.by.first_name
    return f"Rule {event.rule_id}" if event.rule_id and event.key == "tag.added" else "Trellis"


def why(event: Event) -> str:
    """Why they were changed, where somebody said so: by a file, for a reason."""
    said = event.payload.get("why", "") if event.key in ("tag.added", "contact.changed") else ""
    return f"· {said}" if said else ""


def name_of(contact: Contact) -> str:
    return contact.first_name or "They"

"""The last touch on a card: what happened last between them and us, and what Trellis did about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from trellis.core.questions import RowsOf
from trellis.desk.queries.names import way_of
from trellis.desk.queries.sentences import CHANNELS
from trellis.desk.queries.today import shorten
from trellis.events.catalogue import CATALOGUE
from trellis.events.models import Event
from trellis.journeys.models import Act, Journey
from trellis.web.times import brief_length

ON_TWO_LINES = 80
SENT = "message.handed_over"
# What people do is told first; what Trellis did after it stands under it, as what became of its message.
LOUD = Q(
    key__in=(
        *("signal.captured", "message.received", "call.answered", "call.missed", "call.tried"),
        *("stage.moved", "note.written", "journey.reopened"),
    )
) | Q(key=SENT, by__isnull=False)
BECAME = {
    "message.queued": "waits to go out", SENT: "sent", "message.failed": "could not be sent",
    "message.suppressed": "was not sent", "message.in_doubt": "may have been sent",
}  # fmt: skip
QUIET = Q(key__in=tuple(BECAME), by=None)


@dataclass(frozen=True, kw_only=True)
class Touch:
    """What happened and when, in bold; `note` is quieter: their words, or what Trellis did."""

    icon: str
    event: str
    at: datetime
    note: str = ""


def with_last_events(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """With their last events, each in a list of one or none: `loud` is what somebody did and did not take back,
    `quiet` what became of a message of Trellis.
    """
    undone = Act.objects.filter(journey=OuterRef("journey_id"), at=OuterRef("at"), undone_at__isnull=False)
    told = Event.objects.filter(~Exists(undone), journey_id=OuterRef("pk")).annotate(actor=F("by__name"))
    # Of one instant the first is the cause: the call, not the move that it led to.
    return journeys.annotate(
        loud=RowsOf(told.filter(LOUD).order_by("-at", "id")[:1]),
        quiet=RowsOf(told.filter(QUIET).order_by("-at", "-id")[:1]),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An event as far as a card tells of it. `actor` is a first name."""

    key: str
    at: datetime
    payload: dict[str, Any]
    actor: str


def touch_in(row: dict[str, Any], *, hear: bool, notes: bool) -> Touch:
    """Of a journey read by `with_last_events`, as a row. What was said or noted is told to whoever may read it."""
    touch = touch_of(row, *(told_by(event) for event in (row["loud"], row["quiet"])))
    told = row["loud"][0].key if row["loud"] else ""
    hides = not notes if told == "note.written" else not hear and told.startswith(("message.", "call."))
    return replace(touch, note="") if hides else touch


def told_by(events: Sequence[Any]) -> Told | None:
    return next(
        (
            Told(
                key=event.key,
                at=event.at,
                payload=event.payload,
                actor=event.actor.split(" ")[0] if event.actor else "Trellis",
            )
            for event in events
        ),
        None,
    )


def touch_of(row: dict[str, Any], loud: Told | None, quiet: Told | None) -> Touch:
    if loud is None:
        icon, way = way_of(row["context"].get("kind", ""), row["context"].get("channel", ""))
        return Touch(icon=icon, event=way.capitalize(), at=row["started_at"])
    icon, event = HEADS.get(loud.key, said_by_catalogue)(loud)
    after = quiet if quiet and quiet.at >= loud.at else None
    return Touch(icon=icon, event=event, at=loud.at, note=note_on(loud) or (say_quiet(after) if after else ""))


def note_on(event: Told) -> str:
    """What was said, or why."""
    payload = event.payload
    match event.key:
        case "message.received":
            return quoted(payload.get("text", ""))
        case "note.written":
            return shorten(payload.get("text", ""), ON_TWO_LINES)
        case "call.answered" | "call.tried":
            lasted = brief_length(timedelta(seconds=payload["seconds"])) if payload.get("seconds") else ""
            return shorten(payload.get("note") or "", ON_TWO_LINES) or lasted
        case "stage.moved":
            why = str(payload.get("why", ""))
            return why[:1].upper() + why[1:]
        case "message.handed_over":
            return "No reply yet"
    return ""


def say_quiet(event: Told) -> str:
    channel = CHANNELS.get(event.payload.get("channel", ""), "message")
    return f"Auto-{channel} {BECAME[event.key]}"


def quoted(words: str) -> str:
    line = shorten(words, ON_TWO_LINES)
    return f"“{line}”" if line else ""


def say_way(event: Told) -> tuple[str, str]:
    icon, way = way_of(event.payload.get("kind", ""), event.payload.get("channel", ""))
    return icon, way.capitalize()


def say_channel(event: Told) -> tuple[str, str]:
    icon, way = way_of("", event.payload.get("channel", ""))
    return icon, way.capitalize()


def say_written(event: Told) -> tuple[str, str]:
    did = {"sms": "texted", "email": "emailed"}.get(event.payload.get("channel", ""), "wrote")
    return "send", f"{event.actor} {did}"


def say_tried(event: Told) -> tuple[str, str]:
    return "phone-outgoing", "Left a voicemail" if event.payload.get("outcome") == "voicemail" else "No answer"


def said_by_catalogue(event: Told) -> tuple[str, str]:
    fact = CATALOGUE[event.key]
    return fact.icon, fact.label.format_map(Blank(event.payload, actor=event.actor))


class Blank(dict[str, object]):
    """Names that a label asks for and nobody gave are left out."""

    def __missing__(self, name: str) -> str:
        return ""


HEADS: Mapping[str, Callable[[Told], tuple[str, str]]] = {
    "signal.captured": say_way,
    "message.received": say_channel,
    SENT: say_written,
    "call.answered": lambda event: ("phone", "Call"),
    "call.missed": lambda event: ("phone-missed", "Missed call"),
    "call.tried": say_tried,
    "stage.moved": lambda event: ("diamond", event.payload.get("title", "")),
    "note.written": lambda event: ("sticky-note", f"Note by {event.actor}"),
}

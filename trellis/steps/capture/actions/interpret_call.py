"""What a call means: missed, answered, or one of ours."""

from datetime import datetime
from typing import Any

from trellis.conversations.actions import log_call
from trellis.intake.actions import Settlement
from trellis.intake.models import Signal, SignalKind
from trellis.journeys.models import Journey
from trellis.journeys.undoing import recording
from trellis.people.identity import normalize_email, normalize_phone, recognize
from trellis.people.models import Contact, PointKind
from trellis.people.queries import contacts_at
from trellis.steps.capture.actions.into_journeys import Meaning, aside, into_journey, joined, settled
from trellis.steps.capture.queries import journey_to_join, playbook_for, resting_playbook
from trellis.team.queries import business

HIDDEN = "The caller hid their number: nobody could be called back"
STRANGER = "We called a number that we do not know"
NO_JOURNEY = "We called, and nothing was open with them"


def interpret_call(signal: Signal, at: datetime) -> Settlement:
    """A call of theirs starts or joins a journey; one of ours only joins. An answered call is evidence either way."""
    told = signal.payload
    number = normalize_phone(str(told.get("to" if _is_ours(told) else "from") or ""), business().region)
    if not (number or _email(told)):
        return aside(HIDDEN)
    contact = _called(number) if _is_ours(told) else _caller(signal, number, at)
    if contact is None:
        return aside(STRANGER)
    if journey := journey_to_join(contact):
        with recording(journey, by=signal.let_in_by, at=at):
            _log(signal, contact, number, journey, at)
        return joined(contact, journey)
    if _is_ours(told):
        _log(signal, contact, number, None, at)
        return aside(NO_JOURNEY, contact)
    captured = into_journey(signal, contact, _meaning(signal, contact), at=at)
    _log(signal, contact, number, captured.journey, at, is_turn=_outcome(signal) == "answered")
    return settled(captured)


def _called(number: str) -> Contact | None:
    return next(iter(contacts_at(PointKind.PHONE, number)), None)


def _caller(signal: Signal, number: str, at: datetime) -> Contact:
    touch = {"channel": "phone", "at": signal.received_at.isoformat()}
    name = str(signal.payload.get("from_name") or "")
    email, region = _email(signal.payload), business().region
    return recognize(name=name, email=email, phone=number, region=region, touch=touch, at=at).contact


def _email(told: dict[str, Any]) -> str:
    """Who writes a call down may know how else to reach them; a telephone system never does."""
    return "" if _is_ours(told) else normalize_email(str(told.get("email") or ""))


def _meaning(signal: Signal, contact: Contact) -> Meaning:
    return Meaning(
        playbook=resting_playbook(contact) or playbook_for(signal.kind),
        title="Missed call" if _outcome(signal) == "missed" else "Call",
        words=str(signal.payload.get("note") or ""),
    )


def _log(
    signal: Signal, contact: Contact, number: str, journey: Journey | None, at: datetime, *, is_turn: bool = True
) -> None:
    told = signal.payload
    log_call(
        contact=contact,
        direction="out" if _is_ours(told) else "in",
        outcome=_outcome(signal),
        started_at=signal.received_at,
        seconds=_seconds(told),
        note=str(told.get("note") or "")[:10_000],
        by=signal.added_by,
        journey_id=journey.pk if journey else None,
        provider_id=str(told.get("call_id") or "")[:120] or None,
        number=number,
        at=at,
        is_turn=is_turn,
    )


def _is_ours(told: dict[str, Any]) -> bool:
    return told.get("direction") == "out"


def _outcome(signal: Signal) -> str:
    if signal.payload.get("answered", signal.kind == SignalKind.CALL):
        return "answered"
    return "no_answer" if _is_ours(signal.payload) else "missed"


def _seconds(told: dict[str, Any]) -> int:
    seconds = told.get("seconds")
    return min(max(int(seconds), 0), 2**31 - 1) if isinstance(seconds, int | float) else 0

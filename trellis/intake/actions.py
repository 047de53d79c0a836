"""Taking signals in, and settling what became of each."""

import hashlib
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any
from uuid import UUID

from django.db import Error, IntegrityError, OperationalError, connection, transaction
from django.db.models import F

from trellis.core.refusal import Refused
from trellis.core.rows import insert_rows, update_rows
from trellis.intake.models import RawSignal, Signal, SignalState
from trellis.team.models import User
from trellis.team.undoing import keeping, this

log = logging.getLogger(__name__)

# Said over the phone and read from a screen: no letter or digit that looks or sounds like another, no vowels.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
REFERENCE_LENGTH = 8
# How often a clash (two at once, a reference drawn twice) is tried again at once.
TRIES = 3
# The door that took a signal in interprets it at once; one that still waits after this has lost its door.
LEFT_TO_THE_DOOR = timedelta(seconds=15)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360))
DEEPEST = 20
SETTLED_FIELDS = ("state", "reason", "contact", "journey_id", "settled_at", "settled_by", "retry_at", "error")
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """Where a signal ended: attached or joined with its journey, or set aside with a reason."""

    state: str
    contact_id: UUID | None = None
    journey_id: UUID | None = None
    reason: str = ""


Interpreter = Callable[[Signal, datetime], Settlement]
_interpreters: list[Interpreter] = []


def register_interpreter(interpreter: Interpreter) -> None:
    """Let a room above say what a signal means. There is one; the last registered counts."""
    _interpreters[:] = [interpreter]


def receive(
    *,
    kind: str,
    channel: str,
    source: str,
    payload: dict[str, Any],
    at: datetime,
    external_id: str | None = None,
    raw: bytes | None = None,
    origin: str = "",
    by: User | None = None,
) -> tuple[Signal, bool]:
    """Store a signal, committed on return; whether it is new. Nothing is understood yet, so nothing can be lost.

    `by` is the person who writes it down, where it does not come by itself.
    The same `external_id` from the same source is the same signal. Must not be called inside a transaction.
    """
    signal = Signal(
        kind=kind,
        channel=channel,
        source=source[:80],
        external_id=_short_id(external_id),
        payload=storable(payload),
        received_at=at,
        retry_at=at + LEFT_TO_THE_DOOR,
        origin=origin,
        added_by=by,
    )
    for _ in range(TRIES):
        signal.reference = new_reference()
        try:
            _store(signal, raw)
        except IntegrityError:
            if told_before := _told_before(signal):
                return told_before, False
        else:
            return signal, True
    raise IntegrityError("No free reference was found for a signal.")


def interpret(signal: Signal, *, at: datetime, wait: bool = True) -> Signal:
    """Have a waiting signal settled, in one transaction. Never raises: what fails stays waiting and is tried again.

    `wait=False` leaves a signal alone that somebody else is interpreting now.
    """
    error: Exception | None = None
    for _ in range(TRIES):
        try:
            return _settle(signal, at, wait)
        except (IntegrityError, OperationalError) as clash:
            # Two at once met in the database. The other has won by now, so that a second look finds their rows.
            error = clash
        except Exception as fault:
            error = fault
            break
    log.error("signal %s could not be interpreted", signal.reference, exc_info=error)
    return _keep_waiting(signal, f"{type(error).__name__}: {error}", at)


def interpret_waiting(at: datetime, limit: int = 50) -> int:
    """Take up signals that lost their door or failed before. Any number of workers may; returns how many settled."""
    due = list(Signal.objects.due(at).order_by("retry_at")[:limit])
    settled = [interpret(signal, at=at, wait=False) for signal in due]
    return sum(signal.state != SignalState.WAITING for signal in settled)


@transaction.atomic
def set_aside(signal: Signal, *, reason: str, by: User | None = None, at: datetime) -> Signal:
    """Say that nothing is to be made of a waiting signal. Refused when it was settled before."""
    signal = Signal.objects.select_for_update().get(pk=signal.pk)
    if signal.state != SignalState.WAITING:
        raise Refused("signal_settled", f"This was settled already: {signal.get_state_display().lower()}.")
    if not reason.strip():
        raise Refused("no_reason", "Say why, in a few words.")
    return _write(signal, Settlement(state=SignalState.SET_ASIDE, reason=reason.strip()), at, by)


def restore(signal: Signal, *, by: User, at: datetime) -> Signal:
    """Take a signal back in that was set aside: it is interpreted again and nothing in it counts as spam."""
    with keeping(this(signal), by=by, at=at):
        signal = Signal.objects.select_for_update().get(pk=signal.pk)
        if signal.state != SignalState.SET_ASIDE:
            raise Refused("not_set_aside", "Only a signal that was set aside can be taken back in.")
        signal.state, signal.reason = SignalState.WAITING, ""
        signal.settled_at, signal.settled_by = None, None
        signal.restored_at, signal.restored_by, signal.retry_at = at, by, at + LEFT_TO_THE_DOOR
        signal.save()
    return interpret(signal, at=at)


@transaction.atomic
def take_back(signal: Signal, *, by: User, at: datetime) -> Signal:
    """It was written down by mistake: it belongs to nobody. What came of it is the caller's to take back."""
    signal = Signal.objects.select_for_update().get(pk=signal.pk)
    if signal.state == SignalState.SET_ASIDE:
        raise Refused("undone_already", "It is set aside: there is nothing to take back.")
    return _write(signal, Settlement(state=SignalState.SET_ASIDE, reason=f"{by.first_name} took it back"), at, by)


def mark_as_sample(signal: Signal, *, at: datetime) -> Signal:
    """Say that nobody reached out in earnest: whatever came of it can be taken out again."""
    Signal.objects.filter(pk=signal.pk).update(sampled_at=at)
    signal.sampled_at = at
    return signal


def new_reference() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


def storable(value: Any, depth: int = 0) -> Any:
    """The value as JSON that both databases keep: no NUL, no half of a character, no number that is none."""
    if isinstance(value, str):
        return _HALF_CHARACTERS.sub("\ufffd", value.replace("\0", ""))
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if depth < DEEPEST and isinstance(value, dict):
        return {storable(str(name)): storable(part, depth + 1) for name, part in value.items()}
    if depth < DEEPEST and isinstance(value, list | tuple):
        return [storable(part, depth + 1) for part in value]
    return storable(str(value))


def _store(signal: Signal, raw: bytes | None) -> None:
    with transaction.atomic(durable=True):
        insert_rows([signal])
        if raw is not None:
            RawSignal.objects.create(signal=signal, body=raw)


def _told_before(signal: Signal) -> Signal | None:
    if signal.external_id is None:
        return None
    return Signal.objects.filter(source=signal.source, external_id=signal.external_id).first()


def _short_id(external_id: str | None) -> str | None:
    """As given where it fits and can be stored, else its digest: it is only ever compared."""
    if external_id and (len(external_id) > 250 or storable(external_id) != external_id):
        return "sha256:" + hashlib.sha256(external_id.encode(errors="surrogatepass")).hexdigest()
    return external_id or None


@transaction.atomic
def _settle(signal: Signal, at: datetime, wait: bool) -> Signal:
    skip_locked = not wait and connection.features.has_select_for_update_skip_locked
    held = Signal.objects.select_for_update(skip_locked=skip_locked).filter(pk=signal.pk)
    if [state for (state,) in held.values_list("state")] != [SignalState.WAITING]:
        signal.refresh_from_db()
        return signal
    if not _interpreters:
        raise LookupError("Nobody has registered to interpret signals.")
    if signal.restored_by is None:
        return _write(signal, _interpreters[0](signal, at), at)
    with keeping(this(signal), by=signal.restored_by, at=at):
        return _write(signal, _interpreters[0](signal, at), at)


def _write(signal: Signal, settlement: Settlement, at: datetime, by: User | None = None) -> Signal:
    signal.state, signal.reason = settlement.state, settlement.reason[:200]
    signal.contact_id, signal.journey_id = settlement.contact_id, settlement.journey_id
    signal.settled_at, signal.settled_by = at, by
    signal.retry_at, signal.error = None, ""
    update_rows([signal], SETTLED_FIELDS)
    return signal


def _keep_waiting(signal: Signal, error: str, at: datetime) -> Signal:
    """Note what went wrong. Where even that fails, `retry_at` of the stored row still brings it back."""
    again_at = at + RETRY_AFTER[min(signal.attempts, len(RETRY_AFTER) - 1)]
    try:
        Signal.objects.filter(pk=signal.pk, state=SignalState.WAITING).update(
            attempts=F("attempts") + 1, error=storable(error)[:2000], retry_at=again_at
        )
        signal.refresh_from_db()
    except Error:
        log.exception("signal %s could not be marked for another try", signal.reference)
    return signal

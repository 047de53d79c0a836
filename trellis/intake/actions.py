"""Taking signals in, and settling what became of each.

Signals that come in at the same time are stored together and then interpreted together, each in one transaction
(docs/decisions/0013-signals-come-in-together.md).
"""

import hashlib
import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import Error, IntegrityError, OperationalError, connection, transaction
from django.db.models import F

from trellis.core.refusal import Refused
from trellis.core.rows import find_rows, insert_rows, update_rows
from trellis.core.together import Together
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


class Told(TypedDict):
    """A signal as its door tells it. The same `external_id` from the same source is the same signal.

    `by` is the person who writes it down, where it does not come by itself.
    """

    kind: str
    channel: str
    source: str
    payload: dict[str, Any]
    at: datetime
    external_id: NotRequired[str | None]
    raw: NotRequired[bytes | None]
    origin: NotRequired[str]
    by: NotRequired[User | None]


# What each of the signals means, in their order. None leaves one of several to be interpreted alone.
Interpreter = Callable[[Sequence[Signal], datetime], Sequence[Settlement | None]]
_interpreters: list[Interpreter] = []


def register_interpreter(interpreter: Interpreter) -> None:
    """Let a room above say what signals mean. There is one; the last registered counts."""
    _interpreters[:] = [interpreter]


def take_in(**told: Unpack[Told]) -> tuple[Signal, bool]:
    """Store a signal, committed, then have it interpreted; the signal and whether it is new.

    Never fails once it is stored: what cannot be interpreted stays waiting. Must not be called inside a transaction.
    """
    signal, is_new = _take_in_together(_as_signal(told))
    is_untried = signal.state == SignalState.WAITING and not signal.attempts
    return (interpret(signal, at=told["at"]) if is_untried else signal), is_new


def receive(**told: Unpack[Told]) -> tuple[Signal, bool]:
    """Store a signal, committed on return; whether it is new. Nothing is understood yet, so nothing can be lost.

    Must not be called inside a transaction.
    """
    return _receive(_as_signal(told))


def interpret(signal: Signal, *, at: datetime, wait: bool = True) -> Signal:
    """Have a waiting signal settled, in one transaction. Never raises: what fails stays waiting and is tried again.

    `wait=False` leaves a signal alone that somebody else is interpreting now.
    """
    error: Exception | None = None
    for _ in range(TRIES):
        try:
            return _settle([signal], at, wait)[0]
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
    _note(signal, Settlement(state=SignalState.SET_ASIDE, reason=reason.strip()), at, by)
    update_rows([signal], SETTLED_FIELDS)
    return signal


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
    _note(signal, Settlement(state=SignalState.SET_ASIDE, reason=f"{by.first_name} took it back"), at, by)
    update_rows([signal], SETTLED_FIELDS)
    return signal


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


@dataclass(frozen=True)
class _Arrival:
    """A signal that is not stored yet, with the bytes it came as where those are kept."""

    signal: Signal
    raw: bytes | None


def _as_signal(told: Told) -> _Arrival:
    signal = Signal(
        kind=told["kind"],
        channel=told["channel"],
        source=told["source"][:80],
        external_id=_short_id(told.get("external_id")),
        payload=storable(told["payload"]),
        received_at=told["at"],
        retry_at=told["at"] + LEFT_TO_THE_DOOR,
        origin=told.get("origin", ""),
        added_by=told.get("by"),
    )
    return _Arrival(signal, told.get("raw"))


def _take_in_all(arrivals: Sequence[_Arrival]) -> list[tuple[Signal, bool]]:
    """Store them all or none, and settle those that can be settled together; the others are left waiting."""
    if len(arrivals) == 1:
        signal, is_new = _receive(arrivals[0])
        return [(interpret(signal, at=arrivals[0].signal.received_at), is_new)]
    _store(arrivals)
    signals = [arrival.signal for arrival in arrivals]
    try:
        _settle(signals, max(signal.received_at for signal in signals))
    except Exception as error:  # They are stored: whatever it was, each of them gets a try of its own.
        log.warning("%d signals could not be interpreted together: %s", len(signals), error)
        for signal in signals:
            signal.state = SignalState.WAITING
    return [(signal, True) for signal in signals]


_take_in_together = Together(_take_in_all)


def _receive(arrival: _Arrival) -> tuple[Signal, bool]:
    for _ in range(TRIES):
        try:
            _store([arrival])
        except IntegrityError:
            if told_before := _told_before(arrival.signal):
                return told_before, False
        else:
            return arrival.signal, True
    raise IntegrityError("No free reference was found for a signal.")


def _store(arrivals: Sequence[_Arrival]) -> None:
    for arrival in arrivals:
        arrival.signal.reference = new_reference()
    with transaction.atomic(durable=True):
        insert_rows(arrival.signal for arrival in arrivals)
        insert_rows(RawSignal(signal=one.signal, body=one.raw) for one in arrivals if one.raw is not None)


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
def _settle(signals: Sequence[Signal], at: datetime, wait: bool = True) -> Sequence[Signal]:
    """Interpret those that still wait and write what became of them; all or none."""
    skip_locked = not wait and connection.features.has_select_for_update_skip_locked
    ids = [signal.pk for signal in signals]
    waiting = find_rows(
        Signal, id=ids, state=[SignalState.WAITING], order_by=("id",), lock=True, skip_locked=skip_locked
    )
    ours = [signal for signal in signals if signal in waiting]
    for signal in signals:
        if signal not in ours:
            signal.refresh_from_db()
    for signal, settlement in zip(ours, _meanings(ours, at), strict=True):
        if settlement:
            _note(signal, settlement, at)
    update_rows([signal for signal in ours if signal.state != SignalState.WAITING], SETTLED_FIELDS)
    return signals


def _meanings(signals: Sequence[Signal], at: datetime) -> Sequence[Settlement | None]:
    if not signals:
        return []
    if not _interpreters:
        raise LookupError("Nobody has registered to interpret signals.")
    if len(signals) > 1 or signals[0].restored_by is None:
        return _interpreters[0](signals, at)
    with keeping(this(signals[0]), by=signals[0].restored_by, at=at):
        meant = _interpreters[0](signals, at)
        if meant[0]:
            _note(signals[0], meant[0], at)
            update_rows(signals, SETTLED_FIELDS)
    return meant


def _note(signal: Signal, settlement: Settlement, at: datetime, by: User | None = None) -> None:
    signal.state, signal.reason = settlement.state, settlement.reason[:200]
    signal.contact_id, signal.journey_id = settlement.contact_id, settlement.journey_id
    signal.settled_at, signal.settled_by = at, by
    signal.retry_at, signal.error = None, ""


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

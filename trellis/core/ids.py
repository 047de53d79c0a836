"""Identifiers: UUIDv7 (RFC 9562), so that keys made in Python sort by time."""

import os
import threading
import time
import uuid
from datetime import datetime

_lock = threading.Lock()
_last = 0
# How the two slots of an id are filled, which refuses to be changed.
_set_int, _set_is_safe = (vars(uuid.UUID)[slot].__set__ for slot in ("int", "is_safe"))


def new_id() -> uuid.UUID:
    """Return a UUIDv7 that is greater than any this process returned before.

    48 bits of milliseconds, then 12 bits that count within the millisecond, then 62 random bits.
    """
    global _last
    with _lock:
        ticks = time.time_ns() * 4096 // 1_000_000
        _last = max(ticks, _last + 1)
        ticks = _last
    milliseconds, counter = divmod(ticks, 4096)
    random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return _id_of(milliseconds << 80 | 7 << 76 | counter << 64 | 2 << 62 | random)


def new_ids(count: int) -> list[uuid.UUID]:
    """As many as that, one after another, for a fraction of what they cost one by one."""
    global _last
    with _lock:
        first = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = first + count - 1
    chance = memoryview(os.urandom(8 * count)).cast("Q")
    return [
        _id_of((ticks >> 12) << 80 | 7 << 76 | (ticks & 4095) << 64 | 2 << 62 | random & (1 << 62) - 1)
        for ticks, random in zip(range(first, first + count), chance, strict=True)
    ]


def _id_of(number: int) -> uuid.UUID:
    """`UUID(int=number)` without its checks, which take longer than all the rest."""
    made = object.__new__(uuid.UUID)
    _set_int(made, number)
    _set_is_safe(made, uuid.SafeUUID.unknown)
    return made


def id_before(given: uuid.UUID, milliseconds: int) -> uuid.UUID:
    """The id so long before this one, by the clock of whoever made it."""
    return uuid.UUID(int=max(given.int - (milliseconds << 80), 0))


def first_id_at(at: datetime) -> uuid.UUID:
    """The lowest UUIDv7 of that millisecond: every id made from then on is greater."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62)

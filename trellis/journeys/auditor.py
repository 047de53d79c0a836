"""What the auditor counted. Counting a million records takes seconds, so where much is open that is done beside whoever
asks, who is told what was counted last.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from trellis.journeys.audit import audit
from trellis.journeys.models import Journey

# Above so many open journeys a count is shared, and its age shown.
MANY = 5_000
# A count stays for so many times as long as it took: however often somebody looks, it costs a tenth of a core.
STAYS = 10


@dataclass(frozen=True, kw_only=True)
class Audited:
    """What was found, as `audit` tells it, and when."""

    found: dict[str, Any]
    at: datetime


def latest_audit(at: datetime) -> Audited | None:
    """Counted now where little is open; where much is, what was counted last, None until the first count has ended."""
    return _auditor.latest(at) if is_much_open() else Audited(found=audit(), at=at)


def is_much_open() -> bool:
    return Journey.objects.filter(status="open")[MANY : MANY + 1].exists()


class Auditor:
    """Counts in a thread of its own, one at a time."""

    def __init__(self) -> None:
        self._at_work = threading.Lock()
        self._last: Audited | None = None
        self._stale_at = 0.0

    def latest(self, at: datetime) -> Audited | None:
        if time.monotonic() >= self._stale_at and self._at_work.acquire(blocking=False):
            threading.Thread(target=self._count, args=[at], name="auditor", daemon=True).start()
        return self._last

    def _count(self, at: datetime) -> None:
        began = time.monotonic()
        try:
            self._last = Audited(found=audit(), at=at)
            self._stale_at = time.monotonic() + STAYS * (time.monotonic() - began)
        finally:
            connection.close()
            self._at_work.release()


_auditor = Auditor()

"""What the auditor counted, for the page behind the badge. Counting a million records takes seconds, so that is done
beside the page, which shows what was counted last.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from trellis.desk.queries.coverage import MANY
from trellis.journeys.queries import audit

# A count stays for so many times as long as it took: however often somebody looks, it costs a tenth of a core.
STAYS = 10


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What was found, and when."""

    found: dict[str, Any]
    at: datetime


def proof(total: int, at: datetime) -> Proof | None:
    """Counted now where there are few; where there are many, what was counted last, nothing before the first time."""
    return _auditor.latest(at) if total > MANY else Proof(found=audit(), at=at)


class Auditor:
    """Counts in a thread of its own, one at a time."""

    def __init__(self) -> None:
        self._at_work = threading.Lock()
        self._last: Proof | None = None
        self._stale_at = 0.0

    def latest(self, at: datetime) -> Proof | None:
        if time.monotonic() >= self._stale_at and self._at_work.acquire(blocking=False):
            threading.Thread(target=self._count, args=[at], name="auditor", daemon=True).start()
        return self._last

    def _count(self, at: datetime) -> None:
        began = time.monotonic()
        try:
            self._last = Proof(found=audit(), at=at)
            self._stale_at = time.monotonic() + STAYS * (time.monotonic() - began)
        finally:
            connection.close()
            self._at_work.release()


_auditor = Auditor()

"""Whether we are alive, and whether the promise stands. Public, so what costs anything is kept for a moment."""

import threading
import time
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from trellis.intake.queries import counts
from trellis.journeys.auditor import latest_audit
from trellis.journeys.guards import missing_guards
from trellis.journeys.models import Heartbeat
from trellis.journeys.wake import due_backlog

WORKER_MAY_BE_SILENT = 60
SHORTEST_KEEP = 1.0
PATIENCE = 2.0


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    report = _reading.take()
    return JsonResponse(report, status=200 if report["ok"] else 503)


class Reading:
    """The last report, shared by all who ask while it is fresh.

    It stays fresh for a second, or for ten times what it took: however often someone asks, the asking costs a tenth
    of one core at most.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._report: dict[str, Any] = {}
        self._stale_at = 0.0

    def take(self) -> dict[str, Any]:
        if not self._lock.acquire(timeout=PATIENCE):  # Somebody has been asking the database for that long.
            return down("no answer")
        try:
            if time.monotonic() >= self._stale_at:
                self._read()
            return self._report
        finally:
            self._lock.release()

    def _read(self) -> None:
        start = time.monotonic()
        self._report = report()
        took = time.monotonic() - start
        self._stale_at = start + max(SHORTEST_KEEP, 10 * took)

    def forget(self) -> None:
        self._stale_at = 0.0


_reading = Reading()
forget = _reading.forget


def report() -> dict[str, Any]:
    """The state of the installation; `ok` when the database answers, its guards stand and a worker is at work.

    `violations` is null until they have been counted: where much is open, that goes on beside this answer.
    """
    try:
        now, missing, seen = timezone.now(), missing_guards(), worker_seen_s()
        audited = latest_audit(now)
        violations = audited.found["violations"] if audited else None
        return {
            "ok": not missing and not violations and is_working(seen),
            "database": connection.vendor,
            "guards": missing or "present",
            "worker_seen_s": seen,
            "due_backlog": due_backlog(now),
            "violations": violations,
            "violations_counted_at": audited and audited.at,
            "signals": counts(),
        }
    except DatabaseError as error:
        return down(type(error).__name__)


def down(why: str) -> dict[str, Any]:
    """The report when the database cannot be asked."""
    known = ["guards", "worker_seen_s", "due_backlog", "violations", "violations_counted_at", "signals"]
    return {"ok": False, "database": f"down: {why}"} | dict.fromkeys(known)


def worker_seen_s() -> float | None:
    """Seconds since any worker was last seen, None when none ever was."""
    last: datetime | None = Heartbeat.objects.aggregate(last=Max("at"))["last"]
    return None if last is None else round(max(0.0, (timezone.now() - last).total_seconds()), 1)


def is_working(seen: float | None) -> bool:
    return seen is not None and seen <= WORKER_MAY_BE_SILENT

"""When: waits become instants, and our own messages keep out of the customer's night. Pure."""

from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from trellis.core.durations import Duration, elapse
from trellis.journeys.playbook.schema import QuietHours


def out_of_quiet(at: datetime, quiet: QuietHours, zone: str) -> datetime:
    """`at`, or the end of the quiet hours that it falls in, in the customer's zone."""
    local = at.astimezone(ZoneInfo(zone))
    now, start, end = local.time(), clock(quiet.start), clock(quiet.end)
    inside = start <= now < end if start < end else now >= start or now < end
    if not inside:
        return at
    day = local.date() + timedelta(days=1) if start > end and now >= start else local.date()
    return datetime.combine(day, end, ZoneInfo(zone)).astimezone(at.tzinfo)


@cache
def clock(text: str) -> time:
    return time.fromisoformat(text)


def wait(anchor: datetime, after: Duration | None, zone: str) -> datetime:
    """`after` plain elapsed time from the anchor; days keep the local time of day."""
    return elapse(anchor, after, zone) if after else anchor

"""How fast long work goes, and about how long it still takes: said once there is enough to tell it by."""

from datetime import datetime, timedelta

from trellis.team.models import Run

# Before that nobody can tell.
SOON = timedelta(seconds=3)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def pace_of(run: Run, at: datetime) -> str:
    """As in “1,200 a second, about 2 minutes left”; empty where nobody can tell, or it stands still."""
    took = at - run.started_at if run.started_at else timedelta(0)
    if took < SOON or not run.done or run.ended_at or run.paused_at or run.is_tried_again:
        return ""
    rate = rate_in_words(run.done / took.total_seconds())
    left = (run.total or 0) - run.done
    return f"{rate}, {left_in_words(took * left / run.done)}" if left > 0 else rate


def rate_in_words(each_second: float) -> str:
    for count, unit in ((each_second, "second"), (each_second * 60, "minute")):
        if count >= 1:
            return f"{count:,.0f} a {unit}"
    return f"{max(1, each_second * 3600):,.0f} an hour"


def left_in_words(left: timedelta) -> str:
    if left < MINUTE:
        return "less than a minute left"
    for unit, next_unit, name in ((MINUTE, HOUR, "minute"), (HOUR, 2 * DAY, "hour")):
        count = round(left / unit)
        if count * unit < next_unit:
            return f"about {count} {name}{'s' * (count != 1)} left"
    return f"about {round(left / DAY)} days left"

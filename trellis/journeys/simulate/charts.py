"""The three charts of a report: how soon leads are answered, who is how busy when, and where leads are lost. Pure."""

from collections.abc import Iterator
from math import log

from trellis.core.durations import Duration
from trellis.journeys.simulate.drawing import Point, curve, line, rect, shape, text, titled
from trellis.journeys.simulate.report import FirstResponse, Load, Report, StageFlow
from trellis.journeys.simulate.words import DAYS, length

# Where the time axis may have a mark: seconds, and what it says.
MARKS = {
    10: "10 s",
    60: "1 min",
    300: "5 min",
    900: "15 min",
    3600: "1 h",
    4 * 3600: "4 h",
    86400: "1 day",
    4 * 86400: "4 days",
    28 * 86400: "4 weeks",
}


def first_response(found: FirstResponse, left: float, top: float, width: float, height: float) -> Iterator[str]:
    """The share of leads answered within a time; time grows by factors."""
    all_leads = found.answered + found.unanswered
    within = Duration.parse(found.promised).span.total_seconds() if found.promised else 0.0
    first, last = min(MARKS), max(found.working.most, within * 2, 900)

    def across(seconds: float) -> float:
        return left + width * log(max(seconds, first) / first) / log(last / first)

    def up(share: float) -> float:
        return top + height * (1 - share)

    for percent in (0, 50, 100):
        yield line((left, up(percent / 100)), (left + width, up(percent / 100)), "line")
        yield text(left - 8, up(percent / 100) + 4, f"{percent}%", "ink-meta", size=11, anchor="end")
    for mark, said in MARKS.items():
        if mark <= last:
            yield text(across(mark), top + height + 18, said, "ink-meta", size=11, anchor="middle")
    points = [
        (across(seconds), up(percent / 100 * found.answered / all_leads)) for percent, seconds in enumerate(found.curve)
    ]
    if within:
        yield line((across(within), top - 6), (across(within), top + height), "ember-line", width=2, dashes="3 3")
        kept = f"{found.in_promise:.0%} in the promised {length(within)}" if found.in_promise is not None else ""
        yield text(across(within) + 6, top + height - 8, kept, "ember-ink", size=11)
    yield titled(f"Half within {length(found.working.p50)}", curve(points, "leaf"))


def load(people: tuple[Load, ...], left: float, top: float, width: float, row: float) -> Iterator[str]:
    """A row for each person, a cell for each hour of the week: the darker, the more of their time was work."""
    days, hours = days_and_hours(people)
    cell = width / (len(days) * (len(hours) + 1))
    for place, day in enumerate(days):
        x = left + place * (len(hours) + 1) * cell
        yield text(x, top - 8, f"{DAYS[day]}, {hours[0]}:00 to {hours[-1] + 1}:00", "ink-meta", size=11)
    for place, one in enumerate(people):
        y = top + place * row
        yield text(left - 8, y + row / 2 + 2, one.person, size=11, anchor="end")
        cells = (
            hour_cell(one, day * 24 + hour, left + (at * (len(hours) + 1) + step) * cell, y, cell, row - 4)
            for at, day in enumerate(days)
            for step, hour in enumerate(hours)
        )
        yield titled(f"{one.person}: {one.used:.0%} of their time on duty", *cells)
        yield text(left + width + 8, y + row / 2 + 2, f"{one.used:.0%}", "ink", size=11, bold=True)


def days_and_hours(people: tuple[Load, ...]) -> tuple[list[int], list[int]]:
    """The days, and the hours of a day, in which anybody is there or works."""
    used = [hour for hour in range(168) if any(one.there[hour] or one.busy[hour] for one in people)] or [0]
    of_day = [hour % 24 for hour in used]
    return sorted({hour // 24 for hour in used}), list(range(min(of_day), max(of_day) + 1))


def hour_cell(one: Load, hour: int, x: float, y: float, width: float, height: float) -> str:
    busy, there = one.busy[hour], one.there[hour]
    if not (busy or there):
        return ""
    share = min(busy / there, 1.0) if there else 1.0
    free = rect(x, y, width, height, "track", opacity=0.45)
    return free + rect(x, y, width, height, "leaf", opacity=share) if share else free


def river(report: Report, left: float, top: float, width: float, height: float) -> Iterator[str]:
    """The path as a river, as wide as leads came that far; who stays or leaves flows down from it."""
    most = max((stage.reached for stage in report.stages), default=0) or 1
    step = width / max(len(report.stages), 1)
    bank = height - 110
    for place, stage in enumerate(report.stages):
        x, thick = left + place * step, bank * stage.reached / most
        following = report.stages[place + 1].reached if place + 1 < len(report.stages) else 0
        token = f"growth-{1 + round(5 * place / max(len(report.stages) - 1, 1))}"
        yield titled(f"{stage.title}: {stage.reached} reached it", rect(x, top, step * 0.62, thick, token))
        if following:
            yield flow(x + step * 0.62, x + step, top, thick, min(following / most * bank, bank), token)
        yield text(x, top - 24, stage.title, "ink", size=12, bold=True)
        yield text(x, top - 8, f"{stage.reached:,} leads", "ink-meta", size=11)
        yield from left_behind(stage, most, (x, top + thick), top + bank, step * 0.62)


def flow(start: float, end: float, top: float, before: float, after: float, token: str) -> str:
    middle = (start + end) / 2
    after = min(before, after)
    down = f"C{middle:.1f} {top + after:.1f} {middle:.1f} {top + before:.1f} {start:.1f} {top + before:.1f}"
    return shape(f"M{start:.1f} {top:.1f}H{end:.1f}V{top + after:.1f}{down}Z", token, opacity=0.35)


def left_behind(stage: StageFlow, most: int, bank: Point, floor: float, width: float) -> Iterator[str]:
    """How many are still there, rest, were lost or won, each with a bar as long as a whole stage is for all leads."""
    stands = [(stage.open, "open"), (stage.parked, "parked"), (stage.lost, "lost"), (stage.won, "won")]
    x, y = bank[0], floor + 22
    for count, how in stands:
        if count:
            yield text(x, y, f"{count:,} {how}", "ink-second", size=11)
            token = "leaf" if how in ("open", "won") else "ink-meta"
            yield rect(x, y + 4, max(width * count / most, 1), 4, token, opacity=0.6, radius=2)
            y += 26

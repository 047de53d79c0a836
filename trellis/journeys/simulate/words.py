"""A report in sentences that somebody who answers for it understands. Pure."""

from trellis.core.durations import Duration
from trellis.journeys.playbook.sentences import PROMISES, working
from trellis.journeys.simulate.report import Breaking, Load, Loss, Promise, Report, Spread, StageFlow

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def in_words(report: Report) -> str:
    """The whole report, a paragraph for each question."""
    parts = [
        ("", headline(report)),
        ("First response", first_response(report)),
        ("Promises", map(promise, (one for one in report.promises if one.timed))),
        ("Touches", touches(report)),
        ("Load", map(load, report.load)),
        ("Stages", map(stage, report.stages)),
        ("Parked or lost", map(loss, report.losses) if report.losses else ["Nobody."]),
        ("When the promise breaks", breaking(report.breaking) if report.breaking else []),
    ]
    told = [(head, list(lines)) for head, lines in parts]
    return "\n\n".join(
        "\n".join([head, *(f"  {line}" for line in lines)] if head else lines) for head, lines in told if lines
    )


def headline(report: Report) -> list[str]:
    days = f"{report.days:.0f} days"
    stopped = f"Stopped after {report.days:.1f} of {report.days_planned} days. " if report.was_stopped else ""
    return [
        f"{report.title}: {counted(report.leads, 'lead')} in {days}, seed {report.seed}",
        f"{stopped}{report.decisions:,} decisions; {report.open} open, {report.parked} parked, {report.closed} closed.",
        f"{report.books.open_on_average:.1f} open on average = {report.books.leads_a_day:.2f} leads a day "
        f"× {report.books.days_open:.2f} days each.",
    ]


def first_response(report: Report) -> list[str]:
    found = report.first_response
    said = (
        [f"{spread(found.working)} of working time; {spread(found.by_clock)} by the clock."] if found.answered else []
    )
    if found.in_promise is not None:
        said.append(
            f"{found.in_promise:.0%} in the promised {working(Duration.parse(found.promised))}, {found.late} late."
        )
    return [*said, f"{counted(found.unanswered, 'lead')} not answered so far."]


def spread(times: Spread) -> str:
    return f"Half within {length(times.p50)}, 9 in 10 within {length(times.p90)}, 19 in 20 within {length(times.p95)}"


def promise(one: Promise) -> str:
    kept = 1 - one.broken / one.timed
    name = PROMISES.get(one.clock, "Through in")
    limit = working(Duration.parse(one.within))
    return f"{one.stage}, {name.lower()} {limit}: {kept:.0%} kept, {one.broken} of {one.timed} broken"


def touches(report: Report) -> list[str]:
    every, automatic = report.touches.all, report.touches.automatic
    return [
        f"{every.mean:.1f} a lead, {automatic.mean:.1f} of them automatic; "
        f"19 in 20 leads have at most {every.p95:.0f} and {automatic.p95:.0f}."
    ]


def load(one: Load) -> str:
    waiting = f", {counted(one.waiting, 'step')} waiting" if one.waiting else ""
    there, done = sum(one.there), counted(one.steps, "step")
    return f"{one.person}: {one.used:.0%} of {there:.0f} h on duty, {done} done{waiting}{peak(one)}"


def peak(one: Load) -> str:
    """Their fullest hour of the week."""
    full = [
        (busy / there, -hour) for hour, (busy, there) in enumerate(zip(one.busy, one.there, strict=True)) if there >= 1
    ]
    share, hour = max(full, default=(0.0, 0))
    return f"; fullest {DAYS[-hour // 24]} {-hour % 24:02}:00, {share:.0%}" if share else ""


def stage(one: StageFlow) -> str:
    stands = [(one.open, "open"), (one.parked, "parked"), (one.lost, "lost"), (one.won, "won")]
    here = ", ".join(f"{count} {how}" for count, how in stands if count)
    return f"{one.title}: {one.reached} reached it{f'; {here} there' if here else ''}"


def loss(one: Loss) -> str:
    return f"{one.leads} {one.how} in {one.stage}: {one.cause[:1].lower()}{one.cause[1:]}"


def breaking(found: Breaking) -> list[str]:
    if found.per_week is None or found.low is None or found.high is None:
        return [found.reason]
    return [
        f"Up to {found.per_week:.0f} leads a week, {found.promised:.0%} of first responses are in time "
        f"(95% sure: {found.low:.0f} to {found.high:.0f}, from {found.runs} runs)."
    ]


def length(seconds: float) -> str:
    """“45 s”, “12 min”, “3.5 h”, “2.1 days”."""
    for unit, size, until in (("s", 1, 90), ("min", 60, 90 * 60), ("h", 3600, 48 * 3600)):
        if seconds < until:
            return f"{figure(seconds / size)} {unit}"
    return f"{figure(seconds / 86400)} days"


def figure(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

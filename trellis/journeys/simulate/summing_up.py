"""From a run to its report. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trellis.core.business_time import Hours
from trellis.journeys.simulate.desk import Seat
from trellis.journeys.simulate.lead import Lead
from trellis.journeys.simulate.report import (
    Books,
    FirstResponse,
    Load,
    Loss,
    Promise,
    Report,
    Spread,
    StageFlow,
    Touches,
    rank,
)
from trellis.journeys.simulate.run import Run

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


def sum_up(run: Run) -> Report:
    leads, states = run.leads, Counter(lead.state.status for lead in run.leads)
    return Report(
        playbook=run.playbook.key,
        title=run.playbook.title,
        seed=run.scenario.seed,
        days_planned=run.scenario.days,
        days=(run.end - run.scenario.starts_at) / A_DAY,
        leads=len(leads),
        decisions=run.decisions,
        open=states["open"],
        parked=states["parked"],
        closed=states["closed"],
        first_response=first_response(run),
        promises=tuple(promises(run)),
        touches=Touches(
            all=Spread.of([lead.touches for lead in leads]), automatic=Spread.of([lead.automatic for lead in leads])
        ),
        load=tuple(load_of(run, seat) for seat in run.desk.seats.values()),
        stages=tuple(stages(run)),
        losses=losses(run),
        books=books(run),
    )


def first_response(run: Run) -> FirstResponse:
    hours, leads = run.roster.hours, run.leads
    answers = [(lead.arrived_at, lead.answered_at) for lead in leads if lead.answered_at]
    by_clock = [(answered - arrived).total_seconds() for arrived, answered in answers]
    worked = sorted(hours.elapsed(arrived, answered).total_seconds() for arrived, answered in answers)
    due = [lead for lead in leads if lead.promised_at and (lead.answered_at or lead.promised_at <= run.end)]
    late = sum(is_late(lead) for lead in due)
    first = run.playbook.stages[run.playbook.first_stage].limits
    return FirstResponse(
        answered=len(answers),
        unanswered=len(leads) - len(answers),
        working=Spread.of(worked),
        by_clock=Spread.of(by_clock),
        promised=next((str(limit.within) for limit in first if limit.clock == "first_response"), ""),
        in_promise=1 - late / len(due) if due else None,
        late=late,
        curve=tuple(rank(worked, percent) for percent in range(101)) if worked else (),
    )


def is_late(lead: Lead) -> bool:
    """Who is answered at the very moment at which the promise runs out is late: its rules have acted."""
    return bool(lead.promised_at and (lead.answered_at is None or lead.answered_at >= lead.promised_at))


def promises(run: Run) -> Iterable[Promise]:
    """Every limit, in the order of the path."""
    for stage in run.playbook.stages.values():
        for limit in stage.limits:
            yield Promise(
                id=limit.id,
                stage=stage.title,
                clock=limit.clock,
                within=str(limit.within),
                timed=run.tally.timed[limit.id],
                broken=run.tally.broken[limit.id],
            )


def load_of(run: Run, seat: Seat) -> Load:
    zone, start, end = ZoneInfo(run.scenario.zone), run.scenario.starts_at, run.end
    here = there(seat.member.hours, start, end)
    for absence in seat.member.absences:
        here = [part for span in here for part in without(span, (absence.starts_at, absence.ends_at))]
    worked = ((begin, min(until, end)) for begin, until in seat.spans)
    return Load(
        person=seat.id,
        teams=tuple(seat.member.teams),
        steps=seat.done,
        waiting=len({(entry[2], entry[3]) for entry in seat.queue if entry[4].state.task(entry[3])}),
        busy=by_hour_of_week(worked, zone),
        there=by_hour_of_week(here, zone),
    )


def there(hours: Hours | None, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    return hours.open_spans(start, end) if hours else [(start, end)]


def without(span: tuple[datetime, datetime], gap: tuple[datetime, datetime]) -> list[tuple[datetime, datetime]]:
    parts = [(span[0], min(span[1], gap[0])), (max(span[0], gap[1]), span[1])]
    return [(begin, until) for begin, until in parts if begin < until]


def by_hour_of_week(spans: Iterable[tuple[datetime, datetime]], zone: ZoneInfo) -> tuple[float, ...]:
    """Hours spent in each hour of the week, by the clock of the business."""
    found = [0.0] * 168
    for begin, until in spans:
        while begin < until:
            local = begin.astimezone(zone)
            into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            cut = min(until, begin + (AN_HOUR - into))
            found[local.weekday() * 24 + local.hour] += (cut - begin) / AN_HOUR
            begin = cut
    return tuple(found)


def stages(run: Run) -> Iterable[StageFlow]:
    reached = Counter(stage for lead in run.leads for stage in lead.stages)
    stands = Counter((lead.state.stage, standing(lead)) for lead in run.leads)
    for key, stage in run.playbook.stages.items():
        yield StageFlow(
            key=key,
            title=stage.title,
            reached=reached[key],
            **{how: stands[key, how] for how in ("open", "parked", "lost", "won")},
        )


def standing(lead: Lead) -> str:
    """open, parked, lost or won; what is done counts as won."""
    if lead.state.status == "open":
        return "open"
    return lead.outcome if lead.outcome in ("parked", "lost") else "won"


def losses(run: Run) -> tuple[Loss, ...]:
    """The most frequent first; then in the order of the path."""
    order = list(run.playbook.stages)
    found = Counter(
        (lead.state.stage, standing(lead), lead.ended) for lead in run.leads if standing(lead) in ("parked", "lost")
    )
    ranked = sorted(found.items(), key=lambda item: (-item[1], order.index(item[0][0]), item[0]))
    return tuple(
        Loss(stage=run.playbook.stages[stage].title, how=how, cause=cause, leads=leads)
        for (stage, how, cause), leads in ranked
    )


def books(run: Run) -> Books:
    days, count = (run.end - run.scenario.starts_at) / A_DAY, len(run.leads)
    return Books(
        open_on_average=run.tally.open_time / A_DAY / days if days else 0.0,
        leads_a_day=count / days if days else 0.0,
        days_open=run.tally.open_times / A_DAY / count if count else 0.0,
    )

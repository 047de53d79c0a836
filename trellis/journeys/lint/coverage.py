"""J2 and J3: owners that can be missing, and promises that nobody is there to keep, in the next 14 days. Pure.

Who is on duty changes only at certain minutes: when somebody's hours or an absence begin or end. From one of them to
the next a promise made later also runs out later, so that the first minute of each stretch is the worst one: to look at
these is to look at every minute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trellis.journeys.engine.effects import StartClock
from trellis.journeys.engine.owners import choose_owner, works_with_leads
from trellis.journeys.engine.state import Customer, Person, World
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.chains import again
from trellis.journeys.lint.finding import Counterexample
from trellis.journeys.lint.people import fresh
from trellis.journeys.lint.search import Edge, follows_by_itself
from trellis.journeys.playbook.schema import Limit, Stage
from trellis.journeys.rehearsal.roster import Member, Roster
from trellis.journeys.rehearsal.walk import Step, Walk

AHEAD = timedelta(days=14)
NOBODY = Customer()


@dataclass(frozen=True)
class Gap:
    """A promise made at `at` is due at `due`, and whoever would have it is on duty only from `back` on."""

    at: datetime
    due: datetime
    back: datetime


def check_owners(case: Case) -> None:
    teams = {stage.owner.team: key for key, stage in reversed(case.playbook.stages.items())}
    for team, stage in teams.items():
        members = [member for member in case.roster.members if team in member.teams]
        if not any(member.role != "viewer" for member in members):
            empty(case, stage, team, members)
        elif away := all_away(case.roster, members, case.at):
            everybody_away(case, stage, team, away)


def empty(case: Case, stage: str, team: str, members: Sequence[Member]) -> None:
    """The story goes to its stage, where there is one."""
    who = "only people who look on" if members else "nobody"
    node = next(iter(case.search.of_stage(stage)), None)
    case.add(
        "J2.team-empty",
        f"The team “{team}” has {who} in it, so what reaches {case.title(stage)} falls to the managers.",
        "Put somebody in the team, or let another one own the stage.",
        stage=stage,
        place=("stages", stage, "owner"),
        path=case.story(node.walk, f"it falls to somebody outside of “{team}”") if node else None,
    )


def all_away(roster: Roster, members: Sequence[Member], at: datetime) -> datetime | None:
    """The first minute in office hours at which everybody who works in the team is on leave."""
    workers = [member for member in members if member.role != "viewer"]
    if any(not member.absences for member in workers):
        return None
    for minute in minutes_that_matter(roster, at):
        if roster.hours.is_open(minute) and all(roster.person(member, minute).away_until for member in workers):
            return minute
    return None


def everybody_away(case: Case, stage: str, team: str, at: datetime) -> None:
    case.add(
        "J2.all-away",
        f"On {day(case, at)} everybody of the team “{team}” is away, so {case.title(stage)} falls to the managers.",
        "Let somebody of the team be there, or put a stand-in into it.",
        stage=stage,
        place=("stages", stage, "owner"),
    )


def check_coverage(case: Case) -> None:
    """Each promise of a reply, with the hours alone and then with the absences."""
    worlds = dict(worlds_at(case.roster, case.at))
    present = replace_absences(case.roster)
    usual = worlds if present is case.roster else dict(worlds_at(present, case.at))
    for key, stage in case.playbook.stages.items():
        for limit in stage.limits:
            promise = promised(case, limit) if limit.clock != "stage" else None
            if promise is None:
                continue
            if gap := first_gap(case.roster, stage, limit, usual):
                report(case, key, limit, gap, promise, "J3.nobody-on-duty")
            elif present is not case.roster and (gap := first_gap(case.roster, stage, limit, worlds)):
                report(case, key, limit, gap, promise, "J3.off-for-days")


def promised(case: Case, limit: Limit) -> Edge | None:
    """The first story in which this promise is made; one that never is cannot be broken."""
    for edge in case.search.edges:
        if any(isinstance(effect, StartClock) and effect.rule_id == limit.id for effect in edge.effects):
            return edge
    return None


def replace_absences(roster: Roster) -> Roster:
    """The same people if nobody were on leave."""
    if not any(member.absences for member in roster.members):
        return roster
    members = [replace(member, absences=()) for member in roster.members]
    return Roster(members, roster.hours, dict(roster.last_assigned))


def worlds_at(roster: Roster, at: datetime) -> Iterator[tuple[datetime, tuple[Person, ...]]]:
    for minute in minutes_that_matter(roster, at):
        yield minute, tuple(roster.person(member, minute) for member in roster.members)


def minutes_that_matter(roster: Roster, at: datetime) -> list[datetime]:
    """Where who is on duty may change."""
    start = at.replace(second=0, microsecond=0)
    end = start + AHEAD
    found = {start}
    for hours in {member.hours for member in roster.members if member.hours} | {roster.hours}:
        found |= {moment for span in hours.open_spans(start, end) for moment in span}
    for member in roster.members:
        found |= {moment for absence in member.absences for moment in (absence.starts_at, absence.ends_at)}
    return sorted(moment for moment in found if start <= moment < end)


def first_gap(roster: Roster, stage: Stage, limit: Limit, worlds: dict[datetime, tuple[Person, ...]]) -> Gap | None:
    """The first minute at which a promise is made that runs out before its owner is there."""
    for at, people in worlds.items():
        if any(stage.owner.team in person.teams and person.on_duty and works_with_leads(person) for person in people):
            continue
        world = World(people=people, hours=roster.hours, customer=NOBODY)
        owner, _ = choose_owner(stage.owner, world)
        due = roster.hours.add(at, limit.within)
        if owner.next_on_duty_at > due:
            return Gap(at, due, owner.next_on_duty_at)
    return None


def report(case: Case, stage: str, limit: Limit, gap: Gap, promise: Edge, code: str) -> None:
    what = "first reply" if limit.clock == "first_response" else "reply"
    case.add(
        code,
        f"Whoever reaches out in {case.title(stage)} on {day(case, gap.at)} is promised a {what} by "
        f"{day(case, gap.due)}; nobody is on duty before {day(case, gap.back)}.",
        "Allow more time, let somebody be there, or keep time by a calendar that is closed then.",
        stage=stage,
        rule=limit.id,
        path=retold(case, promise, limit, gap),
    )


def retold(case: Case, promise: Edge, limit: Limit, gap: Gap) -> Counterexample | None:
    """The story of the promise, moved so that it is made when nobody is there to keep it."""
    ends = f"a reply is promised by {day(case, gap.due)}, nobody is on duty before {day(case, gap.back)}"
    steps = [step for step in promise.story if not follows_by_itself(step.fact)]
    lasted, walk = steps[-1].at - steps[0].at, None
    for extra in range(4):
        walk = moved(case, steps, gap.at, gap.at - lasted - extra * timedelta(days=1))
        if walk and any(clock.rule_id == limit.id and clock.due_at == gap.due for clock in walk.state.clocks):
            return case.story(walk, ends)
    return None


def moved(case: Case, steps: Sequence[Step], last_at: datetime, start: datetime) -> Walk | None:
    """The same facts from another start on, the last of them at `last_at`; nothing when that cannot be."""
    walk = Walk(case.playbook, fresh(case.roster), case.search.customer, start)
    for step in steps[:-1]:
        if not again(walk, step, at=start + (step.at - steps[0].at)):
            return None
    if walk.at > last_at:
        return None
    walk.until(last_at)
    return walk if again(walk, steps[-1], at=last_at) else None


def day(case: Case, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(case.roster.hours.zone))
    return f"{local:%A} {local:%H:%M}"

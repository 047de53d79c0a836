"""The people of a scenario as the roster of a rehearsal. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from trellis.core.business_time import Hours
from trellis.journeys.rehearsal.roster import Absence, Member, Roster
from trellis.journeys.simulate.scenario import Colleague, Leave, Scenario, midnight


def make_roster(scenario: Scenario) -> Roster:
    """Everybody with their hours and absences; whoever has no hours of their own keeps those of the business."""
    if scenario.calendar:
        return Roster(scenario.members, scenario.calendar)
    office = Hours.read("office", scenario.zone, scenario.hours)
    teams = {team for colleague in scenario.staff for team in colleague.teams}
    turns = {
        team: {one.name: turn for turn, one in enumerate(one for one in scenario.staff if team in one.teams)}
        for team in teams
    }
    members = [member_of(colleague, scenario, office, turns) for colleague in scenario.staff]
    return Roster(members, office)


def member_of(
    colleague: Colleague, scenario: Scenario, office: Hours, turns: Mapping[str, Mapping[str, int]]
) -> Member:
    hours = Hours.read(colleague.name, scenario.zone, colleague.hours) if colleague.hours is not None else office
    return Member(
        id=colleague.name,
        name=colleague.name,
        role=colleague.role,
        teams={team: turns[team][colleague.name] for team in colleague.teams},
        hours=None if colleague.always else hours,
        absences=absences_of(colleague.away, scenario),
    )


def absences_of(away: Sequence[Leave], scenario: Scenario) -> tuple[Absence, ...]:
    """In the order of their start, from the midnight before the first day to the one after the last."""
    spans = sorted((leave.start, leave.end + timedelta(days=1)) for leave in away)
    return tuple(
        Absence(starts_at=midnight(start, scenario.zone), ends_at=midnight(end, scenario.zone)) for start, end in spans
    )

"""A simulation with the people of this business, their teams, hours and absences, as the database knows them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Member
from trellis.journeys.roster import roster_of_business
from trellis.journeys.simulate.reading import BadScenario, read_scenario
from trellis.journeys.simulate.scenario import Scenario
from trellis.team.queries import UnknownCalendar


def scenario_of_business(playbook: Playbook, *, text: str, given: Mapping[str, Any], at: datetime) -> Scenario:
    """The scenario with everybody who works here, from today on unless it is `given` another start.

    Raises BadScenario: without people, without the playbook's calendar, or when two people have the same name.
    """
    try:
        roster = roster_of_business(playbook.calendar)
    except UnknownCalendar as error:
        raise BadScenario(f"{error} Set up when you are open first.") from None
    members = [replace(member, id=member.name) for member in roster.members]
    theirs = {"zone": roster.hours.zone, "start": at.astimezone(ZoneInfo(roster.hours.zone)).date()}
    scenario = read_scenario(playbook, text=text, given=theirs | dict(given) | {"staff": staff_of(members)})
    return scenario.of_business(tuple(members), roster.hours)


def staff_of(members: Sequence[Member]) -> list[dict[str, Any]]:
    return [{"name": member.name, "teams": list(member.teams), "role": member.role} for member in members]

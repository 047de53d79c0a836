"""Who works on a playbook of which there is only the file: five people in its teams, from Monday to Friday. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from trellis.core.availability import away_until, next_on_duty
from trellis.core.business_time import Hours
from trellis.core.quick import changed
from trellis.journeys.engine.state import Customer, Person
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Member, Roster

ZONE = "America/Chicago"
DAY = [["08:00", "12:00"], ["13:00", "17:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)
NAMES = ("Ada Admin", "Mo Manager", "Sam Sales", "Sol Sales", "Sue Sales")
ROLES = ("admin", "manager", "sales", "sales", "sales")

# How a customer of the search may be reached, and by what name.
SOMEBODY = Customer(
    name="Renee Castillo",
    first_name="Renee",
    reachable=frozenset({"email", "sms"}),
    last_channel="web",
    time_zone=ZONE,
)


def default_roster(playbook: Playbook) -> Roster:
    """Everybody is in every team of the playbook and keeps the hours of its calendar."""
    hours = Hours.read(playbook.calendar, ZONE, WEEK)
    teams = dict.fromkeys((stage.owner.team for stage in playbook.stages.values()), 0)
    members = [
        Member(
            id=name.partition(" ")[0].lower(),
            name=name,
            role=role,
            teams=dict.fromkeys(teams, place),
            hours=hours,
        )
        for place, (name, role) in enumerate(zip(NAMES, ROLES, strict=True))
    ]
    return Roster(members=members, hours=hours)


def customer_of(roster: Roster) -> Customer:
    """Somebody who lives where the business is."""
    return replace(SOMEBODY, time_zone=roster.hours.zone)


@dataclass
class KeenRoster(Roster):
    """The same roster; it remembers when each is there, since a search asks again and again."""

    seen: dict[tuple[str, datetime], tuple[datetime, datetime | None]] = field(default_factory=dict)

    def person(self, member: Member, at: datetime) -> Person:
        known = self.seen.get((member.id, at))
        if known is None:
            known = next_on_duty(member.hours, member.absences, at), away_until(member.absences, at)
            self.seen[member.id, at] = known
        return Person(
            id=member.id,
            name=member.name,
            role=member.role,
            teams=member.teams,
            on_duty=known[0] == at,
            next_on_duty_at=known[0],
            away_until=known[1],
            last_assigned_at=self.last_assigned.get(member.id),
            covers=member.covers,
            load=self.load.get(member.id, 0),
        )


def fresh(roster: Roster) -> Roster:
    """The same people, as they are; what is rehearsed from here on is forgotten."""
    copy = changed(roster)
    copy.last_assigned, copy.load = dict(roster.last_assigned), dict(roster.load)
    return copy

"""Who works here and when, and whose turn it is: the people of a rehearsal. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from trellis.core.availability import away_until, next_on_duty
from trellis.core.business_time import Hours
from trellis.journeys.engine.state import Customer, Person, World


@dataclass(frozen=True, kw_only=True)
class Absence:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody of the business; without hours they are always there. `teams` maps a team's key to their turn in it.

    `gone_at` is when they left.
    """

    id: str
    name: str
    role: str
    teams: Mapping[str, int] = field(default_factory=dict)
    hours: Hours | None = None
    absences: Sequence[Absence] = ()
    gone_at: datetime | None = None
    covers: frozenset[str] = frozenset()


@dataclass
class Roster:
    """The people of one business, shared by every journey that is rehearsed in it.

    It remembers who got the last one, and how many open ones each has. `hours` are those of the playbook's calendar.
    """

    members: Sequence[Member]
    hours: Hours
    last_assigned: dict[str, datetime] = field(default_factory=dict)
    load: dict[str, int] = field(default_factory=dict)

    def world(self, customer: Customer, at: datetime) -> World:
        return World(
            people=tuple(self.person(member, at) for member in self.members), hours=self.hours, customer=customer
        )

    def person(self, member: Member, at: datetime) -> Person:
        next_at = next_on_duty(member.hours, member.absences, at)
        return Person(
            id=member.id,
            name=member.name,
            role=member.role,
            teams=member.teams,
            on_duty=next_at == at,
            next_on_duty_at=next_at,
            away_until=away_until(member.absences, at),
            last_assigned_at=self.last_assigned.get(member.id),
            covers=member.covers,
            load=self.load.get(member.id, 0),
        )

    def assigned(self, owner: str, at: datetime) -> None:
        self.last_assigned[owner] = at

    def passed(self, giver: str, taker: str) -> None:
        """An open journey is no longer the one's and now the other's, either of them maybe nobody."""
        if giver != taker:
            for owner, change in ((giver, -1), (taker, 1)):
                if owner:
                    self.load[owner] = self.load.get(owner, 0) + change

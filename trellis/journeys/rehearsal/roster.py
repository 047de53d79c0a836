"""Who works here and when, and whose turn it is: the people of a rehearsal. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from trellis.core.availability import away_until, next_on_duty, unchanged_until
from trellis.core.business_time import Hours
from trellis.core.quick import changed
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
    The people are looked at anew only when somebody comes or goes: in between, `next_on_duty_at` of those who are there
    is any moment up to now.
    """

    members: Sequence[Member]
    hours: Hours
    last_assigned: dict[str, datetime] = field(default_factory=dict)
    load: dict[str, int] = field(default_factory=dict)
    _people: tuple[Person, ...] = field(default=(), init=False, repr=False)
    _seen_at: datetime | None = field(default=None, init=False, repr=False)
    _same_until: datetime | None = field(default=None, init=False, repr=False)

    def world(self, customer: Customer, at: datetime) -> World:
        return World(self.people(at), self.hours, customer)

    def people(self, at: datetime) -> tuple[Person, ...]:
        """Everybody as they are at this moment, in the order of the members."""
        if not (self._seen_at and self._same_until and self._seen_at <= at < self._same_until):
            self._people = tuple(self.person(member, at) for member in self.members)
            self._seen_at = at
            self._same_until = min(
                (unchanged_until(member.hours, member.absences, at) for member in self.members), default=at
            )
        return self._people

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
        self._people = tuple(
            changed(person, last_assigned_at=at) if person.id == owner else person for person in self._people
        )

    def passed(self, giver: str, taker: str) -> None:
        """An open journey is no longer the one's and now the other's, either of them maybe nobody."""
        if giver == taker:
            return
        changes = {giver: -1, taker: 1}
        for owner, change in changes.items():
            if owner:
                self.load[owner] = self.load.get(owner, 0) + change
        self._people = tuple(
            changed(person, load=person.load + changes[person.id]) if person.id in changes else person
            for person in self._people
        )

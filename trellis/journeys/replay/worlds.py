"""The world as it was at a moment: what the decision of then wrote down of it, else what the calendars say. Pure."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from trellis.journeys.engine.state import Customer, Person, World
from trellis.journeys.rehearsal.roster import Roster

SETS = frozenset({"reachable", "opted_out", "tags"})


def world_of(roster: Roster, customer: Customer, at: datetime, parts: Mapping[str, Any]) -> World:
    """People and customer as they were; what nobody wrote down is as the roster and the contact have it."""
    then = {record[0]: record for record in parts.get("people", ())}
    here = [
        member
        for member in roster.members
        if (member.id in then if then else member.gone_at is None or member.gone_at > at)
    ]
    people = tuple(as_they_were(roster.person(member, at), then) for member in here)
    return World(people=people, hours=roster.hours, customer=customer_from(parts.get("customer"), customer))


def as_they_were(person: Person, then: Mapping[str, Any]) -> Person:
    if person.id not in then:
        return person
    _, on_duty, next_on_duty_at, last_assigned_at, role, teams = then[person.id]
    return replace(
        person,
        role=role,
        teams=teams,
        on_duty=on_duty,
        next_on_duty_at=datetime.fromisoformat(next_on_duty_at),
        last_assigned_at=datetime.fromisoformat(last_assigned_at) if last_assigned_at else None,
    )


def customer_from(record: Mapping[str, Any] | None, today: Customer) -> Customer:
    if record is None:
        return today
    known = {field.name for field in fields(Customer)}
    values: dict[str, Any] = {name: value for name, value in record.items() if name in known}
    for name, value in values.items():
        values[name] = frozenset(value) if name in SETS else tuple(value) if isinstance(value, list) else value
    return replace(today, **values)

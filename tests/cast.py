"""Fixtures that stories share: a small roofing business, its people, and an ordinary Tuesday morning."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection

from trellis.core.ids import new_id
from trellis.core.memory import forget
from trellis.events.catalogue import SignalCaptured
from trellis.journeys.capturing import capture
from trellis.journeys.guards import drop_guards
from trellis.journeys.models import Journey, Playbook, Task
from trellis.journeys.publish import pack, publish_playbook
from trellis.people.models import Contact, ContactPoint
from trellis.team.actions.business import set_business
from trellis.team.actions.hours import set_hours
from trellis.team.actions.people import create_user
from trellis.team.actions.teams import create_team
from trellis.team.models import User

CHICAGO = ZoneInfo("America/Chicago")
OFFICE = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def chicago(text: str) -> datetime:
    """An instant from local time in Conway: chicago("2026-06-09 10:00")."""
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


TUESDAY = chicago("2026-06-09 10:00")


@dataclass
class Business:
    """Ridgeline Roofing: Maya manages, Ben and Priya are at the front desk with her, Tom leads the crew."""

    maya: User
    ben: User
    priya: User
    tom: User
    playbook: Playbook

    def contact(self, name: str = "Renee Castillo", email: str = "renee@example.com", phone: str = "") -> Contact:
        contact = Contact.objects.create(name=name, created_at=TUESDAY)
        for kind, value in (("email", email), ("phone", phone)):
            if value:
                ContactPoint.objects.create(
                    contact=contact, kind=kind, value=value, raw=value, created_at=TUESDAY, held_at=TUESDAY
                )
        return contact

    def lead(
        self,
        contact: Contact | None = None,
        *,
        at: datetime = TUESDAY,
        kind: str = "form",
        by: User | None = None,
        **fact: object,
    ) -> Journey:
        """A first signal of the contact, captured; `by` wrote it down by hand."""
        channel = {"form": "web", "missed_call": "phone", "call": "phone", "message": "sms"}.get(kind, "web")
        signal = SignalCaptured(signal_id=str(new_id()), kind=kind, channel=channel, words="A limb came down", **fact)
        contact = contact or self.contact()
        return capture(contact=contact, fact=signal, playbook=self.playbook.key, at=at, by=by).journey


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """Nothing that one test asked for is known to the next."""
    forget()
    cache.clear()
    yield
    forget()
    cache.clear()


@pytest.fixture
def ridgeline(db: None) -> Business:
    return open_ridgeline()


def open_ridgeline() -> Business:
    """Set the business up in whatever database is the current one."""
    at = chicago("2026-06-01 08:00")
    set_business(
        name="Ridgeline Roofing",
        place="Conway, AR",
        phone="(501) 555-0100",
        time_zone="America/Chicago",
        by=None,
        at=at,
    )
    set_hours(key="office", name="Office", time_zone="America/Chicago", windows=OFFICE, by=None, at=at)
    maya, ben, priya, tom = (
        create_user(
            name=name,
            email=f"{name.split()[0].lower()}@ridgeline.example",
            role=role,
            password="x" * 12,
            by=None,
            at=at,
        )
        for name, role in (
            ("Maya Ortiz", "admin"),
            ("Ben Whitfield", "sales"),
            ("Priya Nair", "sales"),
            ("Tom Okafor", "sales"),
        )
    )
    create_team(key="front-desk", name="Front desk", users=[maya, ben], by=None, at=at)
    create_team(key="estimators", name="Estimators", users=[ben, priya], by=None, at=at)
    create_team(key="crew", name="Crew", users=[tom], by=None, at=at)
    return Business(maya, ben, priya, tom, publish_playbook(pack("storm-and-repair"), by=maya, at=at))


@pytest.fixture
def real_commits(transactional_db: None) -> Iterator[None]:
    """Real transactions. SQLite empties its tables row by row afterwards, which the guards would rightly refuse."""
    yield
    if connection.vendor == "sqlite":
        drop_guards()


def next_step(journey: Journey) -> Task:
    journey.refresh_from_db()
    assert journey.next_task is not None
    return journey.next_task


def due_later(journey: Journey) -> list[tuple[str, str]]:
    """Rules of the machine that are still to come, with their local times, soonest first."""
    tasks = Task.objects.filter(journey=journey, status="open", assignee=None).order_by("due_at", "id")
    return [(task.rule_id, f"{task.due_at.astimezone(CHICAGO):%a %H:%M}") for task in tasks]


def as_uuid(text: str) -> UUID:
    return UUID(text)

"""A small roofing office in Arkansas: Maya at the desk, Luis and Ben on the phones."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from trellis.team.actions.business import set_business
from trellis.team.actions.hours import set_hours
from trellis.team.actions.people import create_user
from trellis.team.actions.teams import create_team
from trellis.team.models import Calendar, User

AT = datetime(2026, 6, 10, 15, tzinfo=UTC)  # a Wednesday, 10:00 in Chicago
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.fixture
def office(db: None) -> Calendar:
    set_business(name="Ozark Roofing", time_zone="America/Chicago", by=None, at=AT)
    week = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS}
    return set_hours(key="office", time_zone="America/Chicago", windows=week, holidays="US-AR", by=None, at=AT)


@pytest.fixture
def hire(db: None) -> Callable[..., User]:
    def hire(name: str, **fields: object) -> User:
        details = {"email": f"{name.lower()}@ozark.example", "role": "sales", "by": None, "at": AT} | fields
        return create_user(name=name, **details)

    return hire


@pytest.fixture
def maya(hire: Callable[..., User]) -> User:
    return hire("Maya", role="admin")


@pytest.fixture
def luis(hire: Callable[..., User]) -> User:
    return hire("Luis")


@pytest.fixture
def front_desk(maya: User, luis: User) -> object:
    return create_team(key="front-desk", name="Front desk", users=[luis, maya], by=maya, at=AT)

"""The databases know how many journeys are open, so that they find whom we wait for along an index."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from tests.cast import TUESDAY, Business
from trellis.journeys.models import IS_OPEN, IS_RUNNING, SPOKEN_AT, Clock, Journey

OPEN = 60


@pytest.fixture
def many(ridgeline: Business) -> None:
    for number in range(OPEN):
        contact = ridgeline.contact(f"Lead {number}", f"lead{number}@example.com")
        ridgeline.lead(contact, at=TUESDAY + timedelta(minutes=number))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def planned(rows: QuerySet[Any]) -> Any:
    """What the database means to do, as it tells it."""
    if connection.vendor == "postgresql":
        return json.loads(rows.explain(format="json"))[0]["Plan"]
    return rows.explain()


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("rows", [Journey.objects.filter(IS_OPEN), Clock.objects.filter(IS_RUNNING)])
def test_half_and_double_of_what_is_open_bound_what_the_planner_expects(rows: QuerySet[Any]) -> None:
    if connection.vendor == "postgresql":
        assert rows.count() / 2 <= planned(rows)["Plan Rows"] <= rows.count() * 2


@pytest.mark.usefixtures("many")
def test_whom_we_spoke_with_last_is_read_along_the_index() -> None:
    rows = Journey.objects.filter(IS_OPEN).order_by(SPOKEN_AT.desc())[:5]
    assert "journey_spoken_lately" in str(planned(rows))

"""A playbook is rehearsed with the people who really work here: their roles, teams, hours and days off."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business, chicago
from trellis.core.memory import forget
from trellis.events.catalogue import SignalCaptured
from trellis.journeys.rehearsal.walk import Walk
from trellis.journeys.roster import roster_of_business
from trellis.journeys.tests.sandbox import RENEE, STORM
from trellis.journeys.world import people_at
from trellis.team.models import Absence
from trellis.team.queries import UnknownCalendar

DAY = timedelta(days=1)


def test_everybody_is_in_it_just_as_the_engine_will_see_them(ridgeline: Business) -> None:
    Absence.objects.create(user=ridgeline.ben, starts_at=TUESDAY - DAY, ends_at=TUESDAY + DAY)
    forget()
    roster = roster_of_business("office")
    for at in (TUESDAY, TUESDAY - 2 * DAY, chicago("2026-06-13 21:40")):
        assert roster.world(RENEE, at).people == people_at(at)


def test_a_lead_of_the_rehearsal_goes_where_one_of_the_business_would(ridgeline: Business) -> None:
    ridgeline.lead()
    forget()
    walk = Walk(STORM, roster_of_business("office"), RENEE, TUESDAY)
    walk.tell(SignalCaptured(signal_id="1", kind="form", channel="web"))
    assert walk.state.owner == str(ridgeline.lead(ridgeline.contact("Dale", "dale@example.com")).owner_id)


def test_whoever_left_the_business_is_not_in_it(ridgeline: Business) -> None:
    ridgeline.tom.deactivated_at = TUESDAY
    ridgeline.tom.save()
    forget()
    assert [member.name for member in roster_of_business("office").members] == [
        "Maya Ortiz",
        "Ben Whitfield",
        "Priya Nair",
    ]


def test_a_calendar_that_is_not_there_is_said(ridgeline: Business) -> None:
    with pytest.raises(UnknownCalendar, match="There is no calendar “nights”"):
        roster_of_business("nights")

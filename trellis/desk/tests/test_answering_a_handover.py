"""Somebody hands a lead over to you: it stands on top of your day, and you say yes, or no and why."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import assign_journey, move_journey, plan_step
from trellis.journeys.models import Journey
from trellis.journeys.publish import pack, publish_playbook


@pytest.fixture
def offered(ridgeline: Business) -> Journey:
    """Maya's lead waits for Ben."""
    source = pack("storm-and-repair").replace("team: estimators,", "team: estimators, accept: 2h,")
    publish_playbook(source, by=None, at=TUESDAY)
    journey = assign_journey(ridgeline.lead(), owner=ridgeline.maya, by=ridgeline.maya, at=TUESDAY)
    return move_journey(journey, stage="qualified", by=ridgeline.maya, at=TUESDAY)


@pytest.fixture
def at_noon(desk: Desk) -> Desk:
    desk.at = TUESDAY + timedelta(minutes=30)
    return desk


def test_it_stands_on_top_of_the_day_of_whoever_is_asked(at_noon: Desk, offered: Journey, ridgeline: Business) -> None:
    page = at_noon.log_in(ridgeline.ben).queue("/?who=mine")
    assert "Offered to you" in page
    assert "Accept from Maya" in page
    assert f'action="/journeys/{offered.pk}/accept"' in page
    assert "/done" not in page
    team = at_noon.queue("/?who=team")
    assert team.count(f'id="journey-{offered.pk}"') == 1


def test_it_stands_there_although_the_giver_is_late_with_something_else(
    at_noon: Desk, offered: Journey, ridgeline: Business
) -> None:
    soon = TUESDAY + timedelta(minutes=5)
    plan_step(offered, title="Send photos", due_at=soon, by=ridgeline.maya, at=TUESDAY + timedelta(minutes=1))
    page = at_noon.log_in(ridgeline.ben).queue("/?who=mine")
    assert "Offered to you" in page
    assert f'action="/journeys/{offered.pk}/accept"' in page
    at_noon.open(f"/contacts/{offered.contact_id}/")
    assert f'action="/journeys/{offered.pk}/accept"' in at_noon.page
    assert "Send photos" in at_noon.words


def test_for_everybody_else_it_waits(at_noon: Desk, offered: Journey, ridgeline: Business) -> None:
    page = at_noon.queue("/?who=mine")
    assert "Waits to be accepted" in page
    assert "Offered to you" not in page
    assert "/done" not in page
    assert "/accept" not in page


def test_one_press_accepts_it_and_it_can_be_taken_back(at_noon: Desk, offered: Journey, ridgeline: Business) -> None:
    at_noon.log_in(ridgeline.ben).send(f"/journeys/{offered.pk}/accept", next="/?who=mine")
    assert "It is yours now. Next for Renee: agree a time with Renee" in at_noon.words
    offered.refresh_from_db()
    assert offered.owner == ridgeline.ben
    at_noon.at += timedelta(seconds=2)
    at_noon.send(at_noon.undo)
    offered.refresh_from_db()
    assert offered.owner == ridgeline.maya
    assert "Offered to you" in at_noon.queue("/?who=mine")


def test_no_needs_a_reason_and_the_giver_reads_it(at_noon: Desk, offered: Journey, ridgeline: Business) -> None:
    at_noon.log_in(ridgeline.ben)
    assert "Maya has it until somebody accepts it" in at_noon.open(f"/journeys/{offered.pk}/decline")
    at_noon.send(f"/journeys/{offered.pk}/decline", reason="")
    assert (at_noon.status, "whoever gave it to you reads it" in at_noon.words) == (422, True)
    at_noon.send(f"/journeys/{offered.pk}/decline", reason="On a roof all day")
    assert "Declined. Next for Renee" in at_noon.words
    told = [notice.text for notice in ridgeline.maya.notices.all()]
    assert "Ben cannot take Renee Castillo: On a roof all day; Priya is asked now" in told


def test_who_is_not_asked_is_told_who_is(at_noon: Desk, offered: Journey, ridgeline: Business) -> None:
    at_noon.log_in(ridgeline.priya).send(f"/journeys/{offered.pk}/accept")
    assert "This is offered to Ben Whitfield, who accepts it or not." in at_noon.words


def test_the_contact_page_says_who_has_it_and_who_is_asked(
    at_noon: Desk, offered: Journey, ridgeline: Business
) -> None:
    address = f"/contacts/{offered.contact_id}/"
    at_noon.open(address)
    assert "It waits for Ben Whitfield. Until then Maya has it." in at_noon.words
    assert "Offered to Ben: Ben is next in turn" in at_noon.words
    at_noon.log_in(ridgeline.ben).open(address)
    assert "Accept" in at_noon.words
    assert f"/journeys/{offered.pk}/decline" in at_noon.page
    at_noon.log_in(ridgeline.maya).send(f"/journeys/{offered.pk}/owner", owner=ridgeline.maya.pk)
    at_noon.open(address)
    assert "It waits for" not in at_noon.words


def test_the_inbox_asks_the_same(at_noon: Desk, offered: Journey, ridgeline: Business) -> None:
    page = at_noon.log_in(ridgeline.ben).open(f"/inbox/{offered.contact_id}/?show=team")
    assert f"/journeys/{offered.pk}/accept" in page


def test_giving_it_to_another_team_says_who_has_it_meanwhile(
    at_noon: Desk, offered: Journey, ridgeline: Business
) -> None:
    at_noon.send(f"/journeys/{offered.pk}/owner", owner=ridgeline.tom.pk)
    assert "Offered to Tom. Maya has it until it is accepted." in at_noon.words

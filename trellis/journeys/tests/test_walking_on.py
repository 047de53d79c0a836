"""From stage to stage, as the database keeps it."""

from datetime import timedelta

from tests.cast import TUESDAY, Business
from trellis.conversations.actions import log_call
from trellis.journeys.actions import move_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import StageVisit


def test_a_call_that_is_answered_starts_a_journey_and_moves_it_at_the_same_moment(ridgeline: Business) -> None:
    contact = ridgeline.contact(phone="+15015550142")
    journey = ridgeline.lead(contact, kind="call")
    log_call(contact=contact, direction="in", outcome="answered", started_at=TUESDAY, journey_id=journey.pk, at=TUESDAY)
    journey.refresh_from_db()
    assert journey.stage.key == "in-conversation"
    assert audit()["violations"] == 0


def test_a_stage_is_left_when_the_next_is_entered(ridgeline: Business) -> None:
    journey, later = ridgeline.lead(), TUESDAY + timedelta(hours=1)
    move_journey(journey, stage="qualified", by=ridgeline.ben, at=later)
    new, qualified = StageVisit.objects.filter(journey=journey).order_by("entered_at")
    assert (new.stage.key, new.entered_at, new.left_at) == ("new", TUESDAY, later)
    assert (qualified.stage.key, qualified.entered_at, qualified.left_at) == ("qualified", later, None)

"""Two people act on one journey at the same moment: the second sees what the first did, whatever their screen shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys.actions import (
    assign_journey,
    close_journey,
    move_journey,
    park_journey,
    plan_step,
    record_answer,
    release_user,
    reopen_journey,
)
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.team.models import User

SOON, LATER = TUESDAY + timedelta(minutes=1), TUESDAY + timedelta(days=3)
Act = Callable[[Journey, User], object]


def as_seen(journey: Journey) -> Journey:
    """The journey as another screen shows it."""
    return Journey.objects.get(pk=journey.pk)


@pytest.mark.parametrize(
    "act",
    [
        lambda journey, by: assign_journey(journey, owner=by, by=by, at=SOON),
        lambda journey, by: move_journey(journey, stage="booked", by=by, at=SOON),
        lambda journey, by: plan_step(journey, title="Call", due_at=LATER, by=by, at=SOON),
        lambda journey, by: park_journey(journey, until=LATER, reason="Not now", by=by, at=SOON),
        lambda journey, by: close_journey(journey, outcome="lost", reason="Too far", by=by, at=SOON),
        lambda journey, by: record_answer(journey, question="urgency", answer="yes", by=by, at=SOON),
    ],
    ids=["assign", "move", "plan", "park", "close", "answer"],
)
def test_what_was_closed_meanwhile_is_left_closed(ridgeline: Business, act: Act) -> None:
    journey = ridgeline.lead()
    stale = as_seen(journey)
    close_journey(journey, outcome="lost", reason="Too far away", by=ridgeline.maya, at=SOON)
    told = Event.objects.count()
    with pytest.raises(Refused, match="This is closed"):
        act(stale, ridgeline.ben)
    assert as_seen(journey).closed_reason == "Too far away"
    assert Event.objects.count() == told


def test_what_was_parked_meanwhile_is_opened_by_moving_it(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    stale = as_seen(journey)
    park_journey(journey, until=LATER, reason="Not now", by=ridgeline.maya, at=SOON)
    moved = move_journey(stale, stage="booked", by=ridgeline.ben, at=SOON)
    assert (moved.status, moved.stage.key) == ("open", "booked")
    assert audit()["violations"] == 0


def test_what_was_opened_meanwhile_is_not_opened_twice(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    park_journey(journey, until=LATER, reason="Not now", by=ridgeline.maya, at=SOON)
    stale = as_seen(journey)
    reopen_journey(journey, by=ridgeline.maya, at=SOON)
    with pytest.raises(Refused, match="open already"):
        reopen_journey(stale, by=ridgeline.ben, at=SOON)


def test_it_is_not_given_to_somebody_who_left_meanwhile(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    as_it_was = User.objects.get(pk=ridgeline.ben.pk)
    release_user(ridgeline.ben, by=ridgeline.maya, at=SOON)
    with pytest.raises(Refused, match="Ben Whitfield has left"):
        assign_journey(journey, owner=as_it_was, by=ridgeline.maya, at=SOON)

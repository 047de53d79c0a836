from datetime import timedelta

import pytest

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.journeys.actions import move_journey
from trellis.journeys.models import Journey
from trellis.journeys.publish import pack, publish_playbook

NOW = TUESDAY + timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trellis.api.middleware.timezone.now", lambda: NOW)


@pytest.fixture
def offered(ridgeline: Business) -> Journey:
    """Maya's lead waits for Ben."""
    source = pack("storm-and-repair").replace("team: estimators,", "team: estimators, accept: 2h,")
    publish_playbook(source, by=None, at=TUESDAY)
    return move_journey(ridgeline.lead(), stage="qualified", by=ridgeline.maya, at=TUESDAY)


def test_an_offer_is_shown_beside_the_owner(api: Caller, offered: Journey, ridgeline: Business) -> None:
    shown = api.get(f"/journeys/{offered.id}").json()
    assert shown["owner"]["name"] == "Maya Ortiz"
    assert shown["offer"]["taker"]["name"] == "Ben Whitfield"
    assert (shown["offer"]["offered_at"], shown["offer"]["due_at"]) == ("2026-06-09T15:00:00Z", "2026-06-09T17:00:00Z")


def test_whoever_it_is_offered_to_accepts_it(offered: Journey, ridgeline: Business) -> None:
    accepted = Caller(by=ridgeline.ben).post(f"/journeys/{offered.id}/accept").json()
    assert (accepted["owner"]["name"], accepted["offer"]) == ("Ben Whitfield", None)
    problem(Caller(by=ridgeline.ben).post(f"/journeys/{offered.id}/accept"), 409, "not_on_offer")


def test_or_declines_it_with_a_reason(offered: Journey, ridgeline: Business) -> None:
    ben = Caller(by=ridgeline.ben)
    problem(ben.post(f"/journeys/{offered.id}/decline", {"reason": "  "}), 422, "no_reason")
    problem(ben.post(f"/journeys/{offered.id}/decline", {}), 422)
    declined = ben.post(f"/journeys/{offered.id}/decline", {"reason": "On a roof"}).json()
    assert (declined["owner"]["name"], declined["offer"]["taker"]["name"]) == ("Maya Ortiz", "Priya Nair")


def test_nobody_else_answers_for_them(api: Caller, offered: Journey, ridgeline: Business) -> None:
    problem(Caller(by=ridgeline.priya).post(f"/journeys/{offered.id}/accept"), 409, "offered_to_another")
    problem(api.post(f"/journeys/{offered.id}/accept"), 409, "not_a_persons")
    problem(Caller("viewer", by=ridgeline.ben).post(f"/journeys/{offered.id}/accept"), 403)

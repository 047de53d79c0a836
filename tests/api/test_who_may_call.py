from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.team.actions.people import deactivate_user, reactivate_user
from trellis.team.actions.tokens import revoke_token
from trellis.team.models import User
from trellis.team.undoing import change_at, undo_change


def test_without_a_token_nothing_is_told(ridgeline: Business) -> None:
    response = Client().get("/api/v1/contacts")
    assert "Bearer trl_" in problem(response, 401, "no_token")["detail"]
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header", ["Bearer trl_guessed", "Bearer ", "Bearer", "Basic bWF5YTp4", "trl_guessed", "Bearer \x00"]
)
def test_a_token_that_nobody_made_is_refused(ridgeline: Business, header: str) -> None:
    problem(Client().get("/api/v1/contacts", headers={"Authorization": header}), 401)


def test_a_revoked_token_is_refused_at_once(api: Caller) -> None:
    assert api.get("/contacts").status_code == 200
    revoke_token(api.token, by=None, at=TUESDAY)
    problem(api.get("/contacts"), 401, "unknown_token")


def test_a_token_opens_nothing_once_whoever_made_it_has_left(ridgeline: Business) -> None:
    toms, bens, nobodys = Caller(by=ridgeline.tom), Caller(by=ridgeline.ben), Caller()
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY)
    problem(toms.get("/contacts"), 401, "unknown_token")
    assert [api.get("/contacts").status_code for api in (bens, nobodys)] == [200, 200]


def test_a_token_stays_closed_when_whoever_made_it_is_welcomed_back(ridgeline: Business) -> None:
    api = Caller(by=ridgeline.tom)
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY)
    reactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY + timedelta(days=1))
    problem(api.get("/contacts"), 401, "unknown_token")
    assert Caller(by=ridgeline.tom).get("/contacts").status_code == 200


def test_a_token_of_somebody_who_left_long_ago_is_closed_too(ridgeline: Business) -> None:
    api = Caller(by=ridgeline.tom)
    User.objects.filter(pk=ridgeline.tom.pk).update(deactivated_at=TUESDAY)
    problem(api.get("/contacts"), 401, "unknown_token")
    reactivate_user(User.objects.get(pk=ridgeline.tom.pk), by=ridgeline.maya, at=TUESDAY + timedelta(days=1))
    problem(api.get("/contacts"), 401, "unknown_token")


def test_saying_by_mistake_that_somebody_left_is_taken_back_along_with_their_tokens(ridgeline: Business) -> None:
    api = Caller(by=ridgeline.tom)
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY)
    change = change_at(by=ridgeline.maya, at=TUESDAY)
    assert change
    undo_change(change, by=ridgeline.maya, at=TUESDAY)
    assert api.get("/contacts").status_code == 200


@pytest.mark.parametrize("role", ["viewer", "marketing"])
def test_whoever_may_only_read_is_refused_writing_before_anything_is_stored(ridgeline: Business, role: str) -> None:
    caller = Caller(role)
    assert caller.get("/contacts").status_code == 200
    refusal = problem(caller.post("/signals", {"name": "Renee"}), 403, "not_allowed")
    assert role in refusal["detail"]


@pytest.mark.parametrize("role", ["sales", "manager", "admin"])
def test_whoever_may_write_is_let_through(ridgeline: Business, role: str) -> None:
    problem(Caller(role).post("/signals", {}), 422)


def test_a_token_is_seen_to_be_used(api: Caller) -> None:
    api.get("/contacts")
    api.token.refresh_from_db()
    assert api.token.used_at is not None


def test_a_program_that_runs_wild_is_asked_to_wait(api: Caller, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    assert [api.get("/contacts").status_code for _ in range(3)] == [200, 200, 429]
    response = api.get("/contacts")
    problem(response, 429)
    assert 0 < int(response["Retry-After"]) <= 60
    assert Caller().get("/contacts").status_code == 200  # another program is not affected

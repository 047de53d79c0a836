import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.team.actions.tokens import revoke_token


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

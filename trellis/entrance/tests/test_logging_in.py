"""Logging in and out, and stopping whoever guesses."""

import time
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.entrance.views.adapters import TOO_MANY, WRONG
from trellis.team.actions.people import deactivate_user, reactivate_user

PASSWORD = "x" * 12


@pytest.fixture
def visitor(client: Client, ridgeline: Business) -> Client:
    return client


def try_with(visitor: Client, email: str, password: str, **headers: str) -> tuple[int, str]:
    response = visitor.post("/log-in", {"email": email, "password": password}, **headers)
    return response.status_code, response.content.decode()


def test_email_and_password_open_the_page_that_was_asked_for(visitor: Client) -> None:
    response = visitor.post(
        "/log-in", {"email": "Maya@Ridgeline.example", "password": PASSWORD, "next": "/signals/"}, follow=True
    )
    assert response.redirect_chain == [("/signals/", 302)]
    assert "Maya Ortiz" in response.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(visitor: Client, elsewhere: str) -> None:
    response = visitor.post("/log-in", {"email": "maya@ridgeline.example", "password": PASSWORD, "next": elsewhere})
    assert response.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_email_are_answered_alike(visitor: Client) -> None:
    known = try_with(visitor, "maya@ridgeline.example", "wrong")
    unknown = try_with(visitor, "nobody@ridgeline.example", "wrong")
    assert known[0] == unknown[0] == 422
    assert WRONG in known[1]
    assert WRONG in unknown[1]


def test_an_email_that_is_none_is_said_to_be_none(visitor: Client) -> None:
    status, page = try_with(visitor, "maya", PASSWORD)
    assert status == 422
    assert "Enter a valid email address." in page


def test_ten_wrong_passwords_close_the_door_for_a_while(visitor: Client) -> None:
    for _ in range(10):
        assert try_with(visitor, "maya@ridgeline.example", "wrong")[0] == 422
    status, page = try_with(visitor, "maya@ridgeline.example", PASSWORD)
    assert status == 429
    assert TOO_MANY in page
    assert visitor.get("/").status_code == 302


def test_the_door_is_closed_for_everybody_who_guesses_at_that_account_and_for_nobody_else(visitor: Client) -> None:
    for number in range(10):
        status, _ = try_with(visitor, "maya@ridgeline.example", "wrong", REMOTE_ADDR=f"192.0.2.{number}")
        assert status == 422
    elsewhere = visitor.post(
        "/log-in",
        {"email": "MAYA@ridgeline.example ", "password": PASSWORD},
        REMOTE_ADDR="192.0.2.77",
        HTTP_HOST="localhost",
    )
    assert elsewhere.status_code == 429
    assert elsewhere.headers["Retry-After"] == "900"
    assert try_with(visitor, "ben@ridgeline.example", PASSWORD)[0] == 302


def test_after_a_quarter_of_an_hour_the_door_opens_again(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    for _ in range(10):
        try_with(visitor, "maya@ridgeline.example", "wrong")
    assert try_with(visitor, "maya@ridgeline.example", PASSWORD)[0] == 429
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 15 * 60 + 10)
    assert try_with(visitor, "maya@ridgeline.example", PASSWORD)[0] == 302


def test_one_address_that_asks_without_end_is_told_to_wait(visitor: Client) -> None:
    answers = [try_with(visitor, f"nobody{number}@ridgeline.example", "wrong") for number in range(61)]
    assert answers[59][0] == 422
    assert answers[60][0] == 429
    assert "Wait 15 minutes, then try again." in answers[60][1]


def test_whoever_had_the_right_password_all_along_uses_up_no_tries(visitor: Client) -> None:
    for _ in range(12):
        assert try_with(visitor, "maya@ridgeline.example", PASSWORD)[0] == 302
        visitor.post("/log-out")


def test_a_deactivated_colleague_is_out_at_the_next_click(visitor: Client, ridgeline: Business) -> None:
    try_with(visitor, "tom@ridgeline.example", PASSWORD)
    assert visitor.get("/board/").status_code == 200
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY + timedelta(hours=1))
    assert visitor.get("/board/").headers["Location"] == "/log-in?next=/board/"


def test_whoever_comes_back_finds_no_session_of_before(visitor: Client, ridgeline: Business) -> None:
    try_with(visitor, "tom@ridgeline.example", PASSWORD)
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY + timedelta(hours=1))
    reactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY + timedelta(hours=2))
    assert visitor.get("/board/").status_code == 302
    assert try_with(visitor, "tom@ridgeline.example", PASSWORD)[0] == 302


def test_an_address_of_before_opens_nothing(visitor: Client, ridgeline: Business) -> None:
    ridgeline.tom.email = "thomas@ridgeline.example"
    ridgeline.tom.save()
    assert try_with(visitor, "tom@ridgeline.example", PASSWORD)[0] == 422
    assert try_with(visitor, "thomas@ridgeline.example", PASSWORD)[0] == 302


def test_whoever_left_cannot_log_in(visitor: Client, ridgeline: Business) -> None:
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY + timedelta(hours=1))
    assert try_with(visitor, "tom@ridgeline.example", PASSWORD)[0] == 422


def test_logging_out_is_a_post_and_ends_it(visitor: Client, ridgeline: Business) -> None:
    visitor.force_login(ridgeline.maya)
    assert visitor.get("/log-out").status_code == 405
    assert "You are logged out." in visitor.post("/log-out", follow=True).content.decode()
    assert visitor.get("/").status_code == 302


def test_a_form_without_its_token_is_refused(ridgeline: Business) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/log-in", {"email": "maya@ridgeline.example", "password": PASSWORD}).status_code == 403

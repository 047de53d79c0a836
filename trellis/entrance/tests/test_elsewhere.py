"""Signing in with an account elsewhere (OpenID Connect): it opens the door to who is here, and to nobody else."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.entrance.tests.provider import CLIENT, SECRET, Provider, new_key, running
from trellis.entrance.tests.test_two_steps import switch_on
from trellis.team.actions.people import deactivate_user
from trellis.team.models import User

MAYA = {"email": "maya@ridgeline.example", "email_verified": True}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with running() as provider:
        settings.OIDC = {"url": provider.url, "client_id": CLIENT, "client_secret": SECRET, "name": "Google"}
        settings.PUBLIC_URL = "http://testserver"
        provider.claims = dict(MAYA)
        yield provider


def come_by(door: Screen, provider: Provider, address: str = "/log-in/elsewhere") -> Screen:
    """Leave for the provider, sign in there and come back."""
    there = door.client.get(address)
    assert there.status_code == 302, there.content.decode()
    assert there.headers["Location"].startswith(f"{provider.url}/authorize?")
    door.open(provider.sign_in(there.headers["Location"]).removeprefix("http://testserver"))
    return door


def is_in(door: Screen) -> bool:
    return bool(door.client.get("/board/").status_code == 200)


def test_who_is_here_comes_in_by_an_account_elsewhere_and_lands_where_they_wanted(
    door: Screen, provider: Provider
) -> None:
    assert "Log in with Google" in door.open("/log-in?next=/board/")
    assert 'href="/log-in/elsewhere?next=/board/"' in door.page
    come_by(door, provider, "/log-in/elsewhere?next=/board/")
    assert door.address == "/board/"
    assert "Maya Ortiz" in door.words


@pytest.mark.parametrize("claims", [{"email": "stranger@example.com", "email_verified": True}, {}])
def test_a_stranger_is_told_whom_to_ask_and_no_account_is_made(
    door: Screen, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims, provider.userinfo = claims, {"sub": "42"} | claims
    before = User.objects.count()
    come_by(door, provider)
    assert door.status == 403
    assert "ask" in door.words
    assert (is_in(door), User.objects.count()) == (False, before)


@pytest.mark.parametrize("verified", [False, "false", None, ""])
def test_an_address_that_the_provider_has_not_verified_opens_nothing(
    door: Screen, provider: Provider, verified: object
) -> None:
    provider.claims = {"email": "maya@ridgeline.example", "email_verified": verified}
    come_by(door, provider)
    assert (door.status, is_in(door)) == (403, False)
    assert "Your address is not confirmed" in door.words


def test_whoever_left_stays_out(door: Screen, provider: Provider, ridgeline: Business) -> None:
    provider.claims["email"] = "tom@ridgeline.example"
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY)
    come_by(door, provider)
    assert (door.status, is_in(door)) == (403, False)


def test_a_signature_of_another_key_opens_nothing(door: Screen, provider: Provider) -> None:
    provider.signs_with = new_key()
    come_by(door, provider)
    assert (door.status, is_in(door)) == (403, False)
    assert "That did not work" in door.words


@pytest.mark.parametrize(
    "wrong",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": int(time.time()) - 60}],
    ids=["audience", "issuer", "expiry"],
)
def test_what_was_signed_for_somebody_else_or_is_old_opens_nothing(
    door: Screen, provider: Provider, wrong: dict[str, Any]
) -> None:
    provider.claims |= wrong
    come_by(door, provider)
    assert (door.status, is_in(door)) == (403, False)


def test_an_address_beside_the_signature_must_be_of_the_same_person(door: Screen, provider: Provider) -> None:
    provider.claims, provider.userinfo = {"sub": "42"}, MAYA | {"sub": "43"}
    come_by(door, provider)
    assert (door.status, is_in(door)) == (403, False)
    provider.userinfo["sub"] = "42"
    come_by(door, provider)
    assert is_in(door)


def test_an_answer_that_this_browser_never_asked_for_opens_nothing(door: Screen, provider: Provider) -> None:
    there = door.client.get("/log-in/elsewhere").headers["Location"]
    back = provider.sign_in(there).removeprefix("http://testserver")
    other = Screen(Client())
    other.open(back)
    assert (other.status, is_in(other)) == (403, False)


def test_saying_no_at_the_provider_leads_back_to_the_door(door: Screen, provider: Provider) -> None:
    there = door.client.get("/log-in/elsewhere").headers["Location"]
    state = provider.sign_in(there).partition("state=")[2]
    door.open(f"/log-in/elsewhere/back?error=access_denied&state={state}")
    assert door.status == 403
    assert "you said no there" in door.words


def test_a_provider_that_cannot_be_reached_is_said_to_be(door: Screen, provider: Provider, settings: Settings) -> None:
    settings.OIDC = settings.OIDC | {"url": "http://127.0.0.1:9"}
    door.open("/log-in/elsewhere")
    assert door.status == 403
    assert "cannot be reached" in door.words


def test_nobody_ties_an_account_elsewhere_to_somebody_who_is_logged_in(
    maya: Screen, provider: Provider, ridgeline: Business
) -> None:
    provider.claims = {"email": "ben@ridgeline.example", "email_verified": True, "sub": "77"}
    come_by(maya, provider, "/log-in/elsewhere?process=connect")
    from allauth.socialaccount.models import SocialAccount

    assert not SocialAccount.objects.exists()
    assert "Ben Whitfield" in maya.open("/preferences")


def test_two_steps_are_asked_for_after_an_account_elsewhere_too(
    maya: Screen, provider: Provider, ridgeline: Business
) -> None:
    switch_on(maya)
    door = come_by(Screen(Client()), provider)
    assert (door.address, is_in(door)) == ("/log-in/code", False)


def test_without_a_provider_there_is_no_such_door(door: Screen) -> None:
    assert "elsewhere" not in door.open("/log-in")
    for address in ("/log-in/elsewhere", "/log-in/elsewhere/back"):
        door.open(address)
        assert door.status == 404

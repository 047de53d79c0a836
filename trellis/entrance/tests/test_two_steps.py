"""A second step: codes from an app, recovery codes, and what an admin may do about them."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.core.sealing import unseal
from trellis.entrance.tests.conftest import PASSWORD
from trellis.entrance.views.adapters import WRONG_CODE
from trellis.team.actions.people import deactivate_user
from trellis.team.actions.two_steps import has_two_steps, require_two_steps
from trellis.team.models import Notice, User

HERE = "/preferences/security"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30))


def confirm(screen: Screen) -> None:
    screen.send(f"{HERE}/confirm?next={HERE}", password=PASSWORD)


def switch_on(screen: Screen) -> str:
    """Set up an app; returns the secret that it holds."""
    confirm(screen)
    page = screen.open(f"{HERE}/codes/on")
    secret = re.search(r'<code class="code">([A-Z2-7 ]+)</code>', page)
    assert secret, screen.words
    screen.send(f"{HERE}/codes/on", code=code_of(secret[1]))
    for memory in settings.CACHES:
        caches[memory].clear()  # A code counts once: the next one of a story is of the same half minute.
    return secret[1]


def log_in(door: Screen, email: str = "maya@ridgeline.example") -> None:
    door.send("/log-in", email=email, password=PASSWORD)


def test_a_stolen_password_is_not_enough_where_two_steps_are_on(maya: Screen, ridgeline: Business) -> None:
    secret = switch_on(maya)
    thief = Screen(Client())
    log_in(thief)
    assert thief.address == "/log-in/code"
    assert thief.open("/").count("<h1") == 1
    assert thief.address in ("/log-in", "/log-in/code")
    thief.send("/log-in/code", code="000000")
    assert thief.status == 422
    assert WRONG_CODE in thief.words
    assert thief.client.get("/board/").status_code == 302
    thief.send("/log-in/code", code=code_of(secret))
    assert thief.address == "/"


def test_a_code_counts_once(maya: Screen, ridgeline: Business) -> None:
    secret = switch_on(maya)
    first, second = Screen(Client()), Screen(Client())
    log_in(first)
    log_in(second)
    code = code_of(secret)
    first.send("/log-in/code", code=code)
    second.send("/log-in/code", code=code)
    assert (first.address, second.address) == ("/", "/log-in/code")


def test_ten_wrong_codes_close_the_door(maya: Screen, ridgeline: Business) -> None:
    secret = switch_on(maya)
    thief = Screen(Client())
    log_in(thief)
    for number in range(10):
        thief.send("/log-in/code", code=f"00000{number}")
        assert thief.status == 422
    thief.send("/log-in/code", code=code_of(secret))
    assert thief.status == 429
    assert thief.client.get("/board/").status_code == 302


def test_the_secret_lies_sealed_in_the_database(maya: Screen, ridgeline: Business) -> None:
    secret = switch_on(maya).replace(" ", "")
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert unseal(kept) == secret


def test_a_secret_sealed_under_another_key_lets_nobody_in(maya: Screen, ridgeline: Business) -> None:
    secret = switch_on(maya)
    Authenticator.objects.filter(type="totp").update(data={"secret": "gAAAA-not-ours"})
    door = Screen(Client())
    log_in(door)
    for tried in (secret, ""):
        door.send("/log-in/code", code=code_of(tried))
        assert door.status == 422


def test_a_recovery_code_opens_the_door_once(maya: Screen, ridgeline: Business) -> None:
    switch_on(maya)
    assert maya.address == f"{HERE}/recovery"
    codes = re.findall(r'<li><code class="code">(\d{8})</code></li>', maya.page)
    assert len(codes) == 10
    saved = maya.client.get(f"{HERE}/recovery/codes.txt")
    assert codes[3] in saved.content.decode()
    for expected in ("/", "/log-in/code"):
        door = Screen(Client())
        log_in(door)
        door.send("/log-in/code", code=codes[0])
        assert door.address == expected
    assert "9 left" in maya.open(HERE)


def test_recovery_codes_are_shown_to_whoever_confirmed_that_it_is_them(maya: Screen, ridgeline: Business) -> None:
    switch_on(maya)
    later = Screen(Client())
    later.client.force_login(ridgeline.maya)
    for page in ("recovery", "recovery/codes.txt"):
        later.open(f"{HERE}/{page}")
        assert later.address == f"{HERE}/confirm"


@pytest.mark.parametrize("part", ["codes/on", "passkeys/new", "recovery/new"])
def test_what_decides_who_gets_in_first_asks_whether_it_is_them(maya: Screen, ridgeline: Business, part: str) -> None:
    maya.open(f"{HERE}/{part}")
    assert maya.address == f"{HERE}/confirm"
    maya.send(f"{HERE}/confirm?next={HERE}/{part}", password="wrong")
    assert maya.status == 422
    assert "That is not your password." in maya.words
    maya.send(f"{HERE}/confirm?next={HERE}/{part}", password=PASSWORD)
    assert maya.address == f"{HERE}/{part}"


def test_switching_codes_off_needs_the_password_again_and_leaves_no_recovery_codes(
    maya: Screen, ridgeline: Business
) -> None:
    switch_on(maya)
    maya.send(f"{HERE}/codes/off")
    assert not Authenticator.objects.exists()
    assert "Codes are switched off." in maya.words


def test_an_admin_helps_whoever_lost_their_phone_and_they_are_told(client: Client, ridgeline: Business) -> None:
    ben = Screen(Client())
    log_in(ben, "ben@ridgeline.example")
    switch_on(ben)
    admin = Screen(client)
    log_in(admin)
    assert "Switch off the second step" in admin.open(f"/people/{ridgeline.ben.pk}")
    admin.send(f"/people/{ridgeline.ben.pk}/two-steps")
    assert "Ben logs in with the password alone." in admin.words
    assert not has_two_steps(ridgeline.ben)
    assert ben.client.get("/").status_code == 302
    log_in(ben, "ben@ridgeline.example")
    assert ben.address == "/"
    told = Notice.objects.get(user=ridgeline.ben)
    assert told.text == "Maya Ortiz switched off your second step of signing in. Set up a new one."


def test_nobody_but_an_admin_switches_off_the_second_step_of_others(maya: Screen, ridgeline: Business) -> None:
    switch_on(maya)
    ben = Screen(Client())
    log_in(ben, "ben@ridgeline.example")
    ben.send(f"/people/{ridgeline.maya.pk}/two-steps")
    assert ben.status == 403
    assert has_two_steps(ridgeline.maya)


def test_where_everybody_needs_two_steps_a_password_alone_leads_to_setting_one_up(
    client: Client, ridgeline: Business
) -> None:
    TOTP.activate(ridgeline.maya, generate_totp_secret())
    require_two_steps(of_everybody=True, by=ridgeline.maya, at=TUESDAY)
    ben = Screen(client)
    log_in(ben, "ben@ridgeline.example")
    assert ben.address == HERE
    assert "Everybody here needs a second step." in ben.words
    ben.open("/board/")
    assert ben.address == HERE
    switch_on(ben)
    ben.open("/board/")
    assert ben.address == "/board/"


def test_an_admin_says_that_everybody_needs_two_steps_and_takes_it_back(maya: Screen, ridgeline: Business) -> None:
    assert "Without one today: Ben Whitfield, Maya Ortiz" in " ".join(maya.open("/settings/sign-in").split())
    maya.send("/settings/sign-in", of_everybody="on")
    assert (maya.status, "Set up your own second step first" in maya.words) == (422, True)
    switch_on(maya)
    maya.send("/settings/sign-in", of_everybody="on")
    assert "From now on everybody needs a second step." in maya.words
    maya.send("/settings/sign-in")
    assert "Everybody chooses for themselves." in maya.words


def test_somebody_who_leaves_between_password_and_code_does_not_get_in(maya: Screen, ridgeline: Business) -> None:
    ben = Screen(Client())
    log_in(ben, "ben@ridgeline.example")
    secret = switch_on(ben)
    late = Screen(Client())
    log_in(late, "ben@ridgeline.example")
    deactivate_user(User.objects.get(pk=ridgeline.ben.pk), by=ridgeline.maya, at=TUESDAY + timedelta(hours=1))
    late.send("/log-in/code", code=code_of(secret))
    assert late.client.get("/board/").status_code == 302

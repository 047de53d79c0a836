"""The set-up key: nobody takes a server over that somebody else has started."""

import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.setup.actions.welcome_key import FILE, is_set_up_key, set_up_address, set_up_key
from trellis.setup.tests.newcomer import BUSINESS, Newcomer
from trellis.setup.views.welcome import TOO_MANY, WRONG
from trellis.team.actions.people import deactivate_user
from trellis.team.models import User


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def test_the_key_is_made_once_and_only_its_owner_may_read_it(folder: Path) -> None:
    key = set_up_key()
    assert len(key) == 32
    assert set_up_key() == key == (folder / FILE).read_text()
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_two_who_start_at_once_read_the_same_key(folder: Path) -> None:
    keys: list[str] = []
    both = [threading.Thread(target=lambda: keys.append(set_up_key())) for _ in range(8)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(set(keys) - {""}) == 1


@pytest.mark.parametrize("other", ["", " ", "x", "\ud800", "ключ"])
def test_no_other_text_is_the_key(folder: Path, other: str) -> None:
    assert is_set_up_key(f" {set_up_key()}\n")
    assert not is_set_up_key(other)


def test_a_key_that_was_only_half_made_opens_nothing(folder: Path) -> None:
    (folder / FILE).touch()
    assert not is_set_up_key("")


def test_every_page_leads_to_the_first_run_while_nobody_is_here(newcomer: Newcomer) -> None:
    for address in ("/", "/signals/", "/connections", "/log-in"):
        newcomer.open(address)
        assert (newcomer.status, newcomer.here) == (200, "/welcome")
    assert "Nobody has an account here yet" in newcomer.page
    assert FILE in newcomer.page
    assert set_up_key() not in newcomer.page


def test_the_printed_address_opens_the_first_step_and_the_key_leaves_the_address(newcomer: Newcomer) -> None:
    assert set_up_address() == f"http://127.0.0.1:8000/welcome?key={set_up_key()}"
    newcomer.come_with_the_key()
    assert (newcomer.status, newcomer.here) == (200, "/welcome")
    assert "Name of the business" in newcomer.page
    assert set_up_key() not in newcomer.page


def test_the_key_can_be_pasted(newcomer: Newcomer) -> None:
    newcomer.send("/welcome", key=set_up_key())
    assert "Name of the business" in newcomer.page


@pytest.mark.parametrize(("key", "status", "says"), [("guess", 403, WRONG), ("", 422, "Paste the set-up key.")])
def test_a_wrong_key_is_refused(newcomer: Newcomer, key: str, status: int, says: str) -> None:
    newcomer.send("/welcome", key=key)
    assert newcomer.status == status
    assert says in newcomer.page
    newcomer.open(f"/welcome?key={key}")
    assert newcomer.status == status


def test_ten_wrong_keys_close_the_door_for_a_while(newcomer: Newcomer) -> None:
    for _ in range(10):
        newcomer.send("/welcome", key="guess")
    newcomer.come_with_the_key()
    assert newcomer.status == 429
    assert TOO_MANY in newcomer.page


def test_nobody_opens_an_account_without_the_key(newcomer: Newcomer) -> None:
    newcomer.send("/welcome", **BUSINESS)
    assert "Set-up key" in newcomer.page
    assert not User.objects.exists()


def test_a_session_with_another_key_opens_nothing(newcomer: Newcomer, settings: Any, tmp_path: Path) -> None:
    newcomer.come_with_the_key()
    (tmp_path / FILE).write_text("another-one")
    newcomer.send("/welcome", **BUSINESS)
    assert "Set-up key" in newcomer.page
    assert not User.objects.exists()


def test_the_key_is_worth_nothing_once_somebody_is_here(folder: Path, client: Client, ridgeline: Business) -> None:
    assert set_up_address() == ""
    for answer in (client.get(f"/welcome?key={set_up_key()}"), client.post("/welcome", BUSINESS)):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/log-in")
    assert User.objects.count() == 4


def test_the_key_is_thrown_away_with_the_first_account(newcomer: Newcomer, tmp_path: Path) -> None:
    key = set_up_key()
    newcomer.open_the_account()
    assert not (tmp_path / FILE).exists()
    stranger = Client()
    assert stranger.get(f"/welcome?key={key}").headers["Location"] == "/log-in"


def test_whoever_left_does_not_count_as_here(folder: Path, ridgeline: Business) -> None:
    for user in (ridgeline.ben, ridgeline.priya, ridgeline.tom):
        deactivate_user(user, by=ridgeline.maya, at=TUESDAY)
    assert set_up_address() == ""
    User.objects.update(deactivated_at=TUESDAY)
    assert set_up_address() != ""

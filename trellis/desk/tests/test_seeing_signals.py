"""Signals: what came in, where it ended, and taking back in what was set aside."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.desk.tests.conftest import Desk
from trellis.intake.actions import interpret, receive
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.team.actions.people import create_user

SPAM = {"name": "RankPro", "email": "x@spam.example", "message": "Rank first", "trap": "http://spam.example"}


def hear(**payload: object) -> Signal:
    signal, _ = receive(kind="form", channel="web", source="roof-repair", payload=payload, at=TUESDAY)
    return interpret(signal, at=TUESDAY)


def test_everything_that_came_in_is_shown_with_where_it_ended_and_adds_up(desk: Desk, ridgeline: Business) -> None:
    hear(name="Renee Castillo", email="renee@example.com", message="A limb came down")
    hear(name="Renee Castillo", email="renee@example.com", message="Are you coming?")
    hear(**SPAM)
    page = desk.open("/signals/")
    assert page.count('class="signal-row"') == 3
    for ended in ("Started a lead", "Joined a lead", "Set aside", "A hidden field was filled in"):
        assert ended in page
    assert "Call Renee" in page
    told = counts()
    assert told["received"] == told["attached"] + told["joined"] + told["set_aside"] + told["waiting"] == 3


def test_one_kind_of_ending_can_be_shown_alone(desk: Desk, ridgeline: Business) -> None:
    hear(name="Renee Castillo", email="renee@example.com", message="A limb came down")
    hear(**SPAM)
    page = desk.open("/signals/?state=set_aside")
    assert "RankPro" in page
    assert "Renee Castillo" not in page


def test_today_says_that_a_rule_set_one_aside_and_leads_there(desk: Desk, ridgeline: Business) -> None:
    assert "set aside" not in desk.open("/")
    hear(**SPAM)
    page = desk.open("/")
    assert '<a class="link" href="/signals/?state=set_aside"><b class="medium number">1</b> signal set aside' in page


def test_an_unknown_ending_shows_everything(desk: Desk, ridgeline: Business) -> None:
    hear(**SPAM)
    assert "RankPro" in desk.open("/signals/?state=eaten")


def test_what_was_set_aside_can_be_taken_back_in(desk: Desk, ridgeline: Business) -> None:
    signal = hear(**SPAM)
    page = desk.send(f"/signals/{signal.pk}/take-back")
    signal.refresh_from_db()
    assert signal.state == "attached"
    assert signal.restored_by == ridgeline.maya
    assert "Taken back in. It started a lead with an owner, a next step and a deadline." in page


def test_what_was_taken_back_in_is_still_the_customers_act(desk: Desk, ridgeline: Business) -> None:
    signal = hear(**SPAM)
    desk.send(f"/signals/{signal.pk}/take-back")
    signal.refresh_from_db()
    desk.open(f"/journeys/{signal.journey_id}/why")
    assert "reached out: web form" in desk.words
    assert "Maya reached out" not in desk.words


def test_what_was_taken_back_in_by_mistake_is_set_aside_again(desk: Desk, ridgeline: Business) -> None:
    signal = hear(**SPAM)
    desk.at += timedelta(minutes=1)
    desk.send(f"/signals/{signal.pk}/take-back", next="/signals/")
    desk.at += timedelta(seconds=4)
    page = desk.send(desk.undo, next="/signals/")
    assert desk.address == "/signals/"
    assert "Taken back: it is no lead, and nothing is sent." in page
    assert "A hidden field was filled in" in page
    assert "RankPro" not in desk.open("/contacts/")


def test_what_is_set_aside_once_more_needs_no_undo(desk: Desk, ridgeline: Business) -> None:
    hidden, _ = receive(kind="call", channel="phone", source="twilio", payload={"from": "anonymous"}, at=TUESDAY)
    signal = interpret(hidden, at=TUESDAY)
    page = desk.send(f"/signals/{signal.pk}/take-back")
    assert "Looked at again and set aside" in page
    assert not desk.undo


def test_only_what_was_set_aside_can_be_taken_back(desk: Desk, ridgeline: Business) -> None:
    signal = hear(name="Renee Castillo", email="renee@example.com", message="A limb came down")
    assert "Only a signal that was set aside can be taken back in." in desk.send(f"/signals/{signal.pk}/take-back")


def test_a_viewer_takes_nothing_back(desk: Desk, ridgeline: Business) -> None:
    signal = hear(**SPAM)
    viewer = create_user(name="Vic Viewer", email="vic@ridgeline.example", role="viewer", by=None, at=TUESDAY)
    assert "Take back in" not in desk.log_in(viewer).open("/signals/")
    desk.send(f"/signals/{signal.pk}/take-back")
    signal.refresh_from_db()
    assert (desk.status, signal.state) == (403, "set_aside")


def test_an_empty_page_names_the_next_step(desk: Desk, ridgeline: Business) -> None:
    assert "Connect your form" in desk.open("/signals/")
    assert "Nothing is set aside" in desk.open("/signals/?state=set_aside")


def test_many_signals_come_in_pages_that_lose_none(desk: Desk, ridgeline: Business) -> None:
    for number in range(53):
        receive(
            kind="form",
            channel="web",
            source="roof-repair",
            payload={"name": f"Name{number:02}"},
            at=TUESDAY + timedelta(seconds=number // 2),
        )
    first = desk.open("/signals/")
    more = first.split('class="queue__more"><a class="button" href="')[1].split('"')[0]
    second = desk.open(f"/signals/{more}")
    shown = [number for number in range(53) for page in (first, second) if f"Name{number:02}" in page]
    assert sorted(shown) == list(range(53))


def test_the_page_asks_at_most_fifteen_questions(
    desk: Desk, ridgeline: Business, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(20):
        hear(name=f"Lead {number}", email=f"lead{number}@example.com", message="A limb came down")
    with django_assert_max_num_queries(15):
        desk.open("/signals/")

"""Machines are set aside with a reason, visible, and never told so; people behind one address never are."""

from datetime import timedelta

import pytest

from trellis.intake.actions import restore
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.models import Journey
from trellis.people.models import Contact
from trellis.steps.capture.forms import sign_opening

pytestmark = pytest.mark.usefixtures("roof_repair")

BOT = {"name": "Best SEO", "email": "bot@spam.example", "message": "Rank first"}


def test_a_field_that_only_machines_see_sets_aside(door, ridgeline):
    answer = door.post(BOT | {"your_website": "https://spam.example"})

    assert answer.status_code == 303
    signal = Signal.objects.get()
    assert signal.reference in answer["Location"]
    assert signal.state == "set_aside"
    assert "hidden field" in signal.reason
    assert not Contact.objects.exists()


def test_json_with_the_hidden_field_is_set_aside_and_answered_like_any(door):
    answer = door.post_json(BOT | {"your_website": "x"})

    assert answer.status_code == 201
    assert answer.json()["reference"] == Signal.objects.get(state="set_aside").reference


def test_faster_than_a_person_reads_is_set_aside(door):
    door.post(BOT | {"opened": sign_opening(door.at - timedelta(seconds=1))})

    assert Signal.objects.get().reason == "Filled in within 1.0 seconds"


@pytest.mark.parametrize("seconds", [2, 60, 86400 * 400])
def test_a_person_takes_their_time(door, seconds):
    door.post(BOT | {"opened": sign_opening(door.at - timedelta(seconds=seconds))})

    assert Signal.objects.get().state == "attached"


@pytest.mark.parametrize("opened", ["", "0", "forged:1:2", "MTc4:1wXYZ:AAAA", "\x00", "x" * 9000])
def test_a_forged_time_counts_as_none(door, opened):
    assert door.post(BOT | {"opened": opened}).status_code == 303

    assert Signal.objects.get().state == "attached"


def test_a_time_in_the_future_counts_as_none(door):
    door.post(BOT | {"opened": sign_opening(door.at + timedelta(hours=1))})

    assert Signal.objects.get().state == "attached"


def test_a_person_takes_a_signal_back_in_and_it_becomes_a_lead(door, ridgeline):
    door.post(BOT | {"your_website": "filled in by a helpful browser"})

    back = restore(Signal.objects.get(), by=ridgeline.maya, at=door.at)

    assert back.state == "attached"
    assert Journey.objects.get().contact.name == "Best SEO"


def test_the_same_contact_details_over_and_over_are_set_aside_from_the_eleventh(door):
    for number in range(14):
        door.at += timedelta(seconds=5)
        assert door.post_json(BOT | {"message": f"Offer {number}"}).status_code == 201

    assert counts() == {"received": 14, "attached": 1, "joined": 9, "set_aside": 4, "waiting": 0}
    assert "More than 10 in 10 minutes" in Signal.objects.filter(state="set_aside").first().reason


def test_words_without_any_address_over_and_over_are_set_aside_too(door):
    for number in range(12):
        door.at += timedelta(seconds=5)
        door.post_json({"message": f"Offer {number}"})

    assert counts()["set_aside"] == 2


def test_slowly_over_and_over_is_noticed_within_the_hour(door):
    for _ in range(33):
        door.at += timedelta(seconds=70)
        door.post_json(BOT)

    assert "More than 30 in 60 minutes" in Signal.objects.filter(state="set_aside").last().reason
    assert counts()["set_aside"] == 3


def test_many_people_behind_one_address_are_all_taken_in(door):
    for number in range(40):
        door.post_json({"name": "A neighbor", "email": f"neighbor{number}@example.com", "message": "Hail"})

    assert counts()["attached"] == 40


def test_the_flood_of_one_place_does_not_touch_the_same_person_elsewhere(door):
    for _ in range(12):
        door.post_json(BOT)

    door.post_json(BOT, REMOTE_ADDR="203.0.113.9")

    assert Signal.objects.order_by("-id").first().state == "joined"


def test_a_header_that_names_another_address_does_not_get_a_flood_through(door):
    for number in range(12):
        door.post_json(BOT, headers={"X-Forwarded-For": f"203.0.113.{number}"})

    assert counts()["set_aside"] == 2


def test_after_a_while_they_are_heard_again(door):
    for _ in range(12):
        door.post_json(BOT)
    door.at += timedelta(hours=2)

    door.post_json(BOT)

    assert Signal.objects.order_by("-id").first().state == "joined"


def test_no_network_address_is_kept(door):
    door.post_json(BOT, REMOTE_ADDR="203.0.113.9")

    signal = Signal.objects.get()
    assert len(signal.origin) == 64
    assert "203.0.113.9" not in str(signal.payload)

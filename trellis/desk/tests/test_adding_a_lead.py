"""A new lead by hand goes through the same intake as any other."""

import re
from datetime import timedelta

import pytest

from tests.cast import Business
from trellis.desk.tests.conftest import Desk
from trellis.intake.models import Signal
from trellis.journeys.models import Journey


def test_a_caller_becomes_a_lead_with_owner_step_and_deadline(desk: Desk, ridgeline: Business) -> None:
    page = desk.send(
        "/leads/new", name="Tasha Greer", phone="501 555 0119", kind="call", message="Hail dents on old shingles"
    )
    journey = Journey.objects.get()
    assert journey.owner is not None
    assert journey.next_task is not None
    assert journey.contact.name == "Tasha Greer"
    assert Signal.objects.get().kind == "call"
    assert "Lead added. Next for Tasha:" in page
    assert "Hail dents on old shingles" in page


def test_somebody_who_walked_in_and_left_only_an_email(desk: Desk, ridgeline: Business) -> None:
    desk.send("/leads/new", name="Lin Zhao", email="lin@example.com", kind="call", message="Skylight leaks")
    journey = Journey.objects.get()
    assert [point.value for point in journey.contact.points.all()] == ["lin@example.com"]
    assert (Signal.objects.get().kind, journey.words) == ("call", "Skylight leaks")


def test_somebody_whom_a_customer_sent(desk: Desk, ridgeline: Business) -> None:
    desk.send("/leads/new", name="Lin Zhao", email="lin@example.com", kind="referral", referred_by="Sue Thompson")
    assert Signal.objects.get().kind == "referral"
    assert Journey.objects.get().context["referred_by"] == "Sue Thompson"


def test_somebody_we_know_joins_the_lead_they_have(desk: Desk, ridgeline: Business) -> None:
    lead = ridgeline.lead()
    page = desk.send("/leads/new", name="Renee Castillo", email="renee@example.com", kind="referral")
    assert Journey.objects.get() == lead
    assert "We know them: it joined the lead they have." in page


def test_a_lead_that_was_added_by_mistake_is_in_no_list(desk: Desk, ridgeline: Business) -> None:
    desk.send("/leads/new", name="Tasha Greer", phone="501 555 0119", kind="call", message="Hail dents")
    journey, undo = Journey.objects.get(), desk.undo
    desk.at += timedelta(seconds=4)
    page = desk.send(undo, next=f"/contacts/{journey.contact_id}/")
    assert (desk.address, "Taken back: it is no lead, and nothing is sent." in page) == ("/", True)
    for address in ("/?who=team", "/board/", "/board/table", "/inbox/?show=done", "/contacts/", "/find?q=tasha"):
        assert "Tasha" not in desk.open(address).replace("Nobody is called “tasha”", ""), address
    assert "Nothing yet. The first lead of the day starts it." in desk.open("/?who=team")
    assert "Maya took it back" in desk.open("/signals/")
    story = desk.open(f"/contacts/{journey.contact_id}/")
    assert "took back: a new lead" in story
    assert "added by mistake, and taken back" in story
    assert "Hail dents" not in story
    desk.send(undo)
    assert "It is set aside: there is nothing to take back." in desk.words


def test_somebody_without_phone_and_email_could_not_be_answered(desk: Desk, ridgeline: Business) -> None:
    page = desk.send("/leads/new", name="Nobody", kind="call")
    assert desk.status == 422
    assert "Add a phone number or an email address, so that somebody can answer them." in page
    assert Signal.objects.count() == 0


@pytest.mark.parametrize("email", ["tasha", "tasha@", "@example.com"])
def test_an_email_that_is_none_is_refused_with_every_word_kept(desk: Desk, ridgeline: Business, email: str) -> None:
    page = desk.send("/leads/new", name="Tasha Greer", email=email, kind="call", message="Hail dents")
    assert desk.status == 422
    assert "Enter a valid email address." in page
    assert "Hail dents</textarea>" in page


def test_pressing_the_button_twice_makes_one_lead(desk: Desk, ridgeline: Business) -> None:
    token = re.search(r'name="token" value="(\w+)"', desk.open("/leads/new"))
    assert token
    for _ in range(2):
        desk.send("/leads/new", name="Tasha Greer", phone="501 555 0119", kind="call", token=token[1])
    assert Signal.objects.count() == 1
    assert Journey.objects.count() == 1

"""The last step: a lead of one's own, answered before one's eyes, and taken out again."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from tests.cast import chicago
from trellis.conversations import transports
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Message
from trellis.conversations.transports import Receipt
from trellis.intake.models import Signal
from trellis.journeys.actions import park_journey
from trellis.journeys.models import Clock, Journey
from trellis.journeys.queries import audit
from trellis.people.models import Contact, ContactPoint
from trellis.setup.tests.newcomer import Newcomer
from trellis.team.models import User

ANSWER = "Hi Alma, thank you. When did it start? I will call you at noon."


@pytest.fixture
def ready(newcomer: Newcomer) -> Newcomer:
    """Alma with an open form, on a Tuesday at 10:00 in Conway and 9:00 in Denver."""
    newcomer.get_ready()
    return newcomer


class Postman:
    """A way out for email that is connected."""

    channel = "email"
    how_to_connect = ""

    def is_connected(self) -> bool:
        return True

    def send(self, message: Message) -> Receipt:
        return Receipt("ok")

    def look_up(self, message: Message) -> Receipt | None:
        return None


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(transports._transports, "email", Postman())


def test_the_form_is_filled_in_with_what_is_known_of_them(ready: Newcomer) -> None:
    page = ready.open("/welcome/lead")
    for said in ('value="Alma Real"', 'value="alma@summit.example"', "This is a test by Alma.", "Is water coming in"):
        assert said in page


def test_what_became_of_it_is_shown_at_once(ready: Newcomer) -> None:
    page = ready.reach_out()
    signal, journey = Signal.objects.get(), Journey.objects.get()
    for said in (
        "Kept",
        f"Reference {signal.reference}",
        "is a person now",
        "Storm & repair",
        "Call Alma",
        "Hi Alma, this is Summit Roofing. We got your message.",
        "Kept here until email is connected",
        "First-reply clock",
        "it moves to the next free person and both are told",
        "Send the answer",
    ):
        assert said in page
    assert (journey.owner, journey.status) == (User.objects.get(), "open")
    assert (signal.sampled_at, Contact.objects.get().sampled_at) == (ready.at, None)
    assert signal.payload["page"] == "http://127.0.0.1:8000/f/tell-us-what-you-need"
    assert "extra" not in signal.payload


def test_answering_it_stops_the_clock_and_says_how_long_it_took(ready: Newcomer) -> None:
    ready.reach_out()
    ready.at += timedelta(seconds=41)
    page = ready.send("/welcome/lead/answer", text=ANSWER)
    assert "Answered in 41s" in page
    assert "Handed over here, on your screen" in page
    assert ANSWER in page
    clock = Clock.objects.get(kind="first_response")
    assert (clock.met_at, clock.met_by) == (ready.at, User.objects.get())
    assert Journey.objects.get().stage.key == "in-conversation"
    assert audit()["violations"] == 0


def test_once_email_is_connected_the_answer_leaves_by_it(ready: Newcomer, postman: None) -> None:
    ready.reach_out()
    assert deliver_due(at=ready.at) == 1
    assert "Sent" in ready.open("/welcome/lead")
    ready.at += timedelta(seconds=20)
    page = ready.send("/welcome/lead/answer", text=ANSWER)
    assert "Your answer is on its way." in page
    assert "Send the answer" not in page
    assert deliver_due(at=ready.at) == 1
    assert "Answered in 20s" in ready.open("/welcome/lead")


def test_out_of_hours_it_says_when_the_time_begins_to_count(ready: Newcomer) -> None:
    ready.at = chicago("2026-06-13 10:00")
    page = ready.reach_out()
    assert "You are closed now: the time counts from" in page
    ready.at += timedelta(minutes=2, seconds=5)
    assert "Answered in 2m 5s" in ready.send("/welcome/lead/answer", text=ANSWER)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"email": "", "message": ""}, "Leave an email address, a phone number or a message"),
        ({"email": "alma@"}, "This email address is not complete."),
    ],
)
def test_a_form_that_nobody_could_answer_is_not_sent(ready: Newcomer, told: dict[str, str], says: str) -> None:
    page = ready.reach_out(**told)
    assert ready.status == 422
    assert says in page
    assert 'value="Alma Real"' in page
    assert not Signal.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [("  ", "Write something first: an empty message was not sent."), ("x" * 100_001, "This is too long to send.")],
)
def test_an_answer_that_cannot_leave_is_kept_in_the_box(ready: Newcomer, text: str, says: str) -> None:
    ready.reach_out()
    page = ready.send("/welcome/lead/answer", text=text)
    assert ready.status == 422
    assert says in page
    assert f">{text}</textarea>" in page
    assert Clock.objects.get(kind="first_response").met_at is None


def test_without_an_address_the_call_is_logged_instead(ready: Newcomer) -> None:
    page = ready.reach_out(email="")
    assert "There is no address to write to." in page
    ready.send("/welcome/lead/answer", text=ANSWER)
    assert ready.status == 422


def test_with_a_number_only_it_is_answered_by_text(ready: Newcomer) -> None:
    page = ready.reach_out(email="", phone="(303) 555-0142")
    assert "Your answer by text" in page
    assert "When is a good time to talk?" in page
    assert "Answered in" in ready.send("/welcome/lead/answer", text=ANSWER)


def test_one_that_was_set_aside_says_why(ready: Newcomer) -> None:
    page = ready.reach_out(your_website="https://rank.example")
    assert "Set aside:" in page
    assert "A hidden field was filled in" in page
    ready.send("/welcome/lead/remove")
    assert not Signal.objects.exists()


def test_one_that_could_not_be_understood_yet_is_kept_and_says_so(
    ready: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("trellis.intake.actions._interpreters", [fail])
    page = ready.reach_out()
    assert "It waits to be understood. Nothing is lost" in page


def test_a_test_lead_that_was_parked_is_still_shown(ready: Newcomer) -> None:
    ready.reach_out()
    journey = Journey.objects.get()
    until = ready.at + timedelta(days=9)
    park_journey(journey, until=until, reason="Later", by=User.objects.get(), at=ready.at + timedelta(seconds=1))
    ready.open("/welcome/lead")
    assert ready.status == 200


def test_nothing_to_answer_leads_back_to_the_form(ready: Newcomer) -> None:
    ready.send("/welcome/lead/answer", text=ANSWER)
    assert ready.here == "/welcome/lead"
    assert "Send yourself a lead" in ready.page
    ready.send("/welcome/passwords")
    assert "Send yourself a lead" in ready.page


def test_removing_it_leaves_nothing_of_it_behind(ready: Newcomer) -> None:
    before = count_rows()
    ready.reach_out()
    ready.at += timedelta(seconds=5)
    ready.send("/welcome/lead/answer", text=ANSWER)
    ready.send("/welcome/lead/remove")
    assert ready.here == "/"
    assert "Test lead removed." in ready.page
    assert count_rows() == before
    assert audit()["violations"] == 0


def count_rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in apps.get_models() if model.__name__ != "Session"}


def test_where_the_person_was_known_before_they_stay_and_it_is_closed_as_a_test(ready: Newcomer) -> None:
    known = Contact.objects.create(name="Alma Real", created_at=ready.at - timedelta(days=1))
    email = "alma@summit.example"
    ContactPoint.objects.create(
        contact=known, kind="email", value=email, raw=email, created_at=known.created_at, held_at=known.created_at
    )
    ready.reach_out()
    ready.at += timedelta(seconds=5)
    ready.send("/welcome/lead/remove")
    journey = Journey.objects.get()
    assert (journey.contact, journey.status, journey.outcome, journey.closed_reason) == (
        known,
        "closed",
        "done",
        "Test",
    )


def test_a_lead_that_comes_in_for_real_is_no_test(ready: Newcomer) -> None:
    Client().post("/f/tell-us-what-you-need", {"name": "Vera", "email": "vera@elsewhere.example"})
    assert Signal.objects.get().sampled_at is None
    assert "Send yourself a lead" in ready.open("/welcome/lead")


def test_passwords_for_colleagues_are_shown_once_and_open_the_door(ready: Newcomer) -> None:
    ready.settle(**{"colleague-1-name": "Ben Walker", "colleague-1-email": "ben@summit.example"})
    ready.reach_out()
    page = ready.send("/welcome/lead/answer", text=ANSWER)
    assert "Ben cannot log in yet." in page
    page = ready.send("/welcome/passwords")
    assert "they are shown this once" in page
    password = page.partition("ben@summit.example")[2].partition('<code class="code">')[2].partition("</code>")[0]
    assert User.objects.get(email="ben@summit.example").check_password(password)
    page = ready.open("/welcome/lead")
    assert password not in page
    assert "cannot log in yet" not in page


@pytest.mark.parametrize("address", ["/welcome/lead/answer", "/welcome/lead/remove", "/welcome/passwords"])
def test_acts_are_posts(ready: Newcomer, address: str) -> None:
    ready.open(address)
    assert ready.status == 405

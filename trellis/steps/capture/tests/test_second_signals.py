"""The same person again, two people at one address, and two at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.cast import TUESDAY
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.actions import close_journey, park_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.people.models import Contact, ContactPoint

DANA = {"name": "Dana Whitlock", "email": "dana@example.com", "phone": "(501) 555-0142", "message": "A leak"}


@pytest.mark.usefixtures("roof_repair")
class TestOneAfterTheOther:
    def test_the_button_pressed_twice_is_one_signal(self, door):
        first = door.post_json(DANA | {"token": "page-1"}).json()
        again = door.post_json(DANA | {"token": "page-1"}).json()

        assert first == again
        assert counts()["received"] == 1
        assert Journey.objects.count() == 1

    def test_the_page_gone_back_to_and_corrected_is_a_second_signal_of_the_same_journey(self, door):
        door.post(DANA | {"token": "page-1"})
        door.post(DANA | {"token": "page-1", "phone": "(501) 555-0143"})

        assert counts() == {"received": 2, "attached": 1, "joined": 1, "set_aside": 0, "waiting": 0}
        dana = Contact.objects.get()
        assert set(dana.points.filter(kind="phone").values_list("value", flat=True)) == {"+15015550142", "+15015550143"}

    def test_the_same_words_without_a_token_join_the_same_journey(self, door):
        door.post_json(DANA)
        door.post_json(DANA)

        assert counts()["joined"] == 1
        assert Journey.objects.count() == 1

    def test_the_same_words_without_any_address_join_the_same_journey_for_a_while(self, door):
        words = {"message": "The red house at the end of Palarm Creek Road"}
        door.post_json(words)
        door.at += timedelta(minutes=9)
        door.post_json(words)
        door.post_json({"message": "The blue house"})

        assert (Contact.objects.count(), Journey.objects.count(), counts()["joined"]) == (2, 2, 1)

        door.at += timedelta(minutes=11)
        door.post_json(words)
        assert Journey.objects.count() == 3

    def test_the_same_words_from_elsewhere_are_somebody_else(self, door):
        door.post_json({"message": "Please call"})
        door.post_json({"message": "Please call"}, REMOTE_ADDR="203.0.113.9")

        assert Contact.objects.count() == 2

    def test_two_people_at_one_address_have_a_journey_each(self, door):
        door.post_json({"name": "Dana Whitlock", "email": "home@example.com", "message": "The garage leaks"})
        door.post_json({"name": "Tom Whitlock", "email": "home@example.com", "message": "The gutters are full"})

        assert {journey.contact.name for journey in Journey.objects.all()} == {"Dana Whitlock", "Tom Whitlock"}
        holder = ContactPoint.objects.get(value="home@example.com", held_at__isnull=False)
        assert holder.contact.name == "Dana Whitlock"

    def test_somebody_who_was_parked_is_taken_up_where_they_stood(self, door, ridgeline):
        door.post_json(DANA)
        journey = Journey.objects.get()
        later = door.at + timedelta(days=30)
        park_journey(journey, until=later, reason="After the summer", by=ridgeline.maya, at=door.at)
        door.at += timedelta(days=1)

        door.post_json(DANA | {"message": "It is worse now"})

        journey.refresh_from_db()
        assert (journey.status, counts()["joined"]) == ("open", 1)

    def test_a_customer_who_comes_back_starts_anew_and_the_old_story_is_linked(self, door, ridgeline):
        door.post_json(DANA)
        first = Journey.objects.get()
        close_journey(first, outcome="won", reason="Roof done", by=ridgeline.maya, at=door.at)
        door.at += timedelta(days=400)

        door.post_json(DANA | {"message": "Now the gutters"})

        second = Journey.objects.exclude(pk=first.pk).get()
        assert (second.continues, second.stage.key, second.contact) == (first, "new", first.contact)


def at_once(*acts):
    """Run the acts at the same instant where the database can; SQLite has one writer, so there one after the other."""
    if connection.vendor == "sqlite":
        return [act() for act in acts]
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            gate.wait()
            answers[place] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def send(fields, at=TUESDAY):
    return lambda: Client().post("/f/roof-repair", fields, content_type="application/json")


@pytest.fixture
def busy(real_commits, ridgeline, roof_repair, monkeypatch):
    monkeypatch.setattr("trellis.steps.capture.views.timezone.now", lambda: TUESDAY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("busy")
class TestAtOnce:
    def test_two_new_at_the_same_instant_are_one_person_with_one_journey(self):
        for number in range(5):
            dana = DANA | {"email": f"dana{number}@example.com", "phone": f"501555010{number}"}
            answers = at_once(send(dana), send(dana | {"message": "Again"}))
            assert [answer.status_code for answer in answers] == [201, 201]

        assert counts() == {"received": 10, "attached": 5, "joined": 5, "set_aside": 0, "waiting": 0}
        assert (Contact.objects.count(), Journey.objects.count()) == (5, 5)
        assert audit()["violations"] == 0

    def test_one_button_pressed_twice_at_the_same_instant_is_one_signal(self):
        for number in range(5):
            dana = DANA | {"email": f"dana{number}@example.com", "phone": "", "token": f"page-{number}"}
            first, again = at_once(send(dana), send(dana))
            assert first.json() == again.json()

        assert counts()["received"] == counts()["attached"] == 5

    def test_four_people_at_the_same_instant_are_dealt_out(self):
        people = [DANA | {"email": f"p{number}@example.com", "phone": f"501555020{number}"} for number in range(4)]
        at_once(*[send(person) for person in people])

        assert counts()["attached"] == 4
        assert not Signal.objects.exclude(error="").exists()
        assert audit()["violations"] == 0

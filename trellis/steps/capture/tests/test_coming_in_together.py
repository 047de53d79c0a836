"""Leads that come in at the same time are understood as if they had come one after the other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY
from trellis.intake import actions
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.people.models import Contact, ContactPoint
from trellis.steps.capture.tests.test_submitting_a_form import WRITES

DANA = {"name": "Dana Whitlock", "email": "dana@example.com", "phone": "(501) 555-0142", "message": "A leak"}
TOM = {"name": "Tom Greer", "email": "tom@example.com", "message": "The gutters are full"}
RENEE = {"name": "Renee Castillo", "phone": "501-555-0143", "message": "A limb on the carport"}


def lead(fields, kind="form", origin=""):
    told = {"kind": kind, "channel": "web", "source": "roof-repair", "payload": fields, "at": TUESDAY, "origin": origin}
    return actions._as_signal(told)


def come_together(*leads):
    """What became of each; those that are left waiting, each door would take up alone."""
    return [signal for signal, _ in actions._take_in_all(leads)]


@pytest.mark.django_db
@pytest.mark.usefixtures("roof_repair")
class TestTogether:
    def test_each_becomes_a_lead_of_their_own_with_their_own_words(self):
        signals = come_together(lead(DANA), lead(TOM), lead(RENEE))

        assert [signal.state for signal in signals] == ["attached"] * 3
        for signal, sent in zip(signals, (DANA, TOM, RENEE), strict=True):
            journey = Journey.objects.get(pk=signal.journey_id)
            assert (journey.contact.name, journey.words) == (sent["name"], sent["message"])
            assert journey.next_task.journey == journey
            assert journey.decisions.filter(event_id__isnull=False).exists()
        assert audit()["violations"] == 0

    def test_they_are_dealt_out_in_turn(self, ridgeline):
        come_together(lead(DANA), lead(TOM), lead(RENEE), lead({"email": "d@example.com"}))

        owners = list(Journey.objects.order_by("id").values_list("owner__name", flat=True))
        assert len(set(owners)) == 2
        assert owners[:2] == owners[2:]

    def test_the_same_person_twice_is_one_contact_with_one_journey(self):
        signals = come_together(lead(DANA), lead(TOM), lead(DANA | {"phone": "501-555-0177", "message": "It is worse"}))

        assert [signal.state for signal in signals] == ["attached", "attached", "joined"]
        assert signals[0].journey_id == signals[2].journey_id
        assert (Contact.objects.count(), ContactPoint.objects.filter(contact__name="Dana Whitlock").count()) == (2, 3)

    def test_two_people_at_one_address_are_two(self):
        household = {"email": "home@example.com", "message": "A leak"}
        come_together(lead(household | {"name": "Dana Whitlock"}), lead(household | {"name": "Tom Whitlock"}))

        assert Journey.objects.count() == Contact.objects.count() == 2
        assert ContactPoint.objects.filter(value="home@example.com", held_at=None).count() == 1

    def test_somebody_we_know_joins_beside_somebody_new(self):
        come_together(lead(DANA))
        signals = come_together(lead(TOM), lead(DANA | {"message": "Again"}))

        assert [signal.state for signal in signals] == ["attached", "joined"]

    def test_a_machine_among_them_is_set_aside(self):
        signals = come_together(lead(DANA), lead(TOM | {"trap": "https://rank.example"}))

        assert [signal.state for signal in signals] == ["attached", "set_aside"]
        assert Contact.objects.count() == 1

    def test_a_flood_is_stopped_at_the_same_count_however_it_comes(self):
        for _ in range(3):
            come_together(*[lead(DANA, origin="one place") for _ in range(5)])

        assert (counts()["set_aside"], counts()["attached"], counts()["joined"]) == (5, 1, 9)

    def test_who_can_only_be_told_by_their_words_and_who_calls_are_left_to_be_read_alone(self):
        call = lead({"from": "+15015550142"}, kind="missed_call")
        signals = come_together(lead({"message": "The red house"}), lead(DANA), call)

        assert [signal.state for signal in signals] == ["waiting", "attached", "waiting"]
        assert not Signal.objects.exclude(attempts=0).exists()

    def test_eight_cost_hardly_more_writes_than_one(self):
        come_together(lead(DANA), lead(TOM))
        people = [lead({"email": f"p{number}@example.com", "message": "A leak"}) for number in range(8)]
        with CaptureQueriesContext(connection) as queries:
            come_together(*people)

        assert sum(query["sql"].startswith(WRITES) for query in queries) <= 12

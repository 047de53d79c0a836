"""Sample people go with everything about them."""

from django.db import connection

from tests.cast import TUESDAY, Business
from trellis.journeys.actions import move_journey
from trellis.journeys.models import Handover, Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.people.erasing import erase_contact
from trellis.people.models import Contact, Erasure
from trellis.setup.actions.sample_people import remove_sample_people


def test_what_is_on_offer_goes_with_its_sample_person(ridgeline: Business) -> None:
    source = pack("storm-and-repair").replace("team: estimators,", "team: estimators, accept: 2h,")
    publish_playbook(source, by=None, at=TUESDAY)
    journey = move_journey(ridgeline.lead(), stage="qualified", by=ridgeline.maya, at=TUESDAY)
    assert Handover.objects.filter(journey=journey).exists()
    remove_sample_people([journey.contact_id], at=TUESDAY)
    assert not (Handover.objects.exists())
    assert not (Journey.objects.exists())


def test_a_sample_person_who_was_erased_goes_too(ridgeline: Business) -> None:
    erased = ridgeline.contact()
    erase_contact(erased, why="asked", by=ridgeline.maya, at=TUESDAY)
    remove_sample_people([erased.pk], at=TUESDAY)
    connection.check_constraints()
    assert not Contact.objects.exists()
    assert not Erasure.objects.exists()

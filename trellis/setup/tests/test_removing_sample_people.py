"""Sample people go with everything about them."""

from tests.cast import TUESDAY, Business
from trellis.journeys.actions import move_journey
from trellis.journeys.models import Handover, Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.setup.actions.sample_people import remove_sample_people


def test_what_is_on_offer_goes_with_its_sample_person(ridgeline: Business) -> None:
    source = pack("storm-and-repair").replace("team: estimators,", "team: estimators, accept: 2h,")
    publish_playbook(source, by=None, at=TUESDAY)
    journey = move_journey(ridgeline.lead(), stage="qualified", by=ridgeline.maya, at=TUESDAY)
    assert Handover.objects.filter(journey=journey).exists()
    remove_sample_people([journey.contact_id], at=TUESDAY)
    assert not (Handover.objects.exists())
    assert not (Journey.objects.exists())

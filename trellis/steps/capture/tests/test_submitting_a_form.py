"""A form is sent: as HTML, as JSON, from our page or another site."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trellis.conversations.models import Message
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.models import Journey
from trellis.people.models import Contact
from trellis.people.queries import contact_sheet
from trellis.steps.capture.tests.conftest import journey_of

pytestmark = pytest.mark.usefixtures("roof_repair")

DANA = {
    "name": "Dana Whitlock",
    "email": "dana@example.com",
    "phone": "(501) 555-0142",
    "message": "A limb came down on the garage.",
    "urgency": "yes",
}


def test_a_homeowner_becomes_a_contact_with_all_she_told_us_and_stands_in_new(door, ridgeline):
    answer = door.post_json(DANA | {"page": "https://ridgeline.example/storm", "utm_source": "google"})

    assert answer.status_code == 201
    signal = Signal.objects.get()
    assert answer.json() == {"reference": signal.reference}
    assert signal.state == "attached"
    journey = journey_of(signal)
    assert (journey.contact.name, journey.stage.key, journey.owner) == ("Dana Whitlock", "new", ridgeline.maya)
    assert journey.next_task is not None
    assert journey.due_at == door.at + timedelta(minutes=5)
    assert journey.words == "A limb came down on the garage."
    assert journey.answers == {"urgency": "yes"}
    assert journey.context["utm_source"] == "google"
    assert journey.contact.first_touch["page"] == "https://ridgeline.example/storm"
    assert Message.objects.get(direction="out").contact == journey.contact

"""The test lead: the new user reaches out to their own business, answers, and takes it out again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from trellis.conversations.actions import write_message
from trellis.conversations.ledger import hand_over_here
from trellis.conversations.models import Message
from trellis.intake.actions import mark_as_sample
from trellis.intake.models import Signal
from trellis.journeys.actions import close_journey
from trellis.journeys.models import Journey
from trellis.setup.actions.sample_people import remove_sample_people, sample_contacts
from trellis.setup.queries.welcome_lead import reply_channel
from trellis.steps.capture.actions.submit_form import submit_form
from trellis.steps.capture.forms import Submission
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import askable_of
from trellis.team.models import User


def send_test_lead(form: Form, sent: Mapping[str, Any], *, address: str, at: datetime) -> Signal:
    """Through the public form like anybody; only the signal is marked as sample. Raises Unusable.

    The contact is not: their address is real, so what we write to them leaves as soon as something is connected.
    """
    submission = Submission.read(sent, askable_of(form), at=at)
    signal = submit_form(form, submission, address=address, by_hand=True, at=at)
    return mark_as_sample(signal, at=at)


@transaction.atomic
def answer_test_lead(journey: Journey, *, text: str, by: User, at: datetime) -> Message:
    """Answer by the way that reaches them. With nothing connected it is handed over here: they sit at this screen."""
    message = write_message(
        contact=journey.contact,
        channel=reply_channel(journey.contact_id),
        text=text,
        journey_id=journey.pk,
        by=by,
        at=at,
    )
    hand_over_here(message, at=at)
    return message


@transaction.atomic
def remove_test_lead(signal: Signal, *, by: User, at: datetime) -> None:
    """Take it out with all that came of it. Where the person was known before, they stay and it is closed as a test."""
    brought = list(sample_contacts().filter(signals=signal).values_list("pk", flat=True))
    if brought or signal.contact_id is None:
        remove_sample_people(brought, at=at)
        Signal.objects.filter(pk=signal.pk).delete()
        return
    for journey in Journey.objects.exclude(status="closed").filter(pk__in=[signal.journey_id]):
        close_journey(journey, outcome="done", reason="Test", by=by, at=at)

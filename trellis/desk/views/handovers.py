"""Answering what somebody hands over: yes, or no and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.desk.forms import DeclineForm
from trellis.desk.views.places import contact_address
from trellis.desk.views.reach import find_journey
from trellis.desk.views.sayings import and_next
from trellis.journeys.actions import accept_handover, decline_handover
from trellis.web.asking import Question, ask, changes_leads
from trellis.web.doors import Request, go_to, page_to_return_to, posted
from trellis.web.sayings import say


@changes_leads
@require_POST
def accept(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = find_journey(request.user, journey_id)
    try:
        accept_handover(journey, by=request.user, at=at)
        say(request, and_next("It is yours now.", journey, to=request.user, at=at))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return go_to(request, page_to_return_to(request, contact_address(journey)))


@changes_leads
def decline(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = find_journey(request.user, journey_id)
    giver = journey.owner.first_name if journey.owner else "The owner"
    question = Question(
        title="You cannot take it?",
        text=f"{giver} has it until somebody accepts it, and reads why you cannot.",
        button="Decline",
        back=contact_address(journey),
    )

    def act(answer: dict[str, Any]) -> str:
        decline_handover(journey, reason=answer["reason"], by=request.user, at=at)
        return and_next("Declined.", journey, to=request.user, at=at)

    return ask(request, question, DeclineForm(posted(request)), act, at=at)

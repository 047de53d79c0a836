"""Acting on a journey: owner, stage, plan, park, close, reopen, answers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.desk import forms
from trellis.desk.queries.names import called
from trellis.desk.queries.people import colleagues
from trellis.desk.views.places import contact_address
from trellis.desk.views.reach import journey_to_change
from trellis.desk.views.sayings import and_next, and_undo_change
from trellis.journeys import actions
from trellis.journeys.changing import change_journey
from trellis.journeys.forms import Chip, CloseForm, FieldsForm, ParkForm
from trellis.journeys.models import Journey
from trellis.journeys.publish import document_at
from trellis.team.models import User
from trellis.team.queries import business
from trellis.web.asking import Question, ask, changes
from trellis.web.doors import Request, go_to, page_to_return_to, posted
from trellis.web.pages import viewer_for
from trellis.web.sayings import say


def whom(journey: Journey) -> str:
    return journey.contact.first_name or called(journey.contact, business().region)


@changes
def assign(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = journey_to_change(request.user, journey_id)
    people = colleagues(at, request.user)
    form = forms.OwnerForm(
        posted(request), people=[person.user for person in people], initial={"owner": journey.owner_id}
    )
    question = Question(
        title=f"Reassign {whom(journey)}",
        text="The new owner gets the next step with its deadline, and is told.",
        button="Reassign",
        back=contact_address(journey),
        body="desk/_owner_fields.html",
        context={"people": people},
    )

    def act(answer: dict[str, Any]) -> str:
        actions.assign_journey(journey, owner=answer["owner"], by=request.user, at=at)
        return and_next(whose(journey, answer["owner"]), journey, to=request.user, at=at)

    return ask(request, question, form, act, at=at)


def whose(journey: Journey, chosen: User) -> str:
    """Given to somebody, or offered: then it is its owner's until it is accepted."""
    if journey.owner is None or journey.owner == chosen:
        return f"{chosen.first_name} is the owner now."
    return f"Offered to {chosen.first_name}. {journey.owner.first_name} has it until it is accepted."


@changes
def move(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = journey_to_change(request.user, journey_id)
    stages = document_at(journey.playbook_id).stages
    form = forms.StageForm(
        posted(request),
        stages=[(key, Chip(stage.title, stage.means)) for key, stage in stages.items()],
        here="" if journey.status == "parked" else journey.stage.key,
        chosen=request.GET.get("stage", ""),
    )
    question = Question(
        title=f"Move {whom(journey)} to another stage",
        text=f"Now in {journey.stage.title}. The new stage's rules set the next step, its deadline and its owner.",
        button="Move",
        back=contact_address(journey),
        body="desk/_stage_fields.html",
        context={"stages": list(stages)},
    )

    def act(answer: dict[str, Any]) -> str:
        had = journey.owner
        actions.move_journey(journey, stage=answer["stage"], by=request.user, at=at)
        said = f"Moved to {stages[answer['stage']].title}."
        return and_next(said, journey, to=request.user, at=at, had=had)

    return ask(request, question, form, act, at=at)


@changes
def plan(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = journey_to_change(request.user, journey_id)
    form = forms.PlanForm(posted(request), viewer=viewer_for(request.user, at, business()))
    question = Question(
        title=f"Plan a step for {whom(journey)}",
        text="It is yours to do, beside what the rules plan. The earliest one leads.",
        button="Plan it",
        back=contact_address(journey),
    )

    def act(answer: dict[str, Any]) -> str:
        actions.plan_step(journey, by=request.user, at=at, **answer)
        return and_next("Planned.", journey, to=request.user, at=at)

    return ask(request, question, form, act, at=at)


@changes
def park(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = journey_to_change(request.user, journey_id)
    question = Question(
        title=f"Park {whom(journey)} for now?",
        text="Nothing is sent and nothing is due until then. If the customer gets in touch, it comes back by itself.",
        button="Park it",
        back=contact_address(journey),
    )

    def act(answer: dict[str, Any]) -> str:
        until = at + timedelta(weeks=int(answer["weeks"]))
        actions.park_journey(journey, until=until, reason=answer["reason"], by=request.user, at=at)
        return and_next("Parked.", journey, to=request.user, at=at)

    return ask(request, question, ParkForm(posted(request)), act, at=at)


@changes
def close(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = journey_to_change(request.user, journey_id)
    question = Question(
        title=f"Close the journey of {whom(journey)}?",
        text="All planned steps and messages are withdrawn. You can reopen it later.",
        button="Close it",
        back=contact_address(journey),
    )

    def act(answer: dict[str, Any]) -> str:
        actions.close_journey(journey, by=request.user, at=at, **answer)
        return and_next("Closed.", journey, to=request.user, at=at)

    return ask(request, question, CloseForm(posted(request)), act, at=at)


@changes
@require_POST
def reopen(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    journey = journey_to_change(request.user, journey_id)
    try:
        actions.reopen_journey(journey, by=request.user, at=at)
        say(request, and_next("Reopened.", journey, to=request.user, at=at))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return go_to(request, page_to_return_to(request, contact_address(journey)))


@changes
def answer(request: Request, journey_id: UUID, key: str, *, at: datetime) -> HttpResponse:
    journey = journey_to_change(request.user, journey_id)
    asked = next((asked for asked in document_at(journey.playbook_id).questions if asked.key == key), None)
    if asked is None:
        raise Http404
    form = forms.AnswerForm(
        posted(request), ask=asked.ask, options=asked.options, initial={"answer": journey.answers.get(key)}
    )
    question = Question(
        title="Write down the answer",
        text="Rules may act on it: when all questions are answered, the lead can move on.",
        button="Keep it",
        back=contact_address(journey),
    )

    def act(given: dict[str, Any]) -> str:
        actions.record_answer(journey, question=key, answer=given["answer"], by=request.user, at=at)
        return and_next("Kept.", journey, to=request.user, at=at)

    return ask(request, question, form, act, at=at)


@changes
def change(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    """What a journey is about and worth, and what the business wants to know of it beside what its playbook asks."""
    journey = journey_to_change(request.user, journey_id)
    form = FieldsForm(posted(request), journey=journey)
    question = Question(
        title=f"Edit the lead of {whom(journey)}",
        text="What is different stands on the timeline, with what was there before.",
        button="Save",
        back=contact_address(journey),
        body="desk/_person_fields.html",
    )

    def act(answer: dict[str, Any]) -> str:
        change_journey(journey, answer, by=request.user, at=at)
        return and_undo_change("Saved.", by=request.user, at=at) or "Nothing was different."

    return ask(request, question, form, act, at=at)

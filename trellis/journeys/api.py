"""Journeys and their tasks, at the machine door."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from trellis.api.needs import needs
from trellis.api.paging import PageOf, read_page
from trellis.api.problems import Problem, refusals
from trellis.api.requests import ApiRequest
from trellis.core.refusal import Refused
from trellis.core.text import TooLong
from trellis.journeys import actions, changing
from trellis.journeys.models import ON_OFFER, Clock, Handover, Journey, Stage, Task
from trellis.journeys.permissions import require_change
from trellis.journeys.queries import forecasts, with_next_step
from trellis.journeys.schemas import (
    CompletedTaskOut,
    CompletionIn,
    DeclineIn,
    JourneyIn,
    JourneyOut,
    JourneyQuery,
    StepOut,
    TaskOut,
    TaskQuery,
)
from trellis.people.custom_values import WrongValue
from trellis.people.permissions import among
from trellis.team.models import User
from trellis.team.permissions import person_behind, reach_of
from trellis.team.roles import Reach

router = Router(tags=["Journeys"])

# What is wrong with the request rather than with the moment.
_FAULTS_OF_INPUT = {"in_the_past": "#/then_due_at"}


@router.get("/journeys", response=PageOf[JourneyOut], summary="Find journeys")
@needs("see", "journey")
def list_journeys(request: ApiRequest, wanted: Query[JourneyQuery]) -> PageOf[JourneyOut]:
    """The newest first."""
    journeys = _whole(Journey.objects.genuine().visible_to(request.auth))
    if wanted.contact is not None:
        journeys = journeys.filter(contact=wanted.contact)
    if wanted.status is not None:
        journeys = journeys.filter(status=wanted.status)
    if wanted.stage is not None:
        journeys = journeys.filter(stage__in=_stages(wanted.stage))
    return read_page(journeys, lambda rows: _shown(rows, request), wanted, by="started_at")


@router.get("/journeys/{uuid:journey_id}", response=JourneyOut, summary="Read a journey")
@needs("see", "journey")
def read_journey(request: ApiRequest, journey_id: UUID) -> JourneyOut:
    journey = get_object_or_404(_whole(_seen(request)), pk=journey_id)
    return _shown([journey], request)[0]


@router.patch("/journeys/{uuid:journey_id}", response=JourneyOut, summary="Change what is known of a journey")
@needs("change", "journey")
def change_journey(request: ApiRequest, journey_id: UUID, told: JourneyIn) -> JourneyOut:
    """Its stage, owner and next step follow from acts, not from here."""
    journey = get_object_or_404(_seen(request), pk=journey_id)
    require_change(request.auth, journey)
    with refusals(wrong=(WrongValue, TooLong)):
        changing.change_journey(journey, told.wanted, by=request.auth.created_by, at=request.at)
    return read_journey(request, journey_id)


@router.get("/tasks", response=PageOf[TaskOut], summary="Find tasks")
@needs("see", "journey")
def list_tasks(request: ApiRequest, wanted: Query[TaskQuery]) -> PageOf[TaskOut]:
    """What will happen, by people and by Trellis, the soonest first."""
    tasks = _with_people(Task.objects.filter(status=wanted.status))
    if reach_of(request.auth, "see", "journey") != Reach.ALL:
        tasks = tasks.filter(journey__in=Journey.objects.visible_to(request.auth))
    if wanted.assignee is not None:
        tasks = tasks.filter(assignee=wanted.assignee)
    return read_page(tasks, lambda rows: [TaskOut.of(row) for row in rows], wanted, by="due_at", newest_first=False)


@router.post("/tasks/{uuid:task_id}/complete", response=CompletedTaskOut, summary="Complete a task")
@needs("change", "journey")
def complete_task(request: ApiRequest, task_id: UUID, completion: CompletionIn | None = None) -> CompletedTaskOut:
    """A person did it: whoever made the token, else whoever the task was given to."""
    task = get_object_or_404(_with_people(Task.objects.filter(journey__in=_seen(request))), pk=task_id)
    if task.assignee_id != person_behind(request.auth):
        require_change(request.auth, task.journey)
    said = completion.model_dump() if completion else {}
    try:
        actions.complete_task(task, by=_doer(request, task), at=request.at, **said)
    except Refused as refusal:
        raise _problem(refusal, task) from refusal
    return CompletedTaskOut.of(_with_people(Task.objects.all()).get(pk=task_id), next_step=_next_step(task))


@router.post("/journeys/{uuid:journey_id}/accept", response=JourneyOut, summary="Accept a handover")
@needs("change", "journey")
def accept_handover(request: ApiRequest, journey_id: UUID) -> JourneyOut:
    """Whoever made the token takes what is offered to them: the journey is theirs from now on."""
    journey = get_object_or_404(_seen(request), pk=journey_id)
    with _refusals():
        actions.accept_handover(journey, by=_maker(request), at=request.at)
    return read_journey(request, journey_id)


@router.post("/journeys/{uuid:journey_id}/decline", response=JourneyOut, summary="Decline a handover")
@needs("change", "journey")
def decline_handover(request: ApiRequest, journey_id: UUID, answer: DeclineIn) -> JourneyOut:
    """Whoever made the token cannot take it: the giver reads why, and the next is asked."""
    journey = get_object_or_404(_seen(request), pk=journey_id)
    with _refusals():
        actions.decline_handover(journey, reason=answer.reason, by=_maker(request), at=request.at)
    return read_journey(request, journey_id)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise Problem(422 if refusal.code == "no_reason" else 409, refusal.code, refusal.sentence) from refusal


def _seen(request: ApiRequest) -> QuerySet[Journey]:
    """To look one up: their own, and what is offered to them."""
    found: QuerySet[Journey] = Journey.objects.visible_to(request.auth, offered=True)
    return found


def _maker(request: ApiRequest) -> User:
    """An offer is answered by a person."""
    maker = request.auth.created_by
    if maker is None:
        raise Problem(409, "not_a_persons", "An offer is answered by a person: use a token that they made themselves.")
    return maker


def _doer(request: ApiRequest, task: Task) -> User:
    doer = request.auth.created_by or task.assignee
    if doer is None:
        raise Problem(409, "not_a_persons", f"“{task.title}” is done by Trellis, not by a person.")
    return doer


def _stages(key: str) -> list[UUID]:
    if found := list(Stage.objects.filter(key=key).values_list("pk", flat=True)):
        return found
    known = ", ".join(Stage.objects.filter(retired_at=None).values_list("key", flat=True).distinct())
    detail = f"There is no stage “{key}”; there are {known or 'none yet'}."
    raise Problem(422, "unknown_stage", detail, errors=[{"parameter": "stage", "detail": detail}])


def _whole(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """With all that is shown. The playbook's two long columns are not, and would cost more than the rest."""
    clocks = Prefetch("clocks", Clock.objects.order_by("started_at", "id"))
    offers = Prefetch("handovers", Handover.objects.filter(ON_OFFER).select_related("taker"))
    return with_next_step(journeys).defer("playbook__document", "playbook__source").prefetch_related(clocks, offers)


def _shown(journeys: list[Journey], request: ApiRequest) -> list[JourneyOut]:
    coming = forecasts(journeys)
    heard = among([journey.contact_id for journey in journeys], request.auth, "see", "conversation")
    return [
        JourneyOut.of(journey, coming.get(journey.pk), request.at, hear=journey.contact_id in heard)
        for journey in journeys
    ]


def _with_people(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.select_related("assignee", "closed_by", "journey__contact")


def _next_step(task: Task) -> StepOut | None:
    journey = Journey.objects.select_related("next_task__assignee").get(pk=task.journey_id)
    return StepOut.of(journey.next_task) if journey.next_task else None


def _problem(refusal: Refused, task: Task) -> Problem:
    if pointer := _FAULTS_OF_INPUT.get(refusal.code):
        errors = [{"pointer": pointer, "detail": refusal.sentence}]
        return Problem(422, refusal.code, refusal.sentence, errors=errors)
    step = _next_step(task)
    return Problem(409, refusal.code, refusal.sentence, next_step=step and step.model_dump(mode="json"))

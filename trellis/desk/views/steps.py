"""Acting on the next step: done, snoozed. Each is one action of the journeys room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from trellis.desk.forms import MissedForm
from trellis.desk.views.places import contact_address
from trellis.desk.views.reach import task_to_change
from trellis.desk.views.sayings import and_next
from trellis.journeys.actions import complete_task, miss_meeting, snooze_task
from trellis.journeys.forms import DoneForm, WhenForm, look_in_again
from trellis.journeys.queries import after_this
from trellis.team.queries import business
from trellis.web.asking import Question, ask, changes
from trellis.web.doors import Request, posted
from trellis.web.pages import viewer_for


@changes
def complete(request: Request, task_id: UUID, *, at: datetime) -> HttpResponse:
    """Done at once when a rule says what comes after; else the step after it is asked for first."""
    task = task_to_change(request.user, task_id)
    after = after_this(task.journey) if task.status == "open" else ""
    viewer = viewer_for(request.user, at, business())
    suggested = {} if after else look_in_again(at)
    is_told = bool(after) or task.status != "open" or not {"asked", "note", "then"}.isdisjoint(request.POST)
    form = DoneForm(posted(request) if is_told else None, viewer=viewer, initial=suggested)
    question = Question(
        title=f"Done: {task.title}",
        text=f"After this, {after}." if after else "No rule plans what comes after this. Say it here.",
        button="Done",
        back=contact_address(task.journey),
        body="desk/_done_fields.html",
        context={"is_open": not after},
    )

    def act(answer: dict[str, Any]) -> str:
        done = complete_task(task, by=request.user, at=at, **answer)
        return and_next("Done.", done.journey, to=request.user, at=at)

    return ask(request, question, form, act, at=at)


@changes
def miss(request: Request, task_id: UUID, *, at: datetime) -> HttpResponse:
    """They did not come: what the playbook says of a no-show happens at once."""
    task = task_to_change(request.user, task_id)
    question = Question(
        title=f"They did not come: {task.title}",
        text="The step is taken off the list, and what the playbook says of a no-show happens.",
        button="They did not come",
        back=contact_address(task.journey),
        body="desk/_missed_fields.html",
    )

    def act(answer: dict[str, Any]) -> str:
        missed = miss_meeting(task, by=request.user, at=at, **answer)
        return and_next("Noted: they did not come.", missed.journey, to=request.user, at=at)

    return ask(request, question, MissedForm(posted(request)), act, at=at)


@changes
def snooze(request: Request, task_id: UUID, *, at: datetime) -> HttpResponse:
    task = task_to_change(request.user, task_id)
    form = WhenForm(posted(request), viewer=viewer_for(request.user, at, business()))
    question = Question(
        title=f"Snooze: {task.title}",
        text="It leaves the top of the queue and comes back at this time. The customer is not told.",
        button="Snooze",
        back=contact_address(task.journey),
        body="web/_when_fields.html",
    )

    def act(answer: dict[str, Any]) -> str:
        later = snooze_task(task, until=answer["moment"], by=request.user, at=at)
        return and_next("Snoozed.", later.journey, to=request.user, at=at)

    return ask(request, question, form, act, at=at)

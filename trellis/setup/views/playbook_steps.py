"""The steps of a playbook: what one that is off would have caught, and switching it on or off in one dialog."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.journeys.foresight import plan_of
from trellis.journeys.models import InFlight, Playbook
from trellis.journeys.playbook.switching import with_steps_written
from trellis.journeys.publish import document_of, publish_playbook, roll_back_playbook
from trellis.setup.forms.playbooks import StepForm
from trellis.setup.queries.playbook_steps import step_named, steps_of, would_have_caught
from trellis.setup.views.playbook_draft import live_text
from trellis.team.permissions import can_publish, sees_all
from trellis.team.queries import UnknownCalendar
from trellis.web.asking import Question, ask, only_for, publishes, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import Said, say


@sees("playbook")
def steps(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """The five, each with what it does; a page of its own for whoever has no script."""
    return show(request, live_text(key), at=at)


def show(request: Request, live: Playbook, *, at: datetime, told: str = "") -> HttpResponse:
    context = {
        "current": "playbooks",
        "playbook": live,
        "steps": steps_of(live),
        "may_publish": can_publish(request.user),
        "told": told,
        "sees_all": sees_all(request.user),
    }
    return render_page(request, "setup/playbook_steps.html", context, at=at)


@only_for(sees_all)
def caught(request: Request, key: str, step: str, *, at: datetime) -> HttpResponse:
    """One sentence, asked for once the page is there."""
    live, found = live_text(key), step_named(step)
    if found is None or found.key == "capture":
        raise Http404
    try:
        said = would_have_caught(live, found.key, at=at)
    except UnknownCalendar as unknown:
        said = str(unknown)
    if getattr(request, "htmx", None):
        return render(request, "setup/_step_caught.html", {"said": said})
    return show(request, live, at=at, told=f"{found.title}: {said}")


@publishes
def switch(request: Request, key: str, step: str, *, at: datetime) -> HttpResponse:
    """On where it is off and off where it is on: the next version, and what it changes said before."""
    live, found = live_text(key), step_named(step)
    if found is None or found.key == "capture":
        raise Http404
    on = set(document_of(live).steps)
    text = with_steps_written(live.source, on ^ {found.key})
    verb = "off" if found.key in on else "on"
    plan = plan_of(text, at=at)
    question = Question(
        title=f"Switch {found.title} {verb}",
        text=f"{found.means} New leads start on it at once, as version {live.version + 1}; the others go over to it.",
        button=f"Switch {verb}",
        back=reverse("setup:playbook", args=[key]),
        body="setup/_step_fields.html",
        context={"plan": plan},
    )

    def act(answer: dict[str, Any]) -> str:
        reason = f"{found.title} switched {verb}"
        new = publish_playbook(
            text, by=request.user, at=at, in_flight=InFlight.MAP, reason=reason, expecting=answer["live"]
        )
        return Said(f"{reason}.", undo=reverse("setup:steps_undo", args=[key, new.version]))

    return ask(request, question, StepForm(posted(request), initial={"live": live.version}), act, at=at)


@publishes
@require_POST
def undo(request: Request, key: str, version: int, *, at: datetime) -> HttpResponse:
    """Back to the version before, while this one is the live one."""
    get_object_or_404(Playbook, key=key, version=version)
    try:
        roll_back_playbook(
            key, to=version - 1, by=request.user, at=at, expecting=version, reason="Switching a step was taken back"
        )
    except Refused as refused:
        say(request, refused.sentence)
    else:
        say(request, "Taken back. It is as it was before.")
    return go_to(request, reverse("setup:playbook", args=[key]))

"""The last step of the first run: a test lead, answered before the eyes of whoever sent it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.setup.actions.welcome import hand_out_passwords, locked_out
from trellis.setup.actions.welcome_lead import answer_test_lead, remove_test_lead, send_test_lead
from trellis.setup.queries.welcome import first_form
from trellis.setup.queries.welcome_lead import Story, sample_words, story_of, suggested_reply
from trellis.setup.views.welcome_steps import show, step
from trellis.steps.capture.actions.submit_form import Unusable
from trellis.steps.capture.forms import TOKEN
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import asked_by, embed_snippet
from trellis.team.queries import business
from trellis.web.doors import Request


@step("lead")
def lead(request: Request, *, at: datetime) -> HttpResponse:
    """Sends the form like anybody; then shows what becomes of it."""
    form = required_form()
    if request.method != "POST":
        story = story_of(form)
        return show_story(request, form, story, at) if story else show_form(request, form, at)
    try:
        send_test_lead(form, as_sent(request, form), address=request.META.get("REMOTE_ADDR", ""), at=at)
    except Unusable as unusable:
        return show_form(request, form, at, faults=unusable.faults)
    return redirect("setup:welcome_lead")


def as_sent(request: Request, form: Form) -> dict[str, Any]:
    """What the public page would have sent."""
    sent = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    return sent | {"page": address_of(form)}


@require_POST
@step("lead")
def answer(request: Request, *, at: datetime) -> HttpResponse:
    form = required_form()
    story = story_of(form)
    if story is None or story.journey is None:
        return redirect("setup:welcome_lead")
    text = request.POST.get("text", "")
    try:
        answer_test_lead(story.journey, text=text, by=request.user, at=at)
    except Refused as refused:
        return show_story(request, form, story, at, text=text, fault=refused.sentence)
    return redirect("setup:welcome_lead")


@require_POST
@step("lead")
def passwords(request: Request, *, at: datetime) -> HttpResponse:
    """Shown on this answer and never again."""
    form = required_form()
    story = story_of(form)
    handed = hand_out_passwords(by=request.user, at=at)
    return show_story(request, form, story, at, passwords=handed) if story else redirect("setup:welcome_lead")


@require_POST
@step("lead")
def remove(request: Request, *, at: datetime) -> HttpResponse:
    story = story_of(required_form())
    if story:
        remove_test_lead(story.signal, by=request.user, at=at)
        messages.success(request, "Test lead removed. The next one is real.")
    return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))


def required_form() -> Form:
    form = first_form()
    assert form  # The door lets nobody in before the form.
    return form


def address_of(form: Form) -> str:
    return f"{settings.PUBLIC_URL}/f/{form.key}"


def show_form(request: Request, form: Form, at: datetime, faults: dict[str, str] | None = None) -> HttpResponse:
    """The public form, filled in."""
    sent: dict[str, Any] = request.POST.dict() if faults else sample_words(request.user)
    context = {
        "form": form,
        "asks": form.asks,
        "questions": [(question, sent.get(question.key, "")) for question in asked_by(form)],
        "sent": sent,
        "token": sent.get(TOKEN) or get_random_string(22),
        "faults": faults or {},
        "fault": (faults or {}).get("", ""),
        "address": address_of(form),
    }
    return show(request, "lead", context, at=at, status=422 if faults else 200)


def show_story(
    request: Request, form: Form, story: Story, at: datetime, *, text: str | None = None, fault: str = "", **shown: Any
) -> HttpResponse:
    context = {
        "form": form,
        "story": story,
        "text": suggested_reply(story, business()) if text is None else text,
        "fault": fault,
        "snippet": embed_snippet(form, settings.PUBLIC_URL),
        "address": address_of(form),
        "locked_out": locked_out(),
        **shown,
    }
    return show(request, "lead", context, at=at, status=422 if fault else 200, page="setup/welcome_story.html")

"""Public forms: the list, making one, changing it, closing and opening it."""

from datetime import datetime
from uuid import UUID

from django.forms import Form as Nothing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.setup.forms.forms import ShapeForm, moved, wants_another_look
from trellis.setup.queries.settings import address_of, form_lines, playbook_title, playbooks, snippet_of
from trellis.setup.views.sayings import and_undo
from trellis.steps.capture.actions.open_form import close_form, reopen_form
from trellis.steps.capture.actions.shape_form import change_form, create_form
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import has_taken_in
from trellis.steps.capture.views import show_form
from trellis.team.permissions import can_shape_forms
from trellis.web.asking import Question, ask, sees, shapes_forms
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say


@sees("form")
def forms(request: Request, *, at: datetime) -> HttpResponse:
    context = {
        "current": "settings",
        "lines": form_lines(at, request.user),
        "may_manage": can_shape_forms(request.user),
        "can_open": bool(playbooks()),
    }
    return render_page(request, "setup/forms.html", context, at=at)


@shapes_forms
def create(request: Request, *, at: datetime) -> HttpResponse:
    published = playbooks()
    blank = Form(playbook=published[0].key if published else "")
    form = _shape(request, blank)
    if request.method == "POST" and not wants_another_look(request.POST) and form.is_valid():
        try:
            made = create_form(form.draft, by=request.user, at=at)
        except Refused as refused:
            form.add_error(FIELDS.get(refused.code), refused.sentence)
        else:
            said = f"“{made.title}” is open. Put it on your website with the code below."
            say(request, and_undo(said, by=request.user, at=at))
            return go_to(request, _address(made))
    return _show(request, form, at=at)


def form(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Shown to everybody; changed by a manager."""
    return (change if request.method == "POST" else show)(request, form_id)


@sees("form")
def show(request: Request, form_id: UUID, *, at: datetime) -> HttpResponse:
    """One form: what it asks and says, beside how it looks."""
    found = _find(form_id)
    return _show(request, _shape(request, found, reads_only=not can_shape_forms(request.user)), at=at)


@shapes_forms
def change(request: Request, form_id: UUID, *, at: datetime) -> HttpResponse:
    found = _find(form_id)
    form = _shape(request, found)
    if not wants_another_look(request.POST) and form.is_valid():
        try:
            change_form(found, form.draft, by=request.user, at=at)
        except Refused as refused:
            form.add_error(FIELDS.get(refused.code), refused.sentence)
        else:
            said = "Saved. Everybody who opens the form sees it from now on."
            say(request, and_undo(said, by=request.user, at=at))
            return go_to(request, _address(found))
    return _show(request, form, at=at)


@shapes_forms
def close(request: Request, form_id: UUID, *, at: datetime) -> HttpResponse:
    found = _find(form_id)
    question = Question(
        title=f"Close “{found.title}”?",
        text="Whoever opens it is told so and given your number. What was sent before stays. You can open it again.",
        button="Close the form",
        back=_address(found),
    )

    def act(_: dict[str, object]) -> str:
        close_form(found, by=request.user, at=at)
        return and_undo(f"“{found.title}” is closed. Its page gives your number.", by=request.user, at=at)

    return ask(request, question, Nothing(posted(request)), act, at=at)


@require_POST
@shapes_forms
def reopen(request: Request, form_id: UUID, *, at: datetime) -> HttpResponse:
    found = _find(form_id)
    try:
        reopen_form(found, by=request.user, at=at)
    except Refused as refused:
        shape = _shape(request, found, reads_only=True)
        return _show(request, shape, at=at, problem=refused.sentence)
    say(request, and_undo(f"“{found.title}” takes leads in again.", by=request.user, at=at))
    return go_to(request, _address(found))


@xframe_options_sameorigin
@shapes_forms
def preview(request: Request, *, at: datetime) -> HttpResponse:
    """The public page as the form is typed just now, saved or not; nothing is ever sent from it."""
    blank = Form(title="Your form", playbook=next((playbook.key for playbook in playbooks()), ""))
    form = _shape(request, blank)
    if not form.is_bound:
        return show_form(request, blank, {}, is_preview=True, at=at)
    form.is_valid()
    # A form in the middle of being typed is shown as far as it goes.
    return show_form(request, form.rough, {}, is_preview=True, at=at)


# Where a refusal belongs on the page.
FIELDS = {"key_fixed": "key", "key_taken": "key", "bad_key": "key", "no_title": "title", "unknown_playbook": "playbook"}


def _shape(request: Request, of: Form, *, reads_only: bool = False) -> ShapeForm:
    sent = None if reads_only else posted(request)
    return ShapeForm(moved(sent) if sent is not None else None, of=of, playbooks=playbooks())


def _show(request: Request, form: ShapeForm, *, at: datetime, problem: str = "") -> HttpResponse:
    found = form.of if form.of.created_at else None
    is_wrong = form.is_bound and not wants_another_look(request.POST)
    context = {
        "current": "settings",
        "form": form,
        "shown": found,
        "starts": playbook_title(found) if found else "",
        "address": address_of(found) if found else "",
        "snippet": snippet_of(found) if found else None,
        "is_fixed": found is not None and has_taken_in(found),
        "may_manage": can_shape_forms(request.user),
        "problem": problem,
    }
    return render_page(request, "setup/form.html", context, at=at, status=422 if is_wrong or problem else 200)


def _find(form_id: UUID) -> Form:
    found = Form.objects.filter(pk=form_id).first()
    if found is None:
        raise Http404
    return found


def _address(form: Form) -> str:
    return reverse("setup:form", args=[form.pk])

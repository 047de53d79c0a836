"""API tokens: which there are, a new one shown once, and ending one."""

from datetime import datetime
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from trellis.setup.forms.connections import TokenForm
from trellis.setup.queries.settings import tokens as tokens_in_use
from trellis.setup.views.sayings import and_undo
from trellis.setup.views.settings_once import put_by, take
from trellis.team.actions.tokens import create_token, revoke_token
from trellis.team.permissions import can_administer
from trellis.web.asking import Question, administers, ask, sees
from trellis.web.doors import Request, go_to
from trellis.web.pages import render_page

NEW = "new-token"


@never_cache
@sees("settings")
def tokens(request: Request, *, at: datetime) -> HttpResponse:
    return _show(request, TokenForm(), at=at)


@require_POST
@administers
def create(request: Request, *, at: datetime) -> HttpResponse:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _show(request, form, at=at)
    token, text = create_token(**form.cleaned_data, by=request.user, at=at)
    put_by(request, NEW, {"name": token.name, "text": text})
    return go_to(request, reverse("setup:tokens"))


@administers
def revoke(request: Request, token_id: UUID, *, at: datetime) -> HttpResponse:
    token = tokens_in_use().filter(pk=token_id).first()
    if token is None:
        raise Http404
    question = Question(
        title=f"Revoke “{token.name}”?",
        text="Whatever uses this token can do nothing here any more, at once.",
        button="Revoke",
        back=reverse("setup:tokens"),
    )

    def act(_: dict[str, object]) -> str:
        revoke_token(token, by=request.user, at=at)
        return and_undo(f"“{token.name}” is revoked: it opens nothing any more.", by=request.user, at=at)

    return ask(request, question, Form(request.POST if request.method == "POST" else None), act, at=at)


def _show(request: Request, form: TokenForm, *, at: datetime) -> HttpResponse:
    context = {
        "current": "settings",
        "form": form,
        "tokens": list(tokens_in_use()),
        "made": take(request, NEW),
        "may_administer": can_administer(request.user),
    }
    return render_page(request, "setup/settings_tokens.html", context, at=at, status=422 if form.is_bound else 200)

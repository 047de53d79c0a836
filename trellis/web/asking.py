"""Asking for what an act needs: a dialog on the page, or a page of its own without script."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from trellis.core.refusal import Refused
from trellis.team.permissions import can_administer, can_change, can_manage, can_publish, can_shape_forms, may
from trellis.web.doors import Request, View, go_to, not_allowed, page_to_return_to, signed_in
from trellis.web.pages import render_page
from trellis.web.sayings import say

# What a swap of the whole page must do instead when the answer is the dialog again, with its errors.
INTO_THE_DIALOG = {"HX-Retarget": "#dialog", "HX-Reswap": "innerHTML", "HX-Reselect": ".dialog__form"}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the dialog says. `button` repeats the verb; `body` is the fragment that shows the fields.

    What `is_final` can never be taken back, and its button looks like it.
    """

    title: str
    text: str
    button: str
    back: str
    body: str = "web/_ask_fields.html"
    context: dict[str, Any] = field(default_factory=dict)
    is_final: bool = False


def only_for(may: Callable[[Any], bool]) -> Callable[[Callable[..., HttpResponse]], View]:
    """The door of an act: for signed-in people whose role allows it, named by a predicate of `team.permissions`."""

    def guarded(view: Callable[..., HttpResponse]) -> View:
        @wraps(view)
        def door(request: Request, *args: Any, at: datetime, **kwargs: Any) -> HttpResponse:
            if may(request.user):
                return view(request, *args, at=at, **kwargs)
            return not_allowed(request, at)

        return signed_in(door)

    return guarded


changes = only_for(can_change)
manages = only_for(can_manage)
administers = only_for(can_administer)
publishes = only_for(can_publish)
adds_leads = only_for(lambda user: may(user, "add", "journey"))
changes_leads = only_for(lambda user: may(user, "change", "journey"))
shapes_forms = only_for(can_shape_forms)


def sees(noun: str) -> Callable[[Callable[..., HttpResponse]], View]:
    """The door of a page about something that belongs to nobody: to read it is a right of its own."""
    return only_for(lambda user: may(user, "see", noun))


def ask(
    request: Request, question: Question, form: Form, act: Callable[[dict[str, Any]], str], *, at: datetime
) -> HttpResponse:
    """Show the question; once it is answered well, act, say what `act` says and go back to the page."""
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            say(request, said)
            return go_to(request, page_to_return_to(request, question.back))
    return show(request, question, form, at=at)


def show(request: Request, question: Question, form: Form, *, at: datetime) -> HttpResponse:
    """The question. In answer to a POST it opens in the place of what was asked for."""
    asks_back = request.method == "POST"
    in_dialog = bool(getattr(request, "htmx", None))
    context = {
        "question": question,
        "form": form,
        "next": page_to_return_to(request, question.back),
        "action": request.path,
        **question.context,
    }
    page = "web/_ask.html" if in_dialog else "web/ask.html"
    response = render_page(request, page, context, at=at, status=422 if form.is_bound else 200)
    if in_dialog and asks_back:
        for name, value in INTO_THE_DIALOG.items():
            response.headers[name] = value
    patch_vary_headers(response, ["HX-Request"])
    return response

"""The public door `/f/<key>`: a page, a form-encoded post and a JSON post, from our own page or any other site."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from trellis.api.problems import Problem
from trellis.steps.capture.actions.submit_form import Unusable, submit_form
from trellis.steps.capture.forms import CONTEXT, OPENED, TOKEN, Submission, seconds_open, sign_opening
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import askable_of, asked_by, find_form, promise_of
from trellis.steps.capture.schemas import read_body, read_context, wants_json
from trellis.team.queries import business
from trellis.web.pages import render_public
from trellis.web.phones import say_phone

FRAMED_ANYWHERE: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": ["*"]}
FROM_ANY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Accept",
    "Access-Control-Max-Age": "86400",
}
REFERENCE = re.compile(r"[0-9A-Z]{4,12}")


PREVIEW = "preview"  # In the address: the page as it is, from which nothing is ever sent.


# Other sites show this form in a frame and post to it; nobody is signed in at this door, so there is nothing to forge.
@csrf_exempt
@cache_control(private=True, no_cache=True)
@xframe_options_exempt
@csp_override(FRAMED_ANYWHERE)
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def form(request: HttpRequest, key: str) -> HttpResponse:
    """Show the form, or take it in."""
    at = timezone.now()
    try:
        answer = _answer(request, key, at)
    except Problem as problem:
        answer = _refuse(request, problem, at)
    for name, value in FROM_ANY_SITE.items():
        answer[name] = value
    return answer


@xframe_options_exempt
@csp_override(FRAMED_ANYWHERE)
@require_safe
def thanks(request: HttpRequest, key: str) -> HttpResponse:
    """What happens next, and when. Says the same to everybody: what was sent is nobody's to see here."""
    at = timezone.now()
    try:
        found = _find(key)
    except Problem as problem:
        return _refuse(request, problem, at)
    reference = request.GET.get("reference", "")
    known = reference if REFERENCE.fullmatch(reference) else ""
    shown = {"form": found, "promise": promise_of(found, at), "reference": known}
    return render_public(request, "capture/thanks.html", shown, at=at)


def _answer(request: HttpRequest, key: str, at: datetime) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    found = _find(key)
    if found.closed_at:
        raise Problem(410, "form_closed", _closed())
    if request.method != "POST" or PREVIEW in request.GET:
        return show_form(request, found, read_context(request), is_preview=PREVIEW in request.GET, at=at)
    sent = read_context(request) | read_body(request)
    return _take_in(request, found, sent, at)


def _take_in(request: HttpRequest, found: Form, sent: dict[str, Any], at: datetime) -> HttpResponse:
    in_json = wants_json(request)
    submission = Submission.read(sent, askable_of(found), at=at)
    address = request.META.get("REMOTE_ADDR", "")
    try:
        signal = submit_form(found, submission, address=address, by_hand=not in_json, at=at)
    except Unusable as unusable:
        if in_json:
            raise _unusable(unusable) from unusable
        return show_form(request, found, sent, faults=unusable.faults, at=at)
    if in_json:
        return JsonResponse({"reference": signal.reference}, status=201)
    there = reverse("capture:thanks", args=[found.key], query={"reference": signal.reference})
    return HttpResponseRedirect(there, status=303)


def show_form(
    request: HttpRequest,
    found: Form,
    sent: dict[str, Any],
    *,
    faults: dict[str, str] | None = None,
    is_preview: bool = False,
    at: datetime,
    **shell: Any,
) -> HttpResponse:
    """The page, with everything typed kept and what to mend beside its field. A preview may be of a form not stored.

    `shell` stands in for what every public page is given, such as a `business` that is about to be changed.
    """
    opened = str(sent.get(OPENED, ""))
    shown = {
        "form": found,
        "asks": found.asks,
        "is_preview": is_preview,
        "questions": [(question, sent.get(question.key, "")) for question in asked_by(found)],
        "sent": sent,
        "hidden": {"page": request.build_absolute_uri(), **{name: sent[name] for name in CONTEXT if sent.get(name)}},
        "token": sent.get(TOKEN) or get_random_string(22),
        "opened": opened if seconds_open(opened, at) is not None else sign_opening(at),
        "faults": faults or {},
        "fault": (faults or {}).get("", ""),
    }
    return render_public(request, "capture/form.html", shown | shell, at=at, status=422 if faults else 200)


def _find(key: str) -> Form:
    if found := find_form(key):
        return found
    raise Problem(404, "unknown_form", "There is no form at this address. Check the link, or call us.")


def _closed() -> str:
    of = business()
    phone = say_phone(of.phone, of.region)
    ways = [f"call {phone}" if phone else "", f"write to {of.email}" if of.email else ""]
    how = " or ".join(filter(None, ways))
    return f"We are still here for you: {how}." if how else "Please come back later, or ask us in person."


def _unusable(unusable: Unusable) -> Problem:
    errors = [{"pointer": f"#/{name}", "detail": sentence} for name, sentence in unusable.faults.items()]
    return Problem(422, unusable.code, unusable.sentence, errors=errors)


def _refuse(request: HttpRequest, problem: Problem, at: datetime) -> HttpResponse:
    if wants_json(request):
        return problem.response()
    shown = {"problem": problem, "sentence": str(problem)}
    return render_public(request, "capture/refused.html", shown, at=at, status=problem.status)

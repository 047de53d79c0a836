"""The pages of allauth in our frames: at the door for whoever is not in yet, in the app for a person's own affairs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from trellis.web.pages import render_page, render_public

WAIT = 15 * 60
TOO_MANY = "too_many_login_attempts"


class DoorPage:
    """A page for whoever is not in yet. `template_name` is one of ours, and nothing else of allauth's is ever shown."""

    request: HttpRequest
    template_name: str

    def render_to_response(self, context: dict[str, Any], **response: Any) -> HttpResponse:
        return answered(render_public, self.request, self.template_name, context)


class OwnPage:
    """A page in the app, about how the signed-in person signs in."""

    request: HttpRequest
    template_name: str

    def render_to_response(self, context: dict[str, Any], **response: Any) -> HttpResponse:
        return answered(render_page, self.request, self.template_name, {"current": "preferences"} | context)


def answered(render: Any, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """422 where what was sent is wrong, 429 where it was wrong too often; never kept by a browser or a proxy."""
    status = status_of(request, context.get("form"))
    response: HttpResponse = render(request, template, context, at=timezone.now(), status=status)
    response.headers["Cache-Control"] = "no-store"
    if status == 429:
        response.headers["Retry-After"] = str(WAIT)
    return response


def status_of(request: HttpRequest, form: Any) -> int:
    if request.method != "POST" or form is None or not form.is_bound or form.is_valid():
        return 200
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    return 429 if codes & {TOO_MANY, "rate_limited"} else 422


def too_many(request: HttpRequest) -> HttpResponse:
    """One address or one person asks too fast, whatever they ask."""
    response = render_public(request, "entrance/too_many.html", {}, at=timezone.now(), status=429)
    response.headers["Retry-After"] = str(WAIT)
    return response

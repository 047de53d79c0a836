"""The right that an operation asks for: checked before anything of the request is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http.response import HttpResponseBase
from ninja.decorators import decorate_view

from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest
from trellis.team.permissions import may
from trellis.team.roles import NAMES

Endpoint = Callable[..., Any]


def needs[**Given, Answer](verb: str, noun: str) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """403 for a token that reaches nothing with this verb. What it reaches is found by `visible_to(request.auth)`."""

    def guarded(endpoint: Callable[Given, Answer]) -> Callable[Given, Answer]:
        asked = decorate_view(lambda run: asks_first(run, verb, noun))(endpoint)
        asked.needs = (verb, noun)  # type: ignore[attr-defined]  # what a test of all operations looks at
        return asked

    return guarded


def asks_first(run: Endpoint, verb: str, noun: str) -> Endpoint:
    @wraps(run)
    def answer(request: ApiRequest, **path: Any) -> HttpResponseBase:
        require(request, verb, noun)
        return cast(HttpResponseBase, run(request, **path))

    return answer


def require(request: ApiRequest, verb: str, noun: str) -> None:
    if not may(request.auth, verb, noun):
        detail = f"A token with the role {request.auth.role} may not {verb} {NAMES[noun]}."
        raise Problem(403, "not_allowed", detail)

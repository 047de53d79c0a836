"""Around everything under /api/: one clock for the request, and every error in one form."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from trellis.api.problems import as_problem


class ApiMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        request.at = timezone.now()  # type: ignore[attr-defined]  # see requests.ApiRequest
        return as_problem(self.get_response(request))

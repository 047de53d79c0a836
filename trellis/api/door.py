"""The machine door itself: what happens around every endpoint, and how it is described in OpenAPI."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from trellis.api.auth import SAFE_METHODS, Token
from trellis.api.once import answer_once
from trellis.api.problems import MEDIA_TYPE, Problem, ProblemOut, bad_fields
from trellis.api.requests import ApiRequest, StrictParser, check_body, check_file, largest_file

Endpoint = Callable[..., HttpResponseBase]

_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "Any text of your own, new for each act: sent again within a day, the first answer is given again.",
}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "The ETag of what you read: 412 where somebody changed it since.",
}
_PROBLEM = {
    "description": "Problem details (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
# With what any operation says no; those of `SAID_OF` where it has such a part.
_ALWAYS = (401, 403, 429)
_SAID_OF = {"path": (404,), "query": (422,), "body": (400, 411, 413, 415, 422), "post": (409, 422)}


class Door(NinjaAPI):
    """An API whose every operation asks for a token, answers once under a key, and says no as problem+json."""

    def __init__(self, **options: Any) -> None:
        self.token = Token()
        self._described: OpenAPISchema | None = None
        super().__init__(auth=self.token, parser=StrictParser(), renderer=_Renderer(), docs_url=None, **options)
        self.add_decorator(self._around, mode="view")
        for error in (Problem, ValidationError, HttpError, Http404, PermissionDenied):
            self.add_exception_handler(error, _refuse)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Described once: operations do not change while a process runs."""
        if self._described is None:
            self._described = self._describe(**options)
        return self._described

    def _describe(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
        schema["components"]["responses"] = {"Problem": _PROBLEM}
        for path in schema["paths"].values():
            for method, operation in path.items():
                _describe_refusals(method, operation)
                if method == "post":
                    operation["parameters"].append(_IDEMPOTENCY_KEY)
        return schema

    def _around(self, run: Endpoint) -> Endpoint:
        @wraps(run)
        def answer(request: HttpRequest, **path: Any) -> HttpResponseBase:
            try:
                return self._answer(cast(ApiRequest, request), lambda: run(request, **path), largest_file(run))
            except Problem as problem:
                return problem.response()

        return answer

    def _answer(
        self, request: ApiRequest, run: Callable[[], HttpResponseBase], largest: int | None
    ) -> HttpResponseBase:
        check_file(request, largest) if largest else check_body(request)
        token = self.token(request)
        if token is None:
            raise Problem(401, "no_token")
        request.auth, request.act_id = token, None
        if request.method in SAFE_METHODS:
            return _with_etag(request, run())
        key = request.headers.get("Idempotency-Key")
        return run() if key is None else answer_once(request, key, run)


def _describe_refusals(method: str, operation: Any) -> None:
    """Each status that it may say no with; any other that ever comes has the same form."""
    said = operation["responses"]
    parts = {parameter["in"] for parameter in operation["parameters"]} | {method}
    parts |= {"body"} if "requestBody" in operation else set()
    for status in sorted({*_ALWAYS, *(status for part in parts for status in _SAID_OF.get(part, ()))}):
        said.setdefault(status, {"$ref": "#/components/responses/Problem"})
    if 412 in said:
        operation["parameters"].append(_IF_MATCH)
    said["default"] = _PROBLEM


def _refuse(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer what went wrong inside an endpoint."""
    match error:
        case Problem():
            return error.response()
        case HttpError(__cause__=Problem() as problem):
            return problem.response()
        case ValidationError():
            return bad_fields(error.errors).response()
        case PermissionDenied():
            return Problem(
                403, "not_allowed", "That is somebody else's: this token may see it, not change it."
            ).response()
        case HttpError():
            return Problem(error.status_code, "refused", error.message).response()
        case _:
            return Problem(404, "not_found").response()


def _with_etag(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Name what was answered by its content, so that asking again for the same costs only a header."""
    if response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    response.headers.setdefault("ETag", f'"{hashlib.sha256(response.content).hexdigest()[:32]}"')
    response["Cache-Control"] = "private, no-cache"
    if request.method not in ("GET", "HEAD"):
        return response  # What was asked of it is done: its condition was the endpoint's to check.
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


class _Encoder(NinjaJSONEncoder):
    """Instants in UTC with all of their digits: a program may compare them."""

    def default(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return super().default(value)


class _Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, cls=_Encoder, ensure_ascii=False)

"""Problem details (RFC 9457): the one form in which this door says no."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from pydantic import BaseModel, Field

from trellis.core.refusal import Refused
from trellis.core.text import TooLong

MEDIA_TYPE = "application/problem+json"

_SENTENCES = {
    400: "The request cannot be read.",
    401: "Send your token in the header “Authorization: Bearer trl_…”.",
    403: "This token may not do that.",
    404: "There is nothing here. See /api/v1/openapi.json for what there is.",
    405: "This address does not answer that method; the header Allow says which it does.",
    411: "Send the header Content-Length; a body in chunks is not read.",
    412: "It has changed since you read it; read it again.",
    413: "The body is too large.",
    415: "Send JSON, with the header “Content-Type: application/json”.",
    429: "Too many requests; wait as long as the header Retry-After says.",
    500: "Something went wrong on our side. Nothing that was accepted is lost; try again.",
    503: "Not available at the moment; try again.",
}
# What pydantic says in the words of Python, in words for whoever calls.
_FIELD_SENTENCES = {
    "missing": "This is required.",
    "extra_forbidden": "This field is not known here.",
    "string_type": "Write text in quotation marks.",
    "model_attributes_type": "Send a JSON object.",
    "model_type": "Send a JSON object.",
    "dict_type": "Send a JSON object.",
    "int_parsing": "Write a whole number.",
    "uuid_parsing": "Write an id as this API gives them, such as 0197a3c2-….",
}


class FieldProblem(BaseModel):
    """Where it is wrong, and what: `pointer` is a JSON Pointer into the body, or `parameter` a name in the query."""

    pointer: str | None = None
    parameter: str | None = None
    detail: str


class ProblemOut(BaseModel):
    """Problem details (RFC 9457). `code` is for programs and does not change, `detail` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)


class Problem(Exception):
    """Answer with this status and sentence. More members may be given by name."""

    def __init__(
        self, status: int, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail or _SENTENCES.get(status, ""))
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.members = members

    def response(self) -> HttpResponse:
        response = HttpResponse(
            render_problem(self.status, self.code, str(self), self.members),
            status=self.status,
            content_type=MEDIA_TYPE,
            headers=self.headers,
        )
        if self.status == 401:
            response["WWW-Authenticate"] = "Bearer"
        return response


def render_problem(status: int, code: str, detail: str, members: Mapping[str, Any]) -> str:
    known: dict[str, Any] = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "code": code,
        "detail": detail,
    }
    return json.dumps(known | dict(members), default=str)


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Give an error that was answered in another form, such as Django's page for 404, the form of this door."""
    if response.status_code < 400 or response.streaming or response.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    status = response.status_code
    code = _title(status).lower().replace(" ", "_")
    response.content = render_problem(status, code, _SENTENCES.get(status, _title(status)), {})  # type: ignore[attr-defined]
    response["Content-Type"] = MEDIA_TYPE
    response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
    return response


def bad_fields(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """The problem for what pydantic found in the body, the query or the path."""
    problems = [_field_problem(error) for error in errors]
    if any(problem.pointer is None and problem.parameter is None for problem in problems):
        return Problem(404, "not_found")
    first, more = problems[0], len(problems) - 1
    where = first.parameter or (first.pointer or "").lstrip("#/") or "body"
    detail = f"{where}: {first.detail}" + (f" And {more} more." if more else "")
    return Problem(422, "bad_fields", detail, errors=[problem.model_dump(exclude_none=True) for problem in problems])


@contextmanager
def refusals(status: int = 422, *, wrong: tuple[type[Exception], ...] = (TooLong,)) -> Iterator[None]:
    """Answer with this status and its sentence where a verb refuses, with 422 where a value is `wrong`."""
    try:
        yield
    except Refused as refused:
        raise Problem(status, refused.code, refused.sentence) from refused
    except wrong as error:
        raise Problem(422, "bad_fields", str(error)) from error


def no(*statuses: int) -> dict[str, Any]:
    """For the description of an operation: further statuses that it says no with."""
    return {"responses": {status: {"$ref": "#/components/responses/Problem"} for status in statuses}}


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    """An error in the path names neither place: there is no such address."""
    source, *path = error["loc"]
    detail = _FIELD_SENTENCES.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ").rstrip(".") + "."
    if source == "body":
        return FieldProblem(pointer="#" + "".join(f"/{_escaped(part)}" for part in _inside_body(path)), detail=detail)
    if source in ("file", "form"):
        return FieldProblem(pointer=f"#/{path[-1]}", detail=detail)
    return FieldProblem(parameter=str(path[-1]) if source == "query" else None, detail=detail)


def _inside_body(path: Sequence[str | int]) -> Sequence[str | int]:
    """Leave out the name of the function's own parameter, which the caller never sees."""
    return path[1:]


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _title(status: int) -> str:
    return HTTPStatus(status).phrase

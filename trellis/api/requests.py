"""A request at this door as an endpoint gets it, and what is refused before one is asked."""

import json
import math
from collections.abc import Callable
from datetime import datetime
from inspect import unwrap
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from django.utils.http import parse_etags
from ninja.parser import Parser
from ninja.types import DictStrAny

from trellis.api.problems import Problem
from trellis.team.models import ApiToken

# With the value true: what looks like something that is known already is added all the same.
ANYWAY = "X-Skip-Duplicate-Check"
LARGEST_BODY = 1_000_000
# A body up to this size is read to its end and thrown away: a client that is still sending would not hear our answer.
_DRAINED = 26_000_000


class ApiRequest(HttpRequest):
    """A request with what this door knows of it. For types only; never made.

    `at` is its one clock, `auth` the token that it came with, `act_id` the act that its Idempotency-Key stands for.
    """

    at: datetime
    auth: ApiToken
    act_id: str | None


def require_unchanged(request: HttpRequest, etag: str) -> None:
    """412 where `If-Match` names none of what it is now."""
    wanted = parse_etags(request.headers.get("If-Match", "*"))
    if wanted != ["*"] and etag not in wanted:
        raise Problem(412, "changed_meanwhile")


def adds_anyway(request: HttpRequest) -> bool:
    return request.headers.get(ANYWAY, "").lower() == "true"


def takes_file[Endpoint: Callable[..., Any]](most: int) -> Callable[[Endpoint], Endpoint]:
    """Let an operation take a file of at most so many bytes, as a form with parts."""

    def taking(endpoint: Endpoint) -> Endpoint:
        endpoint.largest_file = most  # type: ignore[attr-defined]  # a function has room for a note
        return endpoint

    return taking


def largest_file(run: Callable[..., Any]) -> int | None:
    """How large a file the operation behind this takes; None where it takes JSON."""
    operation = getattr(unwrap(run), "__self__", None)
    found: int | None = getattr(getattr(operation, "view_func", None), "largest_file", None)
    return found


def check_body(request: HttpRequest) -> None:
    """Refuse a body that is too large or not JSON before it is read."""
    length = _checked_length(request, LARGEST_BODY)
    kind = request.content_type or ""
    if length and kind != "application/json" and not kind.endswith("+json"):
        raise Problem(415, "not_json")


def check_file(request: HttpRequest, most: int) -> None:
    """Refuse a file that is too large, or no form, before it is read."""
    _checked_length(request, most + LARGEST_BODY)
    if request.content_type != "multipart/form-data":
        raise Problem(415, "no_form", "Send the file as a form with parts, as curl does with --form file=@people.csv.")


def _checked_length(request: HttpRequest, most: int) -> int:
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if not length and "Transfer-Encoding" in request.headers:
        raise Problem(411, "length_required")
    if length > most:
        _drain(request, length)
        raise Problem(413, "body_too_large", f"At most {most:,} bytes are read; this body has {length:,}.")
    return length


def _drain(request: HttpRequest, length: int) -> None:
    while length <= _DRAINED and request.read(65_536):
        pass


class StrictParser(Parser):
    """Reads JSON as RFC 8259 has it: no NaN, nothing that a database could not give back."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        if not request.body:
            return {}
        try:
            return cast(
                DictStrAny, json.loads(request.body, parse_constant=_no_number, parse_float=_finite, parse_int=_whole)
            )
        except RecursionError as error:
            raise Problem(400, "bad_json", "The body is nested too deeply.") from error
        except ValueError as error:
            raise Problem(400, "bad_json", f"The body is not JSON: {error}.") from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number in JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _no_number(text[:20])
    return number


def _whole(text: str) -> int:
    if len(text) > 19:
        raise ValueError(f"the number {text[:20]}… is too long")
    return int(text)

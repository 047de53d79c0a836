"""Reading a request at the public door, however it was sent."""

import json
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from trellis.api.problems import Problem
from trellis.steps.capture.forms import CONTEXT, one_each

LARGEST_BODY = 256_000


def read_context(request: HttpRequest) -> dict[str, Any]:
    """Where they came from, as far as the address and the browser say; the fields of the body go before it."""
    page = request.headers.get("Referer", "")
    theirs = {"page": page} if page and not page.startswith(request.build_absolute_uri(request.path)) else {}
    return theirs | {name: request.GET[name] for name in CONTEXT if request.GET.get(name)}


def read_body(request: HttpRequest) -> dict[str, Any]:
    """What was sent, without what was left empty. Raises Problem with the status that fits."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length == "0" and "chunked" in request.headers.get("Transfer-Encoding", ""):
        raise Problem(411, "no_length", "Send the body in one piece, with the header Content-Length.")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise Problem(413, "body_too_large", f"This is too long: at most {LARGEST_BODY // 1000} kB fit.")
    if _is_json(request):
        return _json_body(request)
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Problem(415, "not_a_form", "Send a form, or JSON with the header “Content-Type: application/json”.")
    try:
        sent = one_each(request.POST)
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError) as error:
        raise Problem(400, "bad_form", "The form could not be read. Try again.") from error
    if request.FILES:
        raise Problem(422, "no_files", "This form takes no files. Send it without them; we will ask for pictures.")
    return {name: value for name, value in sent.items() if value != ""}


def _json_body(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError, UnreadablePostError) as error:
        raise Problem(400, "bad_json", "The body is not JSON. Check its quotation marks and commas.") from error
    if not isinstance(sent, dict):
        raise Problem(422, "not_an_object", "Send one JSON object with the fields of the form.")
    return {name: value for name, value in sent.items() if value not in ("", None)}


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_json(request: HttpRequest) -> bool:
    kind = request.content_type or ""
    return kind == "application/json" or kind.endswith("+json")


def wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return _is_json(request) or ("application/json" in accepted and "text/html" not in accepted)

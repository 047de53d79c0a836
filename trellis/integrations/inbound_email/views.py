"""The hook for raw email: whoever forwards mail to us knows the secret."""

import base64
import binascii
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from trellis.integrations.inbound_email.actions import take_email
from trellis.integrations.inbound_email.secret import secret

LARGEST = 25_000_000
ENVELOPE = 100_000  # What multipart/form-data may add around the message.
NO_SECRET = "Email is not connected here: make a secret under Settings, or set TRELLIS_INBOUND_EMAIL_SECRET."
WRONG_SECRET = "The secret is missing or wrong: send it as a bearer token, or as the password of HTTP basic."
EMPTY = "There is no message in it: send the raw message as the body, or in the form field “email”."
NOT_MAIL = "Send the raw message as message/rfc822, not as {}."


@csrf_exempt
@require_POST
def email(request: HttpRequest) -> HttpResponse:
    """Take in one raw message."""
    if refusal := _refusal(request):
        return refusal
    raw = _message(request)
    if not raw.strip():
        return _say(EMPTY, 400)
    if len(raw) > LARGEST:
        return _too_large()
    signal, is_new = take_email(raw, at=timezone.now())
    return JsonResponse({"reference": signal.reference}, status=201 if is_new else 200)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Everything that can be said before the body is read."""
    wanted = secret()
    if not wanted:
        return _say(NO_SECRET, 403)
    if not secrets.compare_digest(_offered(request), wanted.encode()):
        refusal = _say(WRONG_SECRET, 401)
        refusal["WWW-Authenticate"] = 'Bearer, Basic realm="inbound email"'
        return refusal
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > LARGEST + ENVELOPE:
        return _too_large()
    if request.content_type == "application/json":
        return _say(NOT_MAIL.format(request.content_type), 415)
    return None


def _offered(request: HttpRequest) -> bytes:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode("latin-1", errors="replace")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return b""
    return b""


def _message(request: HttpRequest) -> bytes:
    """The raw message: the body, or the form field “email” where a forwarder posts a form."""
    if request.content_type != "multipart/form-data":
        return request.body
    # Latin-1 keeps each byte of a field as it came, so that a message in any charset survives.
    request.encoding = "latin-1"
    file = request.FILES.get("email")
    return file.read() if file else request.POST.get("email", "").encode("latin-1")


def _too_large() -> HttpResponse:
    return _say(f"At most {LARGEST // 1_000_000} MB: this message is larger.", 413)


def _say(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence + "\n", content_type="text/plain; charset=utf-8", status=status)

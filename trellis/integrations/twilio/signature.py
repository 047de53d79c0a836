"""Only Twilio may use its hooks: each request is signed with our account's token."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from trellis.integrations.twilio.account import hook_token

LARGEST = 200_000
View = Callable[[HttpRequest], HttpResponse]


def only_twilio(view: View) -> View:
    """Answer 403 and store nothing unless Twilio signed the request for our public address."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > LARGEST:
            return _refuse("Twilio sends no form as long as this.", 413)
        if not hook_token():
            return _refuse("Twilio is not connected here: connect it under Settings, or set TRELLIS_TWILIO_AUTH_TOKEN.")
        url = settings.PUBLIC_URL + request.get_full_path()
        if not is_genuine(url, request.POST, request.headers.get("X-Twilio-Signature", "")):
            return _refuse(f"The signature does not match {url}: is TRELLIS_URL the address that Twilio calls?")
        return view(request)

    return checked


def is_genuine(url: str, form: QueryDict | dict[str, str], signature: str) -> bool:
    return bool(RequestValidator(hook_token()).validate(url, form, signature))


def _refuse(sentence: str, status: int = 403) -> HttpResponse:
    return HttpResponse(sentence + "\n", content_type="text/plain; charset=utf-8", status=status)

"""Twilio's hooks: check the signature, take it in, answer."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from trellis.integrations.twilio import twiml
from trellis.integrations.twilio.actions import ANSWERED, MISSED, take_call, take_status, take_text
from trellis.integrations.twilio.signature import only_twilio


@only_twilio
def voice(request: HttpRequest) -> HttpResponse:
    """A call comes in: ring somebody. Or, as a plain status callback: a call ended."""
    form, at = request.POST, timezone.now()
    status = form.get("CallStatus", "")
    if status in ANSWERED | MISSED:
        take_call(form, status=status, seconds=form.get("CallDuration", ""), at=at)
        return _twiml(twiml.nothing())
    if numbers := twiml.who_rings(form.get("To", ""), at):
        return _twiml(twiml.ring(numbers))
    # Nobody will pick up, and Twilio reports such a call as completed: what it was is known only now.
    if status == "ringing" and not form.get("Direction", "").startswith("outbound"):
        take_call(form, status="no-answer", seconds="", at=at)
    return _twiml(twiml.apologize())


@only_twilio
def voice_ended(request: HttpRequest) -> HttpResponse:
    """The ringing is over: somebody spoke with the caller, or nobody did."""
    form, status = request.POST, request.POST.get("DialCallStatus", "")
    take_call(form, status=status, seconds=form.get("DialCallDuration", ""), at=timezone.now())
    return _twiml(twiml.nothing() if status in ANSWERED else twiml.apologize())


@only_twilio
def sms(request: HttpRequest) -> HttpResponse:
    take_text(request.POST, at=timezone.now())
    return _twiml(twiml.nothing())


@only_twilio
def status(request: HttpRequest) -> HttpResponse:
    take_status(request.POST, message_id=request.GET.get("message", ""), at=timezone.now())
    return HttpResponse(status=204)


def _twiml(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/xml; charset=utf-8")

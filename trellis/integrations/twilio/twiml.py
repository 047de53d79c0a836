"""What we tell Twilio to do with a call."""

from datetime import datetime

import phonenumbers
from django.conf import settings
from django.urls import reverse
from twilio.twiml.voice_response import VoiceResponse

from trellis.team.queries import business, staff

RINGS_SECONDS = 20
AT_MOST = 10  # Twilio rings no more at once.


def who_rings(called: str, at: datetime) -> list[str]:
    """The business's own phone, unless that is the number called; else the phones of those on duty."""
    office = _dialable(business().phone)
    if office and office != called:
        return [office]
    on_duty = [_dialable(person.phone) for person in staff(at) if person.on_duty]
    return list(dict.fromkeys(number for number in on_duty if number and number != called))[:AT_MOST]


def ring(numbers: list[str]) -> str:
    """Ring these phones at once; Twilio then tells us how it ended."""
    response = VoiceResponse()
    ended = settings.PUBLIC_URL + reverse("twilio:voice_ended")
    dial = response.dial(action=ended, method="POST", timeout=RINGS_SECONDS, answer_on_bridge=True)
    for number in numbers:
        dial.number(number)
    return str(response)


def apologize() -> str:
    response = VoiceResponse()
    response.say(f"Thank you for calling {business().name}. We cannot pick up right now. We will get back to you.")
    return str(response)


def nothing() -> str:
    return str(VoiceResponse())


def _dialable(phone: str) -> str:
    """In E.164, empty for what cannot be dialed."""
    try:
        number = phonenumbers.parse(phone, business().region)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

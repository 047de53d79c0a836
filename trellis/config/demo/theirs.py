"""What customers do: they come to one of our doors. Each act is a signal, stored and then understood."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from trellis.config.demo.company import Company
from trellis.config.demo.neighbors import Neighbor
from trellis.conversations.models import Message
from trellis.intake.actions import interpret, mark_as_sample, receive
from trellis.intake.models import Signal
from trellis.people.models import Contact
from trellis.steps.capture.actions.submit_form import submit_form
from trellis.steps.capture.forms import CONSENT, OPENED, TRAP, Submission, sign_opening
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import askable_of

# A network address that is kept for examples.
ADDRESS = "192.0.2.7"
READING = 95.0
FOUND: dict[str, dict[str, str]] = {
    "google": {
        "referrer": "https://www.google.com/",
        "utm_source": "google",
        "utm_medium": "cpc",
    },
    "facebook": {"referrer": "https://m.facebook.com/", "utm_source": "facebook", "utm_medium": "social"},
    "sign": {"utm_source": "yard-sign", "utm_medium": "offline"},
    "neighbor": {"utm_source": "neighbor", "utm_medium": "referral"},
    "direct": {},
}


def reach_out(neighbor: Neighbor, company: Company, forms: Mapping[str, Form], *, at: datetime) -> Signal:
    """The first time, by the way they chose."""
    match neighbor.way:
        case "form":
            return fill_in(neighbor, company, forms[company.form_on(neighbor.page)], at=at)
        case "text" | "email":
            return write(neighbor, neighbor.words, company, at=at)
        case "referral":
            return be_referred(neighbor, at=at)
        case _:
            return call_us(neighbor, company, at=at)


def fill_in(neighbor: Neighbor, company: Company, form: Form, *, at: datetime) -> Signal:
    """The form on the website."""
    seconds = READING if neighbor.seconds is None else neighbor.seconds
    sent: dict[str, Any] = {
        "name": neighbor.name,
        "email": neighbor.email,
        "phone": neighbor.phone,
        "message": neighbor.words,
        "page": company.site + (neighbor.page or "/"),
        CONSENT: "yes",
        TRAP: neighbor.trap,
        OPENED: sign_opening(at - timedelta(seconds=seconds)),
        **FOUND.get(neighbor.found, {}),
    }
    if neighbor.found == "google":
        sent["utm_campaign"] = company.campaign
    if answer := neighbor.known.get(company.asks):
        sent[company.asks] = answer
    submission = Submission.read(sent, askable_of(form), at=at)
    return submit_form(form, submission, address=ADDRESS, by_hand=True, at=at)


def be_referred(neighbor: Neighbor, *, at: datetime) -> Signal:
    told = {"name": neighbor.name, "phone": neighbor.phone, "message": neighbor.words, "referred_by": neighbor.by}
    return take_in("referral", "web", told, at)


def ring(neighbor: Neighbor, company: Company, *, at: datetime) -> Signal:
    """Once more, and nobody picks up."""
    told = {"from": neighbor.phone, "to": company.number, "seconds": 0, "direction": "in", "answered": False}
    return take_in("missed_call", "phone", told, at)


def call_us(neighbor: Neighbor, company: Company, *, at: datetime) -> Signal:
    """A call, answered or missed; a missed one leaves its note on the machine."""
    answered = neighbor.way == "call"
    told = {
        "from": neighbor.phone,
        "from_name": neighbor.name,
        "to": company.number,
        "seconds": 190 if answered else 0,
        "note": neighbor.note,
        "direction": "in",
        "answered": answered,
    }
    return take_in("call" if answered else "missed_call", "phone", told, at)


def write(neighbor: Neighbor, text: str, company: Company, *, at: datetime) -> Signal:
    """A text or an email: an email where that is how they came, and then as an answer to our last one."""
    told: dict[str, Any] = {"from_name": neighbor.name, "text": text, "subject": ""}
    if not by_email(neighbor):
        return take_in("message", "sms", told | {"from": neighbor.phone, "to": company.number}, at)
    last = last_email_to(neighbor)
    return take_in(
        "message",
        "email",
        told
        | {
            "from": neighbor.email,
            "to": company.email,
            "subject": f"Re: {last.subject.removeprefix('Re: ')}" if last else neighbor.page,
            "message_id": f"<{neighbor.email}-{at:%Y%m%d%H%M%S}>",
            "in_reply_to": last.message_id if last else "",
        },
        at,
    )


def by_email(neighbor: Neighbor) -> bool:
    """Whether they write emails; the others text."""
    if neighbor.writes:
        return neighbor.writes == "email"
    return neighbor.way == "email" or (neighbor.way == "form" and neighbor.found == "google")


def last_email_to(neighbor: Neighbor) -> Message | None:
    ours = Message.objects.filter(recipient=neighbor.email, direction="out", channel="email")
    return ours.order_by("-created_at").first()


def take_in(kind: str, channel: str, told: dict[str, Any], at: datetime) -> Signal:
    signal, _ = receive(kind=kind, channel=channel, source="sample", payload=told, at=at)
    return interpret(signal, at=at)


def mark_sample(signal: Signal, neighbor: Neighbor, *, at: datetime) -> None:
    """So that it can be removed again, and the person with it; where they live comes along."""
    mark_as_sample(signal, at=at)
    if signal.contact_id:
        new = Contact.objects.filter(pk=signal.contact_id, sampled_at=None)
        new.update(sampled_at=at, place=neighbor.place)

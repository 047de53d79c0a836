"""What a filled-in form means, or a referral: who it is, where they came from, what they want."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from trellis.core.text import clean_text
from trellis.intake.actions import Settlement
from trellis.intake.models import Signal, SignalKind
from trellis.people.actions import add_tags, record_consent
from trellis.people.identity import Claim, normalize_email, normalize_phone, recognize_all
from trellis.people.models import Contact
from trellis.steps.capture.actions.into_journeys import WORDS_LIMIT, Meaning, aside, into_journeys, settled
from trellis.steps.capture.actions.judge_form import reasons_to_set_aside
from trellis.steps.capture.forms import CONTEXT, UTM, read_answers
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import document_for, find_form, playbook_for
from trellis.team.queries import business

TWIN_WITHIN = timedelta(minutes=10)


def can_come_together(signal: Signal) -> bool:
    """Whether it can be read with others.

    Whose only mark is their words is compared with all who came before; what a person let in is an act of its own.
    """
    is_form = signal.kind in (SignalKind.FORM, SignalKind.REFERRAL)
    return is_form and bool(_addresses(signal.payload)) and signal.let_in_by is None


def interpret_forms(signals: Sequence[Signal], at: datetime) -> list[Settlement]:
    """One of several has an address: see `can_come_together`."""
    reasons = reasons_to_set_aside(signals)
    settlements = {signal.pk: aside(reason) for signal, reason in zip(signals, reasons, strict=True) if reason}
    earnest = [signal for signal in signals if signal.pk not in settlements]
    contacts = _who(earnest, at)
    for signal, contact in zip(earnest, contacts, strict=True):
        _take_note(signal, contact, at)
    meanings = [_meaning(signal) for signal in earnest]
    captured = into_journeys(list(zip(earnest, contacts, meanings, strict=True)), at=at)
    settlements |= {signal.pk: settled(one) for signal, one in zip(earnest, captured, strict=True)}
    return [settlements[signal.pk] for signal in signals]


def _who(signals: Sequence[Signal], at: datetime) -> list[Contact]:
    if len(signals) == 1 and (twin := _twin(signals[0])):
        return [twin]
    return recognize_all([_claim(signal) for signal in signals], at=at)


def _claim(signal: Signal) -> Claim:
    told = signal.payload
    touch = {name: _says(told, name) for name in CONTEXT}
    return Claim.of(
        name=_says(told, "name"),
        email=_says(told, "email"),
        phone=_says(told, "phone"),
        region=business().region,
        place=_says(told, "place") or _says(told, "city"),
        touch=touch | {"channel": signal.channel, "at": signal.received_at.isoformat()},
    )


def _take_note(signal: Signal, contact: Contact, at: datetime) -> None:
    """What they agreed to, and the tags that their form gives."""
    if _says(signal.payload, "consent"):
        record_consent(contact, channel="sms", source=f"form {signal.source}", at=at)
    form = _form(signal)
    if form and form.tags:
        add_tags(contact, form.tags, at=at)


def _form(signal: Signal) -> Form | None:
    return find_form(signal.source) if signal.kind == SignalKind.FORM else None


def _twin(signal: Signal) -> Contact | None:
    """Whoever sent the very same words a moment ago, where nothing else says who it is."""
    if _addresses(signal.payload):
        return None
    earlier = Signal.objects.like(signal, since=signal.received_at - TWIN_WITHIN).exclude(contact=None)
    same = (other for other in earlier.select_related("contact")[:20] if _same_words(other, signal))
    return next((other.contact for other in same), None)


def _same_words(one: Signal, other: Signal) -> bool:
    return all(_says(one.payload, name) == _says(other.payload, name) for name in ("name", "email", "phone", "message"))


def _addresses(told: dict[str, Any]) -> str:
    return normalize_email(_says(told, "email")) or normalize_phone(_says(told, "phone"), business().region)


def _meaning(signal: Signal) -> Meaning:
    told, form = signal.payload, _form(signal)
    playbook = form.playbook if form else playbook_for(signal.kind)
    document = document_for(playbook)
    return Meaning(
        playbook=playbook,
        title=form.title if form else _says(told, "title"),
        words=clean_text(_says(told, "message")[:WORDS_LIMIT], WORDS_LIMIT * 4),
        page=_says(told, "page"),
        answers=read_answers(told, document.questions if document else []),
        context=_context(told),
    )


def _context(told: dict[str, Any]) -> dict[str, Any]:
    """Where they came from and what else they said, with an address that could not be read as they wrote it."""
    context: dict[str, Any] = {name: _says(told, name) for name in ("referrer", *UTM, "referred_by")}
    if not normalize_email(_says(told, "email")):
        context["email_as_written"] = _says(told, "email")
    if not normalize_phone(_says(told, "phone"), business().region):
        context["phone_as_written"] = _says(told, "phone")
    return context | {"extra": told.get("extra")}


def _says(told: dict[str, Any], name: str) -> str:
    """A field of the payload as text: what came by the API may be anything."""
    value = told.get(name)
    return value if isinstance(value, str) else "" if value is None or value is False else str(value)

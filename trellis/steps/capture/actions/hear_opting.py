"""The words by which people stop our messages and take them back. For texts, those that the carriers obey."""

import re
from collections.abc import Callable
from datetime import datetime

from trellis.conversations.models import Message
from trellis.intake.actions import Settlement
from trellis.people.actions import record_consent, withdraw_consent
from trellis.people.models import Contact
from trellis.people.queries import contacts_at
from trellis.steps.capture.actions.into_journeys import aside, joined
from trellis.steps.capture.actions.letters import Letter, keep
from trellis.steps.capture.queries import journey_to_join

STOP = frozenset({"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"})
START = frozenset({"start", "unstop"})
STOP_BY_EMAIL = frozenset({"stop", "unsubscribe"})
REASONS = {"stop": "Asked us to stop", "start": "Asked to hear from us again"}


def opting_of(letter: Letter, *, is_opted_out: Callable[[], bool]) -> str:
    """stop, start, or "yes": which carriers take for a start, and we only from somebody who had stopped."""
    if letter.is_email:
        first_line = letter.text.partition("\n")[0]
        return "stop" if {_word(letter.subject), _word(first_line)} & STOP_BY_EMAIL else ""
    word = _word(letter.text)
    if word == "yes":
        return "yes" if is_opted_out() else ""
    return "stop" if word in STOP else "start" if word in START else ""


def hear_opting(letter: Letter, contact: Contact, opting: str, answered: Message | None, at: datetime) -> Settlement:
    """Obey for everybody who uses the address, keep the words, and move nothing: it is no reply."""
    source = f"{'email' if letter.is_email else 'text'} {opting.upper()}"
    for person in _users(letter, contact):
        if opting == "stop":
            withdraw_consent(person, channel=letter.channel, source=source, at=at)
        else:
            record_consent(person, channel=letter.channel, source=source, at=at)
    journey = journey_to_join(contact, thread=answered.journey_id if answered else None)
    keep(letter, contact, journey, is_turn=False, at=at)
    return joined(contact, journey, REASONS[opting]) if journey else aside(REASONS[opting], contact)


def take_back_opting_out(letter: Letter, contact: Contact, at: datetime) -> None:
    for person in _users(letter, contact):
        record_consent(person, channel=letter.channel, source="text YES", at=at)


def _users(letter: Letter, contact: Contact) -> list[Contact]:
    users = contacts_at(letter.point_kind, letter.sender) if letter.sender else []
    return users if contact in users else [contact, *users]


def _word(text: str) -> str:
    return re.sub(r"[^\w ]", "", text).strip().lower()

"""What the public door accepts, whether it came as HTML or as JSON, and what it says no to."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any, Self

from django.core import signing
from django.http import QueryDict

from trellis.journeys.playbook.schema import Question
from trellis.people.identity import normalize_email, normalize_phone
from trellis.steps.capture.models import Ask, Form

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
CONTEXT = ("page", "referrer", *UTM)
FIELDS = ("name", "email", "phone", "message", *CONTEXT)
# Hidden from people. A machine that fills in everything fills this in too.
TRAP = "your_website"
CONSENT = "text_me"
# Made by our own page only: one for each time it was opened, and when that was.
TOKEN, OPENED = "token", "opened"
OWN_FIELDS = frozenset({*FIELDS, TRAP, CONSENT, TOKEN, OPENED})
YES = frozenset({"yes", "on", "true", "1", "y"})

BAD_EMAIL = "This email address is not complete. It looks like name@example.com."
BAD_PHONE = "This number cannot be called. Add the area code."
BAD_PHONE_OR_EMAIL = "This number cannot be called. Add the area code, or leave an email address."
NOT_TEXT = "Write this as text."
MISSING = {
    "name": "Write your name, so that we know whom to ask for.",
    "email": "Leave an email address, so that we can answer you.",
    "phone": "Leave a phone number, so that we can call you back.",
    "message": "Write a few words about what you need.",
}
WAYS = {"email": "an email address", "phone": "a phone number", "message": "a message"}
_TOKEN_FORM = re.compile(r"[\w-]{1,64}", re.ASCII)
_signer = signing.TimestampSigner(salt="trellis.capture.opened")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A form as it was sent. `seconds` is how long its page was open, where we can tell."""

    told: dict[str, str]
    answers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    consent: bool = False
    trap: str = ""
    token: str = ""
    seconds: float | None = None
    not_text: tuple[str, ...] = ()

    @classmethod
    def read(cls, sent: Mapping[str, Any], questions: Iterable[Question], *, at: datetime) -> Self:
        """Sort what was sent; what is not known here is kept under `extra`, so that nothing is lost."""
        questions = askable(questions)
        token = as_text(sent.get(TOKEN))
        answers = read_answers(sent, questions)
        return cls(
            told={name: as_text(sent[name]) for name in FIELDS if as_text(sent.get(name)).strip()},
            answers=answers,
            extra=_unknown(sent, OWN_FIELDS | answers.keys()),
            consent=as_text(sent.get(CONSENT)).strip().lower() in YES,
            trap=as_text(sent.get(TRAP)).strip(),
            token=token if _TOKEN_FORM.fullmatch(token) else "",
            seconds=seconds_open(as_text(sent.get(OPENED)), at),
            not_text=tuple(name for name in FIELDS if isinstance(sent.get(name), dict | list)),
        )

    def payload(self) -> dict[str, Any]:
        """What the signal keeps; empty parts are left out."""
        parts = {"answers": self.answers, "extra": self.extra, "consent": self.consent, "trap": self.trap}
        timed = {} if self.seconds is None else {"seconds": self.seconds}
        return self.told | {name: part for name, part in parts.items() if part} | timed

    @property
    def act_id(self) -> str | None:
        """The same page sent twice with the same words is one act; with other words it is a correction."""
        if not self.token:
            return None
        words = dumps([self.told, self.answers, self.extra], sort_keys=True, default=str)
        return f"{self.token}:{sha256(words.encode(errors='replace')).hexdigest()[:32]}"

    def addresses(self, region: str) -> tuple[str, str]:
        """The email address and the phone number, as far as they are usable."""
        email, phone = self.told.get("email", ""), self.told.get("phone", "")
        return normalize_email(email), normalize_phone(phone, region)

    def faults(self, form: Form, *, region: str, by_hand: bool) -> dict[str, str]:
        """What must be mended, by field; "" is the form as a whole.

        Anything that lets us answer is enough: what else is wrong is kept as it was written. Only a person at the page
        is asked to mend an address or to fill in what is required, because a machine between us and them could not.
        """
        faults = dict.fromkeys(self.not_text, NOT_TEXT)
        email, phone = self.addresses(region)
        has_words = bool(self.told.get("message")) and "message" not in faults
        if self.told.get("email") and not email and (by_hand or not (phone or has_words)):
            faults.setdefault("email", BAD_EMAIL)
        if by_hand:
            faults = self._missing(form, has_phone=bool(phone)) | faults
        if not (email or phone or has_words):
            bad_phone = BAD_PHONE_OR_EMAIL if "email" in form.asks else BAD_PHONE
            faults |= {"phone": bad_phone} if self.told.get("phone") and "phone" not in faults else {}
            faults = faults or {"": nothing_usable(form)}
        return faults

    def _missing(self, form: Form, *, has_phone: bool) -> dict[str, str]:
        missing = {name: MISSING[name] for name in form.required if not self.told.get(name)}
        if form.ask_phone == Ask.REQUIRED and self.told.get("phone") and not has_phone:
            missing["phone"] = BAD_PHONE
        return missing


def nothing_usable(form: Form) -> str:
    """Asks for a way to answer, among those that the form offers."""
    ways = [words for name, words in WAYS.items() if name in form.asks]
    return f"Leave {' or '.join(filter(None, [', '.join(ways[:-1]), ways[-1]]))}, so that we can answer."


def askable(questions: Iterable[Question]) -> list[Question]:
    """The questions that a form can ask: one whose key is a field of ours is asked in person."""
    return [question for question in questions if question.key not in OWN_FIELDS]


def read_answers(sent: Mapping[str, Any], questions: Iterable[Question]) -> dict[str, str]:
    """The answers by the questions' keys, alone or under "answers". One that is no option is not an answer."""
    grouped = sent.get("answers")
    found = {}
    for question in questions:
        value = sent.get(question.key)
        if value in ("", None) and isinstance(grouped, Mapping):
            value = grouped.get(question.key)
        if answer := _answer(as_text(value).strip(), question.options):
            found[question.key] = answer
    return found


def as_text(value: Any) -> str:
    """A value of JSON as somebody would have typed it. Objects and lists are not typed: nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def sign_opening(at: datetime) -> str:
    """Tells when our page was opened, in a form that nobody else can make."""
    return _signer.sign_object(at.timestamp())


def seconds_open(signed: str, at: datetime) -> float | None:
    """How long our page was open. None without its mark, or with one that was forged or is not of the past."""
    try:
        seconds = at.timestamp() - float(_signer.unsign_object(signed))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return round(seconds, 1) if seconds >= 0 else None


def one_each(sent: QueryDict) -> dict[str, Any]:
    """A form-encoded body as JSON would have it: of a field of ours the last value, of another all of them."""
    lists = {name: values if len(values) > 1 else values[0] for name, values in sent.lists() if values}
    return {
        name: value[-1] if name in OWN_FIELDS and isinstance(value, list) else value for name, value in lists.items()
    }


def _unknown(sent: Mapping[str, Any], known: Container[str]) -> dict[str, Any]:
    """What no field took: an unknown name, or an answer that is none of the options."""
    extra = {name: value for name, value in sent.items() if name not in known and value not in ("", None)}
    if isinstance(extra.get("answers"), Mapping):
        left = {name: value for name, value in extra.pop("answers").items() if name not in known}
        extra |= {"answers": left} if left else {}
    return extra


def _answer(given: str, options: list[str]) -> str:
    if not options:
        return given[:500]
    return next((option for option in options if option.casefold() == given.casefold()), "")

"""What the composer offers: its tabs, and the playbook's messages filled in for this contact."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from trellis.conversations.models import Message
from trellis.conversations.queries import WENT_OUT
from trellis.journeys.apply import reading
from trellis.journeys.messages import Unresolved, names_for, render_message
from trellis.journeys.models import Journey
from trellis.journeys.playbook.schema import Message as Template
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.schema import Rule
from trellis.journeys.world import Worlds
from trellis.team.queries import business

COMPOSER_TABS = (
    ("email", "mail", "Email"),
    ("sms", "message-square-text", "Text"),
    ("note", "sticky-note", "Note"),
    ("call", "phone", "Log a call"),
)
# What a good message does, as <message-check> looks for it.
GOOD_MESSAGE = (("confirms", "Confirms"), ("asks", "One question"), ("next-step", "Next step"))
# How to say a name that a message asks for: whose it is, and what.
WHOSE = {
    "contact": "their",
    "owner": "the owner’s",
    "step": "the next step’s",
    "business": "our",
    "answers": "their answer:",
}
WHAT = {"due": "deadline"}
# Where a stage sends a message, the most fitting place for a person's own words first.
FIT = ("enter", "quiet", "when")
Names = dict[str, dict[str, str]]
# Letters for private use stand around what was filled in, and around what is not known, until the text is cut there.
FILLED, LACKING, END = "\ue000", "\ue001", "\ue002"
MARKED = re.compile(f"([{FILLED}{LACKING}])([^{END}]*){END}")
MARKS = re.compile(f"[{FILLED}{LACKING}{END}]")
# A name in a message that has nothing to say instead.
ASKED = re.compile(r"\{\{-?\s*(\w+)\.(\w+)\s*(?:\|(?!\s*default)[^}]*)?-?\}\}")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a filled-in message: its own words, what was filled in, or the name of what is lacking."""

    words: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message of the playbook, filled in for this customer; `lacks` says what is not known yet."""

    key: str
    title: str
    parts: list[Part]
    subject: str = ""
    text: str = ""
    lacks: str = ""


def drafts_for(journey: Journey, channel: str, at: datetime) -> list[Draft]:
    """Those of the journey's playbook that suit the channel, the fitting ones first; what lacks something, last."""
    document, state = reading(journey)
    world = Worlds([journey.contact], at, in_turn=False).of(journey.contact_id, document.calendar)
    names = names_for(world, state, business(), at)
    suited = {key: message for key, message in document.messages.items() if message.channel in ("same", channel)}
    fitting = fit_of(document, state.stage)
    had = set(Message.objects.filter(contact=journey.contact_id, state__in=WENT_OUT).values_list("template", flat=True))
    drafts = [draft(key, message, channel, names) for key, message in suited.items()]
    return sorted(drafts, key=lambda one: (bool(one.lacks), one.key in had, fitting.get(one.key, len(suited))))


def fit_of(document: Document, stage: str) -> dict[str, int]:
    """How well each message fits a stage, the smaller the better: those that the stage itself would send, in order."""
    places = [place for place in document.places.values() if place.stage == stage and place.part in FIT]
    rules = [place.rule for place in sorted(places, key=lambda place: FIT.index(place.part))]
    sent = dict.fromkeys(rule.send for rule in rules if isinstance(rule, Rule) and rule.send)
    return {key: rank for rank, key in enumerate(sent)}


def draft(key: str, message: Template, channel: str, names: Names) -> Draft:
    # Rendered as an email whatever the channel: the line about STOP belongs to what rules send, not to a colleague.
    parts = preview(message, names)
    try:
        subject, text = render_message(message, "email", names)
    except Unresolved:
        return Draft(key=key, title=message.title, parts=parts, lacks=lacking(parts))
    subject = subject if channel == "email" else ""
    return Draft(key=key, title=message.title, parts=parts, subject=subject, text=text)


def lacking(parts: list[Part]) -> str:
    wanted = dict.fromkeys(part.words for part in parts if part.kind == "lacking")
    return f"Not known yet: {', '.join(wanted)}."


def preview(message: Template, names: Names) -> list[Part]:
    """The message with what is filled in told apart; as it was written where it cannot be filled in at all."""
    try:
        _, text = render_message(message, "email", marked(names, message))
    except Unresolved:
        return [Part(words=message.text, kind="lacking")]
    return list(parts_of(text))


def words_in(query: Mapping[str, str]) -> dict[str, str]:
    """What a page's address brings for the composer: a template picked without script, words of another channel."""
    return {name: query[name] for name in ("text", "subject") if name in query}


def marked(names: Names, message: Template) -> Names:
    """The same names with marks around them, and a marked stand-in for each that the message asks for in vain."""
    found = {
        group: {name: f"{FILLED}{value}{END}" for name, value in values.items()} for group, values in names.items()
    }
    for group, name in ASKED.findall(f"{message.subject or ''} {message.text}"):
        wanted = f"{WHOSE.get(group, group)} {WHAT.get(name, name.replace('_', ' '))}"
        found.setdefault(group, {}).setdefault(name, f"{LACKING}{wanted}{END}")
    return found


def parts_of(text: str) -> Iterator[Part]:
    """The text cut at its marks."""
    place = 0
    for match in MARKED.finditer(text):
        if match.start() > place:
            yield Part(words=MARKS.sub("", text[place : match.start()]))
        yield Part(words=match[2], kind="filled" if match[1] == FILLED else "lacking")
        place = match.end()
    if place < len(text):
        yield Part(words=MARKS.sub("", text[place:]))

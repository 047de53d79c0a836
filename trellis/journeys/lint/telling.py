"""A story in a line: each fact with its local time, as somebody at the desk would tell it. Pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact

ARRIVES = {
    "form": "lead arrives by form",
    "call": "lead calls and is answered",
    "missed_call": "lead calls and is missed",
    "message": "lead writes first",
    "referral": "lead is referred",
}


def told(story: Sequence[tuple[datetime, Fact]], zone: str) -> Iterator[str]:
    """The time is said where it changes, the day when it is another, the date when that is more than a week later."""
    before: datetime | None = None
    for at, fact in story:
        local = at.astimezone(ZoneInfo(zone))
        words = in_words(fact) if before else ARRIVES.get(fact.trigger, "lead arrives")
        yield f"{words} {when(local, before)}".rstrip()
        before = local


def when(local: datetime, before: datetime | None) -> str:
    if before is None:
        return f"{local:%a %H:%M}"
    days = (local.date() - before.date()).days
    if days == 0:
        return "" if f"{local:%H:%M}" == f"{before:%H:%M}" else f"{local:%H:%M}"
    return f"{local:%a %H:%M}" if days < 7 else f"{local:%a %b} {local.day} {local:%H:%M}"


def in_words(fact: Fact) -> str:
    say = WORDS.get(type(fact))
    return say(fact) if say else fact.key


WORDS: dict[type[Fact], Callable[[Any], str]] = {
    facts.SignalCaptured: lambda fact: f"they come again by {fact.kind.replace('_', ' ')}",
    facts.MessageReceived: lambda fact: "they write",
    facts.CallAnswered: lambda fact: "we speak by phone",
    facts.CallMissed: lambda fact: "we miss their call",
    facts.CallTried: lambda fact: "we call, nobody picks up",
    facts.MessageHandedOver: lambda fact: "one of us replies",
    facts.AnswerGiven: lambda fact: f"we note {fact.question}: {fact.answer}",
    facts.TaskDone: lambda fact: f"“{fact.title}” is done",
    facts.TaskDue: lambda fact: f"by itself: {fact.title[:1].lower()}{fact.title[1:]}",
    facts.StageChosen: lambda fact: f"moved by hand to {fact.stage}",
}

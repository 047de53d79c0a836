"""Why things happened and why they did not: decisions, messages held back and steps withdrawn, as one list."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from trellis.core.questions import RowsOf
from trellis.events.catalogue import CATALOGUE
from trellis.events.models import Event
from trellis.journeys.models import Decision, Journey, Task
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.sentences import TRIGGER_NOUNS

Shown = Literal["all", "did", "did_not"]
Cursor = tuple[datetime, UUID]
COLUMNS = ("id", "at", "rule", "acted", "says", "titled", "version", "knew", "told")


@dataclass(frozen=True, kw_only=True)
class Happened:
    """The fact that was decided on, in words."""

    key: str
    said: str
    icon: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One thing that was done or not, and why. `version` is 0 where it was not the playbook that decided.

    `world` is what was known and used, as `engine.state.World.record` tells it.
    """

    id: UUID
    at: datetime
    did: bool
    sentence: str
    rule_id: str
    version: int
    world: dict[str, Any]
    happened: Happened | None


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What followed from one fact."""

    at: datetime
    happened: Happened | None
    reasons: list[Reason]


def why(
    journey: Journey,
    document: Document,
    *,
    shown: Shown = "all",
    rules: Collection[str] | None = None,
    before: Cursor | None = None,
    limit: int = 50,
) -> tuple[list[Reason], Cursor | None]:
    """A page of reasons, the newest first, and where the next one begins. One query, whatever there is.

    `rules` asks only for these; `before` is where the page before ended; `document` has the messages' titles.
    """
    asked = [decisions(journey), *([] if shown == "did" else [messages(journey), steps(journey)])]
    if shown != "all":
        asked[0] = asked[0].filter(acted=shown == "did")
    if rules is not None:
        asked = [rows.filter(rule__in=rules) for rows in asked]
    if before:
        asked = [rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1])) for rows in asked]
    first, *others = (rows.values_list(*COLUMNS) for rows in asked)
    found = (first.union(*others, all=True) if others else first).order_by("-at", "-id")[: limit + 1]
    reasons = [reason(row, journey, document) for row in found]
    more = len(reasons) > limit
    page = reasons[:limit]
    return page, (page[-1].at, page[-1].id) if more else None


def decisions(journey: Journey) -> QuerySet[Any]:
    fact = with_name(Event.objects.filter(pk=OuterRef("event_id")))
    return Decision.objects.filter(journey=journey).annotate(
        rule=F("rule_id"),
        acted=F("did"),
        says=F("sentence"),
        titled=Value("", CharField()),
        version=F("playbook_version"),
        knew=F("world"),
        told=RowsOf(fact),
    )


def messages(journey: Journey) -> QuerySet[Any]:
    """Messages that did not go out, but those whose rule said so itself."""
    # As plain text: what is compared with a part of JSON would be read as JSON.
    rule = Cast(KT("payload__rule_id"), CharField())
    told = Event.objects.filter(journey_id=journey.pk, key="message.suppressed").annotate(rule=rule)
    said = Decision.objects.filter(journey=journey, at=OuterRef("at"), rule_id=OuterRef("rule"), did=False)
    return no_decision(told.filter(~Exists(said)), journey, says=KT("payload__reason"), titled=Value("", CharField()))


def steps(journey: Journey) -> QuerySet[Any]:
    """What a rule had planned and did not come to pass."""
    gone = Task.objects.filter(journey=journey, status="cancelled").exclude(rule_id="").exclude(kind="wake")
    gone = gone.exclude(rule_id__startswith="trellis/").annotate(rule=F("rule_id"), at=F("closed_at"))
    return no_decision(gone, journey, says=F("closed_reason"), titled=F("title"))


def no_decision(rows: QuerySet[Any], journey: Journey, **words: Any) -> QuerySet[Any]:
    """As if it had been decided: the fact is that of what else was decided at that instant."""
    same = Decision.objects.filter(journey=journey, at=OuterRef(OuterRef("at"))).values("event_id")
    told: QuerySet[Any] = rows.annotate(
        acted=Value(False, BooleanField()),
        version=Value(0, IntegerField()),
        knew=Value({}, JSONField()),
        told=RowsOf(with_name(Event.objects.filter(pk=Subquery(same[:1])))),
        **words,
    )
    return told


def with_name(facts: QuerySet[Event]) -> QuerySet[Any]:
    return facts.annotate(by_name=F("by__name"))


def reason(row: tuple[Any, ...], journey: Journey, document: Document) -> Reason:
    pk, at, rule, acted, says, titled, version, knew, told = row
    fact = happened(told[0], journey) if told else None
    if not version:
        says = f"{not_done(titled or f'Send {message_of(document, rule)}')}: {says}"
    return Reason(
        id=pk, at=at, did=acted, sentence=says, rule_id=rule or "", version=version, world=knew, happened=fact
    )


def not_done(title: str) -> str:
    """“Still need help?” was not sent; “Call Renee” was withdrawn."""
    if title.startswith(("Send “", "Send a message")):
        message = title.removeprefix("Send ")
        return f"{message[:1].upper()}{message[1:]} was not sent"
    return f"“{title}” was withdrawn"


def message_of(document: Document, rule_id: str) -> str:
    place = document.places.get(rule_id)
    message = document.messages.get(getattr(place.rule, "send", None) or "") if place else None
    return f"“{message.title}”" if message else "a message"


def happened(event: Event, journey: Journey) -> Happened:
    fact = CATALOGUE.get(event.key)
    by_name: str = getattr(event, "by_name", "") or ""
    # A signal that somebody took back in, or wrote down, is still the customer's.
    theirs = bool(fact and fact.from_customer and (not by_name or event.key == "signal.captured"))
    actor = (journey.contact.first_name or "They") if theirs else by_name.partition(" ")[0] or "We"
    fields = {name: "" if value is None else value for name, value in event.payload.items()} | {"actor": actor}
    try:
        said = fact.label.format(**fields) if fact else event.key
    except (KeyError, IndexError):
        said = fact.label.partition("{")[0].strip() if fact else ""
    if event.key == "task.due":
        said = f"“{said}” came due"
    if noun := TRIGGER_NOUNS.get(str(event.payload.get("kind", ""))) if event.key == "signal.captured" else "":
        said = f"{said}: {noun}"
    return Happened(key=event.key, said=said or event.key, icon=fact.icon if fact else "zap", at=event.at)


def moments(reasons: list[Reason]) -> Iterator[Moment]:
    """What was decided at one instant belongs together, under the fact that it was decided on."""
    for at, same in groupby(reasons, key=lambda one: one.at):
        group = list(same)
        fact = next((one.happened for one in group if one.happened), None)
        yield Moment(at=at, happened=fact, reasons=group)

"""Announcing facts: one row each, and whoever subscribed hears of it in the same transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from trellis.core.ids import new_ids
from trellis.core.rows import insert_rows, new_row
from trellis.events.catalogue import Fact
from trellis.events.models import Event
from trellis.team.runs import run_at_work

Subscriber = Callable[[list["Announcement"]], None]
_subscribers: dict[type[Fact], list[Subscriber]] = {}


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """A fact with its circumstances. `by` is a user's id, `rule_id` the rule that did it when no person did."""

    fact: Fact
    at: datetime
    contact_id: UUID | None = None
    journey_id: UUID | None = None
    by: UUID | None = None
    rule_id: str = ""
    id: UUID | None = None


def subscribe(fact: type[Fact], subscriber: Subscriber) -> None:
    """Call `subscriber` with all announcements of `fact` that one `announce` makes. Called from `AppConfig.ready`."""
    _subscribers.setdefault(fact, []).append(subscriber)


def announce(announcements: Sequence[Announcement]) -> list[Event]:
    """Write the events in one statement and call their subscribers, inside the caller's transaction.

    What is told in a step of long work belongs to that.
    """
    # Of an import thousands tell the very same fact.
    payloads: dict[int, dict[str, Any]] = {}
    run = run_at_work()
    events = insert_rows(
        [
            new_row(
                Event,
                id=told.id or made,
                key=told.fact.key,
                at=told.at,
                contact_id=told.contact_id,
                journey_id=told.journey_id,
                by_id=told.by,
                rule_id=told.rule_id,
                run_id=run,
                payload=payloads.get(id(told.fact)) or payloads.setdefault(id(told.fact), told.fact.payload()),
            )
            for told, made in zip(announcements, new_ids(len(announcements)), strict=True)
        ]
    )
    heard: dict[type[Fact], list[Announcement]] = {}
    for told, event in zip(announcements, events, strict=True):
        if type(told.fact) in _subscribers:
            heard.setdefault(type(told.fact), []).append(replace(told, id=event.id))
    for fact, group in heard.items():
        for subscriber in _subscribers[fact]:
            subscriber(group)
    return events

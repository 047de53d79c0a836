"""A signal becomes a journey: it joins or reopens the one it belongs to, else starts one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from trellis.core.refusal import Refused
from trellis.core.rows import find_rows
from trellis.events.catalogue import SignalCaptured
from trellis.journeys.actions import tell
from trellis.journeys.apply import Tell, apply
from trellis.journeys.beginning import new_journey
from trellis.journeys.engine.owners import NobodyCanOwn
from trellis.journeys.models import VOID, Journey
from trellis.journeys.playbook.schema import WON_PHASES
from trellis.journeys.publish import active_playbook, playbook_at, stage_at
from trellis.journeys.undoing import record_start, recording
from trellis.people.models import Contact
from trellis.team.models import User

RECENTLY = timedelta(days=180)


@dataclass(frozen=True, kw_only=True)
class Capture:
    """A signal of a contact, and the playbook that it starts."""

    contact: Contact
    fact: SignalCaptured
    playbook: str
    title: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    by: User | None = None


@dataclass(frozen=True)
class Captured:
    journey: Journey
    started: bool


def capture(
    *,
    contact: Contact,
    fact: SignalCaptured,
    playbook: str,
    at: datetime,
    title: str = "",
    context: dict[str, Any] | None = None,
    by: User | None = None,
) -> Captured:
    """A signal of this contact: it joins or reopens the journey it belongs to, else starts one.

    Where a person let it in (`by`), that is an act of theirs: it can be taken back, and what it sends waits for that.
    """
    signal = Capture(contact=contact, fact=fact, playbook=playbook, title=title, context=context or {}, by=by)
    return capture_all([signal], at=at)[0]


@transaction.atomic(savepoint=False)
def capture_all(signals: Sequence[Capture], *, at: datetime) -> list[Captured]:
    """As `capture`, for several at once; those that start a journey start it together."""
    wait_for_turn([signal.contact for signal in signals])
    captured: dict[int, Captured] = {}
    for some in in_rounds(signals):
        captured |= capture_round(some, at)
    return [captured[id(signal)] for signal in signals]


def in_rounds(signals: Sequence[Capture]) -> list[list[Capture]]:
    """Nobody is in a round twice: a second signal of theirs finds the journey that the first one started."""
    rounds: list[list[Capture]] = []
    before: dict[UUID, int] = defaultdict(int)
    for signal in signals:
        place = before[signal.contact.pk]
        before[signal.contact.pk] += 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(signal)
    return rounds


def capture_round(signals: Sequence[Capture], at: datetime) -> dict[int, Captured]:
    """What became of each, by its identity."""
    captured: dict[int, Captured] = {}
    starting: list[tuple[Journey, Capture]] = []
    earlier = earlier_journeys(signals)
    for signal in signals:
        theirs = earlier[signal.contact.pk, signal.playbook]
        if journey := joined_by(theirs, at):
            with recording(journey, by=signal.by, at=at):
                tell(journey, signal.fact, at=at, by=signal.by)
            captured[id(signal)] = Captured(journey, started=False)
        else:
            journey = journey_for(signal, theirs[:1], at)
            starting.append((journey, signal))
            captured[id(signal)] = Captured(journey, started=True)
    if starting:
        start(starting, at)
    return captured


def earlier_journeys(signals: Sequence[Capture]) -> dict[tuple[UUID, str], list[Journey]]:
    """Those of each contact on each playbook, the newest first. One that was added by mistake never was."""
    contacts, playbooks = ({signal.contact.pk for signal in signals}, {signal.playbook for signal in signals})
    earlier: dict[tuple[UUID, str], list[Journey]] = defaultdict(list)
    for journey in find_rows(Journey, contact=contacts, playbook_key=playbooks):
        if journey.outcome == VOID:
            continue
        journey.stage = stage_at(playbook_at(journey.playbook_id), journey.stage_id)
        earlier[journey.contact_id, journey.playbook_key].append(journey)
    for journeys in earlier.values():
        journeys.sort(key=lambda journey: journey.started_at, reverse=True)
    return earlier


def wait_for_turn(contacts: Sequence[Contact]) -> None:
    """Two signals of one contact, one after the other. SQLite has one writer anyway."""
    if connection.features.has_select_for_update:
        held = Contact.objects.select_for_update(no_key=True).filter(pk__in=[contact.pk for contact in contacts])
        list(held.order_by("pk").values_list("pk", flat=True))


def joined_by(earlier: list[Journey], at: datetime) -> Journey | None:
    """The journey that a new signal belongs to: one on its way, else one that rests or was lost not long ago."""
    for journey in earlier:
        if journey.status == "open" and journey.stage.phase not in WON_PHASES:
            return journey
    for journey in earlier:
        lost = journey.outcome == "lost" and journey.closed_at is not None and journey.closed_at > at - RECENTLY
        if (journey.status == "parked" and journey.stage.phase not in WON_PHASES) or (
            journey.status == "closed" and lost
        ):
            return journey
    return None


def journey_for(signal: Capture, earlier: list[Journey], at: datetime) -> Journey:
    active, fact = active_playbook(signal.playbook), signal.fact
    if active is None:
        raise Refused("unknown_playbook", f"No playbook “{signal.playbook}” is published. Publish it, then try again.")
    return new_journey(
        active,
        signal.contact,
        at=at,
        title=signal.title,
        words=fact.words,
        context=signal.context | {"kind": fact.kind, "channel": fact.channel, "source": fact.source, "page": fact.page},
        continues=earlier[0] if earlier else None,
    )


def start(journeys: Sequence[tuple[Journey, Capture]], at: datetime) -> None:
    tells = [
        Tell(journey_id=journey.pk, fact=signal.fact, by=signal.by.pk if signal.by else None)
        for journey, signal in journeys
    ]
    try:
        apply(tells, at=at, new=[journey for journey, _ in journeys])
    except NobodyCanOwn as error:
        raise Refused("nobody_can_own", f"{error} Invite someone first.") from error
    for journey, signal in journeys:
        if signal.by:
            record_start(journey, by=signal.by, at=at)

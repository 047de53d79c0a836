"""Changing what the business wants to know of a journey: its own fields, with before and after as a fact."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import JourneyChanged
from trellis.journeys.models import Journey
from trellis.people import changing
from trellis.people.changing import fields_named, set_custom, undo_contact_change
from trellis.team.models import Change, User
from trellis.team.undoing import keeping, this


def change_journey(
    journey: Journey, wanted: Mapping[str, Any], *, by: User | None, at: datetime, why: str = ""
) -> Journey:
    """Set fields by `custom.<key>` to a stored value, None for none; what `wanted` does not name stays.

    Owner, stage and deadline are not fields: they follow from acts (see `actions`).
    """
    with keeping(this(journey), by=by, at=at):
        held = Journey.objects.select_for_update().get(pk=journey.pk)
        changes = set_custom(held, wanted, "journey")
        if changes:
            held.save(update_fields=["custom"])
            fact = JourneyChanged(what=fields_named(changes), changes=changes, why=why)
            told = Announcement(
                fact=fact, at=at, contact_id=held.contact_id, journey_id=held.pk, by=by.pk if by else None
            )
            announce([told])
    return held


def undo_journey_change(change: Change, *, by: User, at: datetime) -> None:
    """Take back what they changed of journeys, people and companies."""
    with transaction.atomic():
        undo_contact_change(change, by=by, at=at)
        _tell_of_journeys(change.rows, by, at)


def undo_announced(rows: Iterable[Mapping[str, Any]], *, by: User, at: datetime) -> None:
    """Say of every journey, person and company whose rows were brought back that a change was taken back."""
    rows = list(rows)
    changing.undo_announced(rows, by=by, at=at)
    _tell_of_journeys(rows, by, at)


def _tell_of_journeys(rows: Iterable[Mapping[str, Any]], by: User, at: datetime) -> None:
    fact = JourneyChanged(what="it back to how it was", changes={})
    ids = [row["id"] for row in rows if row["table"] == "journeys.journey"]
    journeys = Journey.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "contact")
    announce([Announcement(fact=fact, at=at, contact_id=contact, journey_id=pk, by=by.pk) for pk, contact in journeys])

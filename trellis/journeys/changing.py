"""Changing what is known of a journey: what it is about and worth, and the fields of the business, as one fact."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from trellis.core.refusal import Refused
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import JourneyChanged
from trellis.journeys.models import Journey
from trellis.people import changing
from trellis.people.changing import fields_named, set_custom, set_plain, undo_contact_change
from trellis.people.custom_values import as_text
from trellis.people.models import CustomField, FieldKind
from trellis.team.models import Change, User
from trellis.team.undoing import keeping, this

PLAIN = {"title": "title"}
# What it is worth is typed as a field of the business is, and kept in columns: the board adds it up.
VALUE = CustomField(noun="journey", key="value", label="Value", kind=FieldKind.MONEY)
# More is a slip of the keyboard; thousands of these can still be added up.
MOST = 10**15


def change_journey(
    journey: Journey, wanted: Mapping[str, Any], *, by: User | None, at: datetime, why: str = ""
) -> Journey:
    """Set fields; what `wanted` does not name stays.

    `title`: text. `value`: what it is worth, `{"minor": 1250, "currency": "USD"}`, None where nobody knows.
    `custom.<key>`: a stored value, None for none. Owner, stage and deadline are not fields: they follow from acts (see
    `actions`).
    """
    with keeping(this(journey), by=by, at=at):
        held = Journey.objects.select_for_update().get(pk=journey.pk)
        changes = set_plain(held, wanted, PLAIN) | _set_value(held, wanted) | set_custom(held, wanted, "journey")
        if changes:
            held.save(update_fields=[*PLAIN, "value_minor", "currency", "custom"])
            fact = JourneyChanged(what=fields_named(changes), changes=changes, why=why)
            told = Announcement(
                fact=fact, at=at, contact_id=held.contact_id, journey_id=held.pk, by=by.pk if by else None
            )
            announce([told])
    return held


def value_of(journey: Journey) -> dict[str, Any] | None:
    """As a field of the kind money stores it."""
    return None if journey.value_minor is None else {"minor": journey.value_minor, "currency": journey.currency}


def _set_value(journey: Journey, wanted: Mapping[str, Any]) -> dict[str, list[str]]:
    before, after = value_of(journey), wanted.get("value")
    if "value" not in wanted or before == after:
        return {}
    if after and not 0 <= after["minor"] <= MOST:
        raise Refused("bad_value", "A lead is worth nothing or more: write an amount such as 1,250.")
    journey.value_minor, journey.currency = (after["minor"], after["currency"]) if after else (None, "")
    return {"value": [as_text("money", before), as_text("money", after)]}


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

"""What can be done to many records at once: each act on one record, and how it is taken back.

An act is given a record, what the person said, and who and when; what it writes it tells by the rows it touches.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trellis.core.refusal import Refused
from trellis.journeys.actions import assign_journey, move_journey
from trellis.journeys.models import Act, Journey
from trellis.journeys.undoing import undo_act
from trellis.people.actions import add_tags, remove_tags
from trellis.people.changing import change_company, change_contact, undo_announced
from trellis.people.models import Company, Contact
from trellis.team.models import User
from trellis.team.undoing import bring_back_what_stands, differences, read_rows, this

# Does it to one record, and says what it changed: rows as a `Change` has them, or the act of a journey.
Do = Callable[[Any, Any, User, datetime], list[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """`asks` names the form field that it needs: field, tags, owner or stage."""

    key: str
    label: str
    icon: str
    button: str
    asks: str
    do: Do
    said: str
    fields: Mapping[str, Any] = field(default_factory=dict)


def tag(contact: Contact, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    before = read_rows(contact.contact_tags)
    add_tags(contact, told["tags"], by=by, at=at)
    return differences(before, contact.contact_tags)


def untag(contact: Contact, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    before = read_rows(contact.contact_tags)
    remove_tags(contact, told["tags"], by=by, at=at)
    return differences(before, contact.contact_tags)


def set_field(record: Contact | Company, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    before = read_rows(this(record))
    if isinstance(record, Contact):
        change_contact(record, {told["field"]: told["value"]}, by=by, at=at, why=told["why"])
    else:
        change_company(record, {told["field"]: told["value"]}, by=by, at=at, why=told["why"])
    return differences(before, this(record))


def assign(journey: Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    owner = User.objects.get(pk=told["owner"])
    if journey.owner_id == owner.pk or journey.status == "closed":
        return []
    assign_journey(journey, owner=owner, by=by, at=at)
    return act_of(journey, by, at)


def move(journey: Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    if journey.stage.key == told["stage"] or journey.status != "open":
        return []
    move_journey(journey, stage=told["stage"], by=by, at=at)
    return act_of(journey, by, at)


def act_of(journey: Journey, by: User, at: datetime) -> list[dict[str, Any]]:
    acts = Act.objects.filter(journey=journey, by=by, at=at).values_list("pk", flat=True)
    return [{"act": str(pk)} for pk in acts]


def take_back(rows: Sequence[Mapping[str, Any]], *, by: User, at: datetime) -> int:
    """What a part of a run did; how many records somebody changed since, which stay as they are."""
    acts = [row["act"] for row in rows if "act" in row]
    plain = [dict(row) for row in rows if "act" not in row]
    left = bring_back_what_stands(plain)
    undo_announced(plain, by=by, at=at)
    for pk in acts:
        act = Act.objects.filter(pk=pk).first()
        try:
            if act is None:
                raise Refused("changed_since", "")
            undo_act(act, by=by, at=at)
        except Refused:
            left += 1
    return left


TAG = BulkAct(key="tag", label="Tag", icon="tag", button="Tag them", asks="tags", do=tag, said="tagged")
UNTAG = BulkAct(key="untag", label="Untag", icon="tags", button="Untag them", asks="tags", do=untag, said="untagged")
SET = BulkAct(
    key="set", label="Change a field", icon="pencil", button="Change them", asks="field", do=set_field, said="changed"
)
ASSIGN = BulkAct(
    key="assign",
    label="Assign",
    icon="user-round-check",
    button="Assign them",
    asks="owner",
    do=assign,
    said="assigned",
)
MOVE = BulkAct(key="move", label="Move", icon="milestone", button="Move them", asks="stage", do=move, said="moved")
ACTS: Mapping[str, tuple[BulkAct, ...]] = {
    "contacts": (TAG, UNTAG, SET),
    "companies": (SET,),
    "leads": (ASSIGN, MOVE),
}


def acts_of(listing: str) -> tuple[BulkAct, ...]:
    return ACTS.get(listing, ())


def act_named(listing: str, key: str) -> BulkAct | None:
    return next((act for act in acts_of(listing) if act.key == key), None)

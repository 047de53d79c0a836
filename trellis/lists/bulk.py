"""What can be done to many records at once: each act on one record, and how it is taken back.

An act is given a record, what the person said, and who and when; what it writes it tells by the rows it touches.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from trellis.core.refusal import Refused
from trellis.journeys.actions import assign_journey, close_journey, move_journey, park_journey
from trellis.journeys.changing import change_journey, undo_announced
from trellis.journeys.models import Act, Journey
from trellis.journeys.undoing import undo_act
from trellis.lists.listing import Listing
from trellis.people.actions import add_tags, hold_to_tag, remove_tags
from trellis.people.changing import change_company, change_contact
from trellis.people.fields import Field
from trellis.people.models import Company, Contact
from trellis.team.models import User
from trellis.team.undoing import bring_back_what_stands, differences, read_rows, this

# Does it to one record, and says what it changed: rows as a `Change` has them, or the act of a journey.
Do = Callable[[Any, Any, User, datetime], list[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """`asks` names what it needs to know: field, tags, owner, stage, rest or ending."""

    key: str
    label: str
    icon: str
    button: str
    asks: str
    do: Do
    said: str
    fields: Mapping[str, Any] = field(default_factory=dict)


def tag(contact: Contact, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    hold_to_tag(contact)
    before = read_rows(contact.contact_tags)
    add_tags(contact, told["tags"], by=by, at=at)
    return differences(before, contact.contact_tags)


def untag(contact: Contact, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    hold_to_tag(contact)
    before = read_rows(contact.contact_tags)
    remove_tags(contact, told["tags"], by=by, at=at)
    return differences(before, contact.contact_tags)


def set_field(record: Contact | Company | Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    before = read_rows(this(record))
    wanted = {told["field"]: told["value"]}
    if isinstance(record, Contact):
        change_contact(record, wanted, by=by, at=at, why=told["why"])
    elif isinstance(record, Journey):
        change_journey(record, wanted, by=by, at=at, why=told["why"])
    else:
        change_company(record, wanted, by=by, at=at, why=told["why"])
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


def park(journey: Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    if journey.status != "open":
        return []
    park_journey(journey, until=at + timedelta(weeks=int(told["weeks"])), reason=told["reason"], by=by, at=at)
    return act_of(journey, by, at)


def close(journey: Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    if journey.status == "closed":
        return []
    close_journey(journey, outcome=told["outcome"], reason=told["reason"], by=by, at=at)
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
PARK = BulkAct(key="park", label="Park", icon="moon", button="Park them", asks="rest", do=park, said="parked")
CLOSE = BulkAct(key="close", label="Close", icon="archive", button="Close them", asks="ending", do=close, said="closed")
ACTS: Mapping[str, tuple[BulkAct, ...]] = {
    "contacts": (TAG, UNTAG, SET),
    "companies": (SET,),
    "leads": (ASSIGN, MOVE, PARK, CLOSE, SET),
}


def acts_of(listing: Listing, fields: Mapping[str, Field]) -> list[BulkAct]:
    """Those that a list offers; changing a field only where one can be changed."""
    has_fields = any(can_set(name, field, listing) for name, field in fields.items())
    return [act for act in ACTS.get(listing.key, ()) if act.asks != "field" or has_fields]


ALONE = ("name", "email", "phone", "tags", "title")


def can_set(name: str, field: Field, listing: Listing) -> bool:
    """Names, titles and addresses are nobody else's: they are set one by one."""
    return bool(field.typed) or (name in listing.changeable and name not in ALONE)


def act_named(listing: str, key: str) -> BulkAct | None:
    return next((act for act in ACTS.get(listing, ()) if act.key == key), None)

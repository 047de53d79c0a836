"""What can be done to many records at once, and how it is taken back.

An act is given a record, what the person said, and who and when; what it writes it tells by the rows it touches.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from trellis.core.refusal import Refused
from trellis.journeys.changing import undo_announced
from trellis.journeys.models import Act
from trellis.journeys.undoing import undo_act
from trellis.lists.acts import (
    assign,
    assign_leads,
    close,
    done,
    move,
    not_a_persons,
    park,
    set_field,
    snooze,
    tag,
    untag,
    without_leads,
)
from trellis.lists.listing import Listing
from trellis.lists.queries.counting import Count
from trellis.people.fields import Field
from trellis.team.models import User
from trellis.team.permissions import may
from trellis.team.undoing import bring_back_what_stands

# Does it to one record, and says what it changed: rows as a `Change` has them, or the act of a journey.
Do = Callable[[Any, Any, User, datetime], list[dict[str, Any]]]
# How many of these it leaves as they are.
Left = Callable[[QuerySet[Any], User], int]
MOST_LOOKED_AT = 500
KEPT = "What they were before is kept: it can be taken back as a whole."


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """`asks` names what it needs to know: field, tags, owner, stage, rest, ending, then or moment.

    Where it leaves some as they are, `left` counts them before, and `leaves` says which. `noun` is what it changes,
    where that is not what the list shows: then `verb` says to `Listing.rows` which are meant.
    """

    key: str
    label: str
    icon: str
    button: str
    asks: str
    do: Do
    said: str
    text: str = KEPT
    left: Left | None = None
    leaves: str = ""
    noun: str = ""
    verb: str = "change"

    def noun_in(self, listing: Listing) -> str:
        """Whose right it takes."""
        return self.noun or listing.noun


def those(**where: Any) -> Left:
    """Leaves the rows of which this is true."""
    return lambda rows, by: rows.filter(**where).count()


def take_back(rows: Sequence[Mapping[str, Any]], *, by: User, at: datetime) -> int:
    """What a part of a run did; how many records somebody changed since, which stay as they are."""
    acts = dict.fromkeys(row["act"] for row in rows if "act" in row)
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
    left=those(status="closed"),
    leaves="it is closed",
)
MOVE = BulkAct(
    key="move",
    label="Move",
    icon="milestone",
    button="Move them",
    asks="stage",
    do=move,
    said="moved",
    left=those(status__in=["parked", "closed"]),
    leaves="it is parked or closed",
)
PARK = BulkAct(
    key="park",
    label="Park",
    icon="moon",
    button="Park them",
    asks="rest",
    do=park,
    said="parked",
    left=those(status__in=["parked", "closed"]),
    leaves="it is parked or closed",
)
CLOSE = BulkAct(
    key="close",
    label="Close",
    icon="archive",
    button="Close them",
    asks="ending",
    do=close,
    said="closed",
    left=those(status="closed"),
    leaves="it is closed",
)
ASSIGN_LEADS_OF_STEPS = replace(
    ASSIGN,
    text=f"The lead of each goes to them, with all its steps. {KEPT}",
    left=those(journey__status="closed"),
    leaves="its lead is closed",
)
ASSIGN_LEADS_OF_CONTACTS = replace(
    ASSIGN,
    do=assign_leads,
    text=f"What is open with each of them goes to this colleague. {KEPT}",
    left=without_leads,
    leaves="no lead of theirs is open that is yours to change",
    noun="journey",
    verb="assign",
)
TAG_CONTACTS_OF_LEADS = replace(TAG, text=f"The contact of each is tagged. {KEPT}", noun="contact", verb="tag")
UNTAG_CONTACTS_OF_LEADS = replace(UNTAG, text=f"The contact of each is untagged. {KEPT}", noun="contact", verb="tag")
NOT_A_PERSONS = "Trellis does it by itself, it is closed, or it is an offer to be answered"
DONE = BulkAct(
    key="done",
    label="Done",
    icon="check",
    button="Done",
    asks="then",
    do=done,
    said="done",
    text=f"Where no rule plans what comes after, this is planned; left empty, those steps stay open. {KEPT}",
    left=not_a_persons,
    leaves=NOT_A_PERSONS,
)
SNOOZE = BulkAct(
    key="snooze",
    label="Snooze",
    icon="alarm-clock",
    button="Snooze them",
    asks="moment",
    do=snooze,
    said="snoozed",
    text=f"They are due at this time instead. The customers are not told. {KEPT}",
    left=not_a_persons,
    leaves=NOT_A_PERSONS,
)
ACTS: Mapping[str, tuple[BulkAct, ...]] = {
    "contacts": (TAG, UNTAG, ASSIGN_LEADS_OF_CONTACTS, SET),
    "companies": (SET,),
    "leads": (ASSIGN, MOVE, PARK, CLOSE, TAG_CONTACTS_OF_LEADS, UNTAG_CONTACTS_OF_LEADS, SET),
    "steps": (DONE, ASSIGN_LEADS_OF_STEPS, SNOOZE),
}


def acts_of(listing: Listing, fields: Mapping[str, Field], who: Any) -> list[BulkAct]:
    """Those that a list offers to whoever may; changing a field only where one can be changed."""
    has_fields = any(can_set(name, field, listing) for name, field in fields.items())
    offered = [act for act in ACTS.get(listing.key, ()) if act.asks != "field" or has_fields]
    return [act for act in offered if may(who, "change", act.noun_in(listing))]


def left_of(act: BulkAct, rows: QuerySet[Any], found: Count, by: User) -> int | None:
    """How many of these it would leave as they are; None where they are too many to look at each."""
    if act.left is None:
        return 0
    return act.left(rows, by) if found.is_exact and found.number <= MOST_LOOKED_AT else None


ALONE = ("name", "email", "phone", "tags", "title")


def can_set(name: str, field: Field, listing: Listing) -> bool:
    """Names, titles and addresses are nobody else's: they are set one by one."""
    return bool(field.typed) or (name in listing.changeable and name not in ALONE)


def act_named(listing: str, key: str) -> BulkAct | None:
    return next((act for act in ACTS.get(listing, ()) if act.key == key), None)

"""Making two contacts one: all that belongs to the other goes over to the survivor, and is remembered by id."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery

from trellis.core.refusal import Refused
from trellis.core.rows import insert_rows
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import ContactsMerged
from trellis.people.models import (
    BlockKey,
    Consent,
    Contact,
    ContactPoint,
    ContactTag,
    Merge,
    PossibleDuplicate,
)
from trellis.people.queries import contact_now
from trellis.people.tracing import Pointer, is_counted, pointers
from trellis.team.models import User
from trellis.team.undoing import Columns, columns_of, difference, key_of

# What a person picks from either side; what is not picked stays with the survivor, unless only the other knows it.
FIELDS = ("name", "company", "job_title", "place", "address", "language", "time_zone")
SURVIVOR, OTHER = "survivor", "other"
SOURCE = "merged contacts"
# The ids of the rows that went over, by table and column.
Moved = dict[str, list[str]]


class ChangedSince(Refused):
    """One of them is no longer as the person saw them. `sentences` say what is different."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("changed_since", f"{' '.join(sentences)} Look again before you merge them.")
        self.sentences = sentences


@transaction.atomic
def merge_contacts(
    survivor: Contact,
    other: Contact,
    *,
    fields: Mapping[Any, str] | None = None,
    seen: Mapping[str, Any] | None = None,
    by: User | None,
    at: datetime,
) -> Merge:
    """Merge `other` into `survivor`. `fields` says "other" for each field, or `custom.<key>`, that is taken from there.

    `seen` is what `appearance` said of both when the person decided; where that is not so any more, it is refused.
    """
    survivor, other = lock_both(survivor, other)
    require_mergeable(survivor, other)
    if seen is not None:
        require_unchanged(seen, survivor, other)
    lock_rows(other)
    merge = Merge(survivor=survivor, other=other, by=by, at=at)
    before = standing(survivor, other)
    added = settle_consents(survivor, other, at)
    merge.moved = move_everything(survivor, other)
    settle_points(survivor, other, merge.moved)
    settle_tags(survivor, other, merge.moved)
    settle_pairs(survivor, other, merge.moved, by=by, at=at)
    write_fields(survivor, other, fields or {}, at)
    BlockKey.objects.filter(contact__in=[survivor, other]).delete()
    merge.changed, merge.added = differences(before, standing(survivor, other), merge.moved), added
    merge.save(force_insert=True)
    fact = ContactsMerged(merge_id=str(merge.pk), other_id=str(other.pk), other_name=other.name or "somebody unnamed")
    announce([Announcement(fact=fact, at=at, contact_id=survivor.pk, by=by.pk if by else None)])
    return merge


def lock_both(survivor: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Held in the order of their ids. Rows about them may still be written meanwhile: see `jobs.gather_stragglers`."""
    wanted = Contact.objects.select_for_update(no_key=True).filter(pk__in=[survivor.pk, other.pk]).order_by("pk")
    found = {contact.pk: contact for contact in wanted}
    return found[survivor.pk], found[other.pk]


def hold_now(contact_id: UUID) -> Contact | None:
    """As `contact_now`, held until the transaction ends: whoever merges them meanwhile waits, or was waited for.

    Held entirely from the start: to ask for more later could wait for somebody who waits for us.
    """
    while now := contact_now(contact_id):
        held: Contact | None = Contact.objects.select_for_update().filter(pk=now.pk, merged_into=None).first()
        if held and (held.pk == contact_id or contact_now(contact_id) == held):
            return held
    return None


def require_mergeable(survivor: Contact, other: Contact) -> None:
    if survivor.pk == other.pk:
        raise Refused("same_contact", "This is one contact already.")
    for contact in (survivor, other):
        name = contact.name or "One of them"
        if contact.merged_into_id:
            raise Refused("merged_already", f"{name} was merged with somebody already. Look again.")
        if contact.taken_back_at:
            raise Refused("taken_back", f"{name} was added by mistake and taken back.")
    if (survivor.sampled_at is None) != (other.sampled_at is None):
        raise Refused("sample", "One of them belongs to the sample and goes with it. Keep them apart.")


def appearance(contact: Contact) -> dict[str, Any]:
    """What a person who merges looks at, as JSON types."""
    points = sorted(contact.points.all(), key=lambda point: (point.kind, point.value))
    told = {name: str(getattr(contact, name) or "") for name in FIELDS if name != "company"}
    told |= {"company": str(contact.company_id or "")}
    return told | {"points": [point.value for point in points], "custom": contact.custom}


def require_unchanged(seen: Mapping[str, Any], *contacts: Contact) -> None:
    """`seen` has the appearance of each by id."""
    sentences = []
    for contact in contacts:
        was, now = seen.get(str(contact.pk)) or {}, appearance(contact)
        changed = [name.replace("_", " ") for name in now if was.get(name) != now[name]]
        if changed:
            what = " and ".join(changed).replace("points", "addresses").replace("custom", "your own fields")
            sentences.append(f"{contact.name or 'One of them'} changed since you opened this page: {what}.")
    if sentences:
        raise ChangedSince(sentences)


def lock_rows(other: Contact) -> None:
    """Whoever works on a journey of theirs is waited for, so that all it writes is there to be moved."""
    for pointer in pointers():
        if is_counted(pointer):
            rows = pointer.of(other).order_by("pk").select_for_update(no_key=True)
            list(rows.values_list("pk", flat=True))


def foresee_merge(*contacts: Contact) -> dict[UUID, dict[str, int]]:
    """How much of each would go over, by the plural of what it is: {"journeys": 1, "messages": 3}. One query."""
    counted = [one for one in (*pointers(), Pointer(ContactPoint, "contact_id")) if is_counted(one)]
    names = {f"count_{number}": str(one.model._meta.verbose_name_plural) for number, one in enumerate(counted)}
    counts = {name: count_of(pointer) for name, pointer in zip(names, counted, strict=True)}
    found = Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).annotate(**counts)
    return {row["pk"]: {names[name]: row[name] for name in names if row[name]} for row in found.values("pk", *names)}


def count_of(pointer: Pointer) -> Subquery:
    theirs = pointer.rows(**{pointer.column: OuterRef("pk")}).order_by().values(pointer.column)
    return Subquery(theirs.annotate(rows=Count("pk")).values("rows"), output_field=models.IntegerField())


def move_everything(survivor: Contact, other: Contact) -> Moved:
    """Re-point all that needs no thought, in every room; the ids of the rows."""
    return {pointer.name: ids for pointer in pointers() if (ids := move(pointer, pointer.of(other), survivor))}


def move(pointer: Pointer, rows: Iterable[models.Model], to: Contact) -> list[str]:
    ids = [row.pk for row in rows]
    if ids:
        for start in range(0, len(ids), 500):
            pointer.rows(pk__in=ids[start : start + 500]).update(**{pointer.column: to.pk})
    return [str(pk) for pk in ids]


def settle_points(survivor: Contact, other: Contact, moved: Moved) -> None:
    """All addresses of both. One that both have stays where it is twice, held by the survivor if either held it."""
    ours = {(point.kind, point.value): point for point in survivor.points.all()}
    theirs = list(ContactPoint.objects.filter(contact=other))
    for point in theirs:
        twin = ours.get((point.kind, point.value))
        if twin and point.held_at:
            held_at, point.held_at = point.held_at, None
            point.save(update_fields=["held_at"])
            twin.held_at = held_at
            twin.save(update_fields=["held_at"])
    alone = [point for point in theirs if (point.kind, point.value) not in ours]
    note(moved, Pointer(ContactPoint, "contact_id"), alone, survivor)


def settle_tags(survivor: Contact, other: Contact, moved: Moved) -> None:
    worn = set(survivor.contact_tags.values_list("tag", flat=True))
    new = ContactTag.objects.filter(contact=other).exclude(tag__in=worn)
    note(moved, Pointer(ContactTag, "contact_id"), new, survivor)


def settle_pairs(survivor: Contact, other: Contact, moved: Moved, *, by: User | None, at: datetime) -> None:
    """They are no longer two; who may be the other may be the survivor now, unless that is said already."""
    both = {survivor.pk, other.pk}
    known = {partner(pair, survivor) for pair in pairs_of(survivor)}
    for pair in pairs_of(other):
        if partner(pair, other) in known | both:
            if pair.settled_at is None:
                pair.settled_at, pair.settled_by, pair.settled_how = at, by, "merged"
                pair.save(update_fields=["settled_at", "settled_by", "settled_how"])
        else:
            column = "contact_id" if pair.contact_id == other.pk else "other_id"
            note(moved, Pointer(PossibleDuplicate, column), [pair], survivor)


def pairs_of(contact: Contact) -> list[PossibleDuplicate]:
    return list(PossibleDuplicate.objects.filter(Q(contact=contact) | Q(other=contact)))


def partner(pair: PossibleDuplicate, contact: Contact) -> UUID:
    return pair.other_id if pair.contact_id == contact.pk else pair.contact_id


def note(moved: Moved, pointer: Pointer, rows: Iterable[models.Model], to: Contact) -> None:
    if ids := move(pointer, rows, to):
        moved.setdefault(pointer.name, []).extend(ids)


def settle_consents(survivor: Contact, other: Contact, at: datetime) -> Moved:
    """The stricter word of both holds: where one of them said no last, that is said once more."""
    last: dict[UUID, dict[tuple[str, str], Consent]] = {survivor.pk: {}, other.pk: {}}
    for consent in Consent.objects.filter(contact__in=last).order_by("at", "id"):
        last[consent.contact_id][consent.channel, consent.purpose] = consent
    ours, theirs = last.values()
    said: list[Consent] = []
    for about in dict.fromkeys((*ours, *theirs)):
        words = [word for word in (ours.get(about), theirs.get(about)) if word]
        if len(words) == 2 and words[0].granted != words[1].granted:
            stop = next(word for word in words if not word.granted)
            newest = max(word.at for word in words)
            said.append(
                Consent(
                    contact=survivor,
                    channel=about[0],
                    purpose=about[1],
                    granted=False,
                    source=f"{SOURCE}: {stop.source}"[:80],
                    at=max(at, newest),
                )
            )
    insert_rows(said)
    return {Consent._meta.label_lower: [str(consent.pk) for consent in said]} if said else {}


def write_fields(survivor: Contact, other: Contact, fields: Mapping[str, str], at: datetime) -> None:
    for name in FIELDS:
        attribute = "company_id" if name == "company" else name
        picked = fields.get(name, SURVIVOR)
        if picked == OTHER or not getattr(survivor, attribute):
            setattr(survivor, attribute, getattr(other, attribute))
    taken = {key: value for key, value in other.custom.items() if fields.get(f"custom.{key}") == OTHER}
    survivor.custom = other.custom | survivor.custom | taken
    survivor.first_touch, survivor.last_touch = touches_of(survivor, other)
    survivor.created_at = min(survivor.created_at, other.created_at)
    heard = [contact.heard_at for contact in (survivor, other) if contact.heard_at]
    survivor.heard_at = max(heard, default=None)
    survivor.save()
    other.merged_into, other.taken_back_at = survivor, at
    other.save(update_fields=["merged_into", "taken_back_at"])


def touches_of(survivor: Contact, other: Contact) -> tuple[dict[str, Any], dict[str, Any]]:
    """Where they came from the first time, and the last time, of both."""
    first = min(
        (survivor, other), key=lambda one: (not one.first_touch, str(one.first_touch.get("at", "")), one.created_at)
    )
    last = max((survivor, other), key=lambda one: (bool(one.last_touch), str(one.last_touch.get("at", ""))))
    return first.first_touch, last.last_touch


def standing(survivor: Contact, other: Contact) -> dict[tuple[str, str], Columns]:
    """The rows that a merge may write otherwise than by re-pointing them."""
    both = [survivor, other]
    rows: list[models.Model] = [
        *Contact.objects.filter(pk__in=[survivor.pk, other.pk]),
        *ContactPoint.objects.filter(contact__in=both),
        *PossibleDuplicate.objects.filter(Q(contact__in=both) | Q(other__in=both)),
    ]
    return {key_of(row): columns_of(row) for row in rows}


def differences(
    before: Mapping[tuple[str, str], Columns], after: Mapping[tuple[str, str], Columns], moved: Moved
) -> list[dict[str, Any]]:
    """What was written, without what was only re-pointed."""
    gone_over = {(name.rpartition(".")[0], pk): name.rpartition(".")[2] for name, ids in moved.items() for pk in ids}
    found = []
    for key in before:
        row = difference(key, before[key], after.get(key))
        for side in (row["before"], row["after"]):
            (side or {}).pop(gone_over.get(key, ""), None)
        if row["before"]:
            found.append(row)
    return found

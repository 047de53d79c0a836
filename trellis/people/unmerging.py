"""Parting two contacts that were merged: each row goes back where it was; what came after stays with the survivor."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction

from trellis.core.refusal import Refused
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import ContactsParted
from trellis.people.merging import lock_both
from trellis.people.models import BlockKey, Contact, Merge
from trellis.people.tracing import Pointer, pointers
from trellis.team.models import User
from trellis.team.undoing import columns_of, values_of

TAKEN = "Somebody else has one of their addresses by now, so they cannot be parted again. Change it by hand."
Moved = dict[str, list[str]]


@transaction.atomic
def unmerge(merge: Merge, *, by: User, at: datetime) -> Contact:
    """Bring both back as they stood. Answers the contact that is there again."""
    survivor, other = lock_both(merge.survivor, merge.other)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    require_partable(merge, survivor, other)
    gone_along = followers(merge)
    try:
        with transaction.atomic():
            remove_added(merge.added)
            send_back(merge, merge.moved)
            send_back(merge, gone_along)
            restore(merge.changed)
    except IntegrityError as error:
        raise Refused("used_since", TAKEN) from error
    BlockKey.objects.filter(contact__in=[survivor, other]).delete()
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    fact = ContactsParted(other_id=str(other.pk), other_name=other.name or "somebody unnamed")
    announce([Announcement(fact=fact, at=at, contact_id=survivor.pk, by=by.pk)])
    other.refresh_from_db()
    return other


def require_partable(merge: Merge, survivor: Contact, other: Contact) -> None:
    if merge.undone_at:
        raise Refused("undone_already", "That was taken back already.")
    name = survivor.name or "The one who stayed"
    if survivor.merged_into_id:
        raise Refused("merged_since", f"{name} was merged into somebody else since then. Take that back first.")
    later = Merge.objects.filter(survivor=survivor, undone_at=None, at__gt=merge.at).select_related("other").first()
    if later:
        raise Refused(
            "merged_since", f"{later.other.name or 'Somebody'} was merged into {name} since then. Take that back first."
        )
    if other.merged_into_id != survivor.pk:
        raise Refused("changed_since", "They are two already. Look again.")


def followers(merge: Merge) -> Moved:
    """What came after and hangs on a journey or a conversation that goes back: it goes along."""
    gone = {name.rpartition(".")[0]: ids for name, ids in merge.moved.items()}
    found: Moved = {}
    for pointer in pointers():
        known = set(merge.moved.get(pointer.name, ()))
        for column, ids in parents(pointer, gone):
            for start in range(0, len(ids), 500):
                here = pointer.of(merge.survivor).filter(**{f"{column}__in": ids[start : start + 500]})
                new = {str(pk) for pk in here.values_list("pk", flat=True)} - known
                if new:
                    found.setdefault(pointer.name, []).extend(sorted(new))
                    known |= new
    return found


def parents(pointer: Pointer, gone: Moved) -> Iterable[tuple[str, list[str]]]:
    """The columns by which a row hangs on another that belongs to a contact, and the ids of those that go back."""
    for field in pointer.model._meta.concrete_fields:
        related: Any = field.related_model if field.is_relation else None
        if related is not None and related is not Contact and related._meta.label_lower in gone:
            yield field.attname, gone[related._meta.label_lower]
        elif not field.is_relation and field.attname == "journey_id":
            yield field.attname, next((ids for table, ids in gone.items() if table.endswith(".journey")), [])


def remove_added(added: Moved) -> None:
    for table, ids in added.items():
        apps.get_model(table)._base_manager.filter(pk__in=ids).delete()


def send_back(merge: Merge, moved: Moved) -> None:
    """Whatever still is with the survivor; what was erased since, or went elsewhere, is let be."""
    for name, ids in moved.items():
        table, _, column = name.rpartition(".")
        pointer = Pointer(apps.get_model(table), column)
        for start in range(0, len(ids), 500):
            here = pointer.rows(pk__in=ids[start : start + 500], **{column: merge.survivor_id})
            here.update(**{column: merge.other_id})


def restore(changed: list[dict[str, Any]]) -> None:
    """Each column that is as the merge left it. First those who give an address up, then those who get it."""
    for row in sorted(changed, key=lambda row: row["before"].get("held_at") is not None):
        model: type[models.Model] = apps.get_model(row["table"])
        now = model._base_manager.filter(pk=UUID(row["id"])).first()
        if now is not None:
            stands = columns_of(now)
            back = {name: old for name, old in row["before"].items() if stands.get(name) == row["after"][name]}
            if back:
                model._base_manager.filter(pk=now.pk).update(**values_of(model, back))

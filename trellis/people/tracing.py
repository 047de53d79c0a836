"""Every column, in whatever room, that says whose a row is: found by looking, so that none is forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from trellis.people.duplicates import BlockKey, Merge, PossibleDuplicate
from trellis.people.models import Consent, Contact, ContactPoint, ContactTag, Erasure, SegmentMember

# What a merge treats in a way of its own, or what says nothing of whose a row is.
OWN_WAY: frozenset[type[models.Model]] = frozenset(
    (BlockKey, ContactPoint, ContactTag, Erasure, Merge, PossibleDuplicate, SegmentMember)
)
PLAIN_ID = "contact_id"


@dataclass(frozen=True)
class Pointer:
    """A column with the id of a contact. `name` is how it is kept: people.consent.contact_id."""

    model: type[models.Model]
    column: str

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column}"

    def rows(self, **among: Any) -> QuerySet[Any]:
        return self.model._base_manager.filter(**among)

    def of(self, contact: Contact) -> QuerySet[Any]:
        return self.rows(**{self.column: contact.pk})


@cache
def pointers() -> tuple[Pointer, ...]:
    """All of them, those that a merge moves as they are."""
    return tuple(pointer for pointer in all_pointers() if pointer.model not in OWN_WAY)


def all_pointers() -> Iterator[Pointer]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if points_at_a_contact(field):
                yield Pointer(model, field.attname)


def points_at_a_contact(field: Any) -> bool:
    """A foreign key, or the plain id by which lower rooms keep it."""
    if field.is_relation:
        return field.related_model is Contact
    return isinstance(field, models.UUIDField) and field.attname == PLAIN_ID


def is_counted(pointer: Pointer) -> bool:
    """Whether a person who is about to merge wants to know how many there are: what a contact names as theirs."""
    field: Any = pointer.model._meta.get_field(pointer.column.removesuffix("_id")) if is_key(pointer) else None
    return field is not None and not field.remote_field.hidden and pointer.model is not Consent


def is_key(pointer: Pointer) -> bool:
    return pointer.model._meta.get_field(pointer.column).is_relation

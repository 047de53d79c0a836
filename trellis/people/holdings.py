"""What every room holds about a person: told in a full copy, and blanked or removed when they are erased.

A room registers each table once, with the columns that say who somebody is. A test walks all tables, so that none is
forgotten: one with a column that points at a contact, and every column of text in a table that is held.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q, QuerySet

from trellis.core.condition_query import has_part
from trellis.core.text import alike, fold
from trellis.people.few import digits_in
from trellis.people.models import Contact, ContactPoint, PointKind
from trellis.people.phones import written_anyhow
from trellis.team.models import User

ERASED = "Erased"
AT_A_TIME = 500


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom it is about: a contact with those who were merged into it. `by` and `at` erase them."""

    contact: Contact
    by: User | None
    at: datetime

    @cached_property
    def _named(self) -> dict[UUID, str]:
        """What they are called, by the id of each contact that they are."""
        found = {self.contact.pk: self.contact.name}
        while more := dict(
            Contact.objects.filter(merged_into__in=found).exclude(pk__in=found).values_list("pk", "name")
        ):
            found |= more
        return found

    @property
    def ids(self) -> list[UUID]:
        return list(self._named)

    @cached_property
    def addresses(self) -> list[str]:
        """Theirs alone: one that somebody else has too leads to both."""
        theirs = {value for _, value, _ in self._points}
        shared = ContactPoint.objects.exclude(contact__in=self.ids).filter(value__in=theirs)
        return sorted(theirs - set(shared.values_list("value", flat=True)))

    @cached_property
    def every_id(self) -> list[UUID]:
        """Also of what other rooms know them by: their leads."""
        return [*self.ids, *(pk for further in _further_ids for pk in further(self))]

    @cached_property
    def spellings(self) -> list[str]:
        """Their addresses, also as they were typed."""
        typed = {raw for _, value, raw in self._points if raw and value in self.addresses}
        return sorted({*self.addresses, *typed})

    @cached_property
    def numbers(self) -> list[str]:
        """Patterns of their phone numbers, for these are written in many ways."""
        phones = {value for kind, value, _ in self._points if kind == PointKind.PHONE and value in self.addresses}
        return sorted(filter(None, map(written_anyhow, phones)))

    @property
    def names(self) -> list[str]:
        return [name for name in self._named.values() if name]

    @cached_property
    def _points(self) -> list[tuple[str, str, str]]:
        """Kind, value, and how it was typed."""
        return list(ContactPoint.objects.filter(contact__in=self.ids).values_list("kind", "value", "raw"))

    def mentioned_in(self, column: str, *, with_ids: bool = False) -> Q:
        """That a column, read as text, has an address of theirs in it, or their id. Reads every row that is left."""
        wanted = Q(pk__in=[])
        for text in (*self.spellings, *(map(str, self.every_id) if with_ids else ())):
            wanted |= Q(**{f"{column}__icontains": text})
        for pattern in self.numbers:
            wanted |= Q(**{f"{column}__iregex": pattern})
        return wanted

    @property
    def full_names(self) -> list[str]:
        """Those of more than one word: one alone may mean anything else."""
        return [name for name in self.names if len(name.split()) > 1]

    def is_named_in(self, text: str) -> bool:
        found = any(needle.lower() in text.lower() for needle in (*self.spellings, *self.names))
        return found or self.has_number(text)

    def is_titled(self, text: str) -> bool:
        """Whether a title has their full name, an address or a number in it as words of their own, or is their name."""
        words = [re.escape(same(word)) for word in (*self.full_names, *self.spellings)]
        found = any(re.search(rf"(?<!\w){word}(?!\w)", same(text)) for word in words)
        return found or self.is_called(text, by_one_word=True)

    def is_called(self, word: str, *, by_one_word: bool) -> bool:
        """Whether it is a name, an address or a number of theirs and nothing else, however it is written."""
        known = (*self.spellings, *(self.names if by_one_word else self.full_names))
        return same(word) in map(same, known) or self.has_number(word)

    def is_alone_with(self, of: str, part: str) -> bool:
        """Whether it is in their name, an email address or a number of theirs (`of`), and in nobody else's any more."""
        if (of, part) not in self._alone:
            self._alone[of, part] = self._has_part(of, part) and not self._others_with(of, part).exists()
        return self._alone[of, part]

    @cached_property
    def _alone(self) -> dict[tuple[str, str], bool]:
        return {}

    def _has_part(self, of: str, part: str) -> bool:
        if of == "name":
            return bool(part) and any(alike(part) in alike(name) for name in self.names)
        values = [value for kind, value, _ in self._points if kind == of]
        wanted = digits_in(part) if of == PointKind.PHONE else alike(part)
        return bool(wanted) and any(wanted in alike(value) for value in values)

    def _others_with(self, of: str, part: str) -> QuerySet[Any]:
        if of == "name":
            return Contact.objects.exclude(pk__in=self.ids).filter(has_part(F("name"), part))
        points = ContactPoint.objects.exclude(contact__in=self.ids).filter(kind=of)
        return points.filter(has_part(F("value"), digits_in(part) if of == PointKind.PHONE else part))

    def has_number(self, text: str) -> bool:
        return any(re.search(pattern, text) for pattern in self.numbers)


def same(text: str) -> str:
    """As two words are compared: without case, marks and what stands around them."""
    return " ".join(fold(text).split())


# What stands in a column afterwards: a value, or what a function makes of the row.
After = Any | Callable[[Any, Person], Any]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Rows of one table that are about a person.

    `erase` says what stands in which column afterwards; None removes the rows. `keeps` are columns of text that stay,
    for they say nothing of the person. `called` is the plural on screen; what has none is no business of the person's,
    and is not told: what the machine keeps for itself.
    """

    model: type[models.Model]
    rows: Callable[[Person], QuerySet[Any]]
    called: str = ""
    erase: Mapping[str, After] | None = None
    keeps: tuple[str, ...] = ()
    # How many there are in the end, where rows are only partly theirs.
    in_parts: bool = field(default=False)

    @property
    def is_blanked(self) -> bool:
        return bool(self.erase)

    def forget(self, person: Person) -> int:
        """Blank or remove them, inside the caller's transaction; how many that were."""
        rows = self.rows(person)
        if self.erase is None:
            ids = list(rows.values_list("pk", flat=True))
            self.model._base_manager.filter(pk__in=ids).delete()
            return len(ids)
        if not self.erase:
            return rows.count()
        if not any(callable(after) for after in self.erase.values()):
            return self.model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**self.erase)
        return self._blank_each(rows, person)

    def _blank_each(self, rows: QuerySet[Any], person: Person) -> int:
        found = list(rows)
        for row in found:
            for name, after in (self.erase or {}).items():
                setattr(row, name, after(row, person) if callable(after) else after)
        self.model._base_manager.bulk_update(found, list(self.erase or ()), batch_size=AT_A_TIME)
        return len(found)


_holdings: list[Holding] = []
# What must be done or be so before anything is erased: it may refuse.
Before = Callable[[Person], None]
_before: list[Before] = []
_further_ids: list[Callable[[Person], Iterable[UUID]]] = []


def register_holding(*holdings: Holding) -> None:
    """Let a room say what it holds. Called from `AppConfig.ready`."""
    _holdings.extend(holdings)


def register_before_erasing(before: Before) -> None:
    _before.append(before)


def register_ids(further: Callable[[Person], Iterable[UUID]]) -> None:
    """Let a room say under which other ids something of theirs is kept. Called from `AppConfig.ready`."""
    _further_ids.append(further)


def holdings() -> Iterator[Holding]:
    return iter(_holdings)


def before_erasing() -> Iterator[Before]:
    return iter(_before)


def without_names(column: str) -> Callable[[Any, Person], str]:
    """What a column says, unless it names them."""

    def after(row: Any, person: Person) -> str:
        text: str = getattr(row, column)
        return ERASED if person.is_named_in(text) else text

    return after


def if_any(column: str) -> Callable[[Any, Person], str]:
    """A word in its place where something stood there, for the database wants one."""
    return lambda row, person: ERASED if getattr(row, column) else ""

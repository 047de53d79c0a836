"""A full copy for one person: all that every room holds about them, for programs and for people to read."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import models
from django.template.loader import render_to_string

from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import CATALOGUE, ContactCopied
from trellis.events.models import Event
from trellis.people.holdings import Holding, Person, holdings
from trellis.people.models import Contact
from trellis.team.models import User
from trellis.team.queries import business
from trellis.team.undoing import plain

# How the machine works on a row, which says nothing of a person.
UNTOLD = frozenset(("lease_until", "attempts", "retry_at", "origin", "fired", "held", "episode", "run"))
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """`rooms` has the rows by what they are called; `files` what cannot stand in JSON, by name."""

    name: str
    made_at: datetime
    rooms: dict[str, Rows]
    files: dict[str, bytes]


def copy_person(contact: Contact, *, by: User | None, at: datetime) -> bytes:
    """A ZIP with `person.json`, `person.html` and letters as they came. That it was taken is a fact."""
    copy = told_about(Person(contact=contact, by=by, at=at))
    announce([Announcement(fact=ContactCopied(), at=at, contact_id=contact.pk, by=by.pk if by else None)])
    told = {"name": copy.name, "made_at": copy.made_at.isoformat(), "by": business().name, "about": copy.rooms}
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("person.json", json.dumps(told, indent=2, ensure_ascii=False))
        file.writestr("person.html", render_to_string("people/copy.html", {"copy": copy, "business": business()}))
        for name, body in copy.files.items():
            file.writestr(name, body)
    return packed.getvalue()


def told_about(person: Person) -> Copy:
    files: dict[str, bytes] = {}
    rooms: dict[str, Rows] = defaultdict(list)
    for holding in holdings():
        if holding.called:
            rooms[holding.called] += rows_of(holding, person, files)
    return Copy(
        name=person.contact.name,
        made_at=person.at,
        rooms={called: rows for called, rows in rooms.items() if rows},
        files=files,
    )


def rows_of(holding: Holding, person: Person, files: dict[str, bytes]) -> Rows:
    """Each row with the columns in which anything stands; what it points at is named."""
    found = [row for row in holding.rows(person).order_by("pk") if is_told(row, person)]
    names = names_for(found, person)
    return [
        {name: value for name, value in columns(row, names, files) if value not in (None, "", [], {})} for row in found
    ]


def is_told(row: Any, person: Person) -> bool:
    """What stands on somebody else's timeline is theirs."""
    return not isinstance(row, Event) or row.contact_id is None or row.contact_id in person.ids


def columns(row: Any, names: dict[Any, str], files: dict[str, bytes]) -> Iterator[tuple[str, Any]]:
    for column in row._meta.concrete_fields:
        value = column.value_from_object(row)
        if column.name in UNTOLD:
            continue
        if isinstance(column, models.BinaryField):
            files[f"letters/{row.pk}.eml"] = bytes(value)
            value = f"letters/{row.pk}.eml"
        if column.is_relation and value in names:
            yield column.name, names[value]
        else:
            yield column.name, without_others(row, value) if column.name == "payload" else plain(value)
    if isinstance(row, Event) and row.key in CATALOGUE:
        yield "what", CATALOGUE[row.key].label.partition("{")[0].strip() or row.key


def without_others(row: Any, payload: Any) -> Any:
    """Who else it may be is nobody's business but that person's."""
    return (
        {name: value for name, value in payload.items() if not name.startswith("other_")}
        if isinstance(row, Event)
        else payload
    )


def names_for(rows: Iterable[Any], person: Person) -> dict[Any, str]:
    """Colleagues, companies, stages and playbooks by name; other people stay ids."""
    wanted: dict[type[models.Model], set[UUID]] = defaultdict(set)
    for row in rows:
        for column in row._meta.concrete_fields:
            if column.is_relation and column.related_model is not Contact and (value := column.value_from_object(row)):
                wanted[column.related_model].add(value)
    found: dict[Any, str] = {}
    for model, ids in wanted.items():
        told = next(
            (name for name in ("name", "title") if name in {one.name for one in model._meta.concrete_fields}), ""
        )
        if told:
            found |= {pk: text for pk, text in model._base_manager.filter(pk__in=ids).values_list("pk", told) if text}
    return found

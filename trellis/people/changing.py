"""Changing what is known of people and companies: one fact with before and after, and everything can be taken back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction

from trellis.core.refusal import Refused
from trellis.core.text import clean_line, clean_text
from trellis.core.turns import take_turns
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import CompanyAdded, CompanyChanged, ContactAdded, ContactChanged
from trellis.people.addresses import read_address, set_addresses
from trellis.people.custom import custom_fields
from trellis.people.custom_values import as_text
from trellis.people.identity import turn_of_company, turns_at
from trellis.people.matching_companies import host_of
from trellis.people.models import Company, Contact, ContactPoint, CustomField
from trellis.team.models import Change, User
from trellis.team.undoing import keeping, this, undo_change

PLAIN = {
    "name": "name",
    "job_title": "job title",
    "place": "place",
    "address": "address",
    "language": "language",
    "time_zone": "time zone",
}
PLAIN_OF_COMPANY = {"name": "name", "website": "website", "place": "place", "address": "address"}
ADDRESSES = {"emails": "email", "phones": "phone"}
PARTS = ("people.contactpoint", "people.contacttag", "people.consent")
CHANGED_MEANWHILE = (
    "Somebody else changed this record since you opened it. Here is how it stands now: look, then save again."
)


@transaction.atomic
def add_contact(wanted: Mapping[str, Any], *, by: User | None, at: datetime, source: str = "") -> Contact:
    """Write somebody down who did not reach out. `wanted` is as in `change_contact`; a name or an address is needed."""
    if not any(wanted.get(field) for field in ("name", *ADDRESSES)):
        raise Refused("nobody", "Write a name, an email address or a phone number: one of them is needed.")
    take_turns(turns_of(wanted))
    contact = Contact(created_at=at)
    theirs = ContactPoint.objects.filter(contact_id=contact.pk)
    with keeping(Contact.objects.filter(pk=contact.pk), theirs, by=by, at=at):
        contact.save(force_insert=True)
        announce([Announcement(fact=ContactAdded(source=source), at=at, contact_id=contact.id, by=_id(by))])
        _change(contact, wanted, at)
    return contact


@transaction.atomic
def change_contact(
    contact: Contact,
    wanted: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    why: str = "",
    seen_at: datetime | None = None,
) -> Contact:
    """Set fields of a person; what `wanted` does not name stays.

    `name`, `job_title`, `place`, `address`, `language`, `time_zone`: text. `company`: a Company or its name, "" for
    none. `emails`, `phones`: all of them as typed, the first is the main one. `custom.<key>`: a stored value, None for
    none. `seen_at` is the `changed_at` of what the person looked at: refused where it was changed since.
    """
    take_turns(turns_of(wanted))
    with keeping(this(contact), contact.points, by=by, at=at):
        held = Contact.objects.select_for_update().get(pk=contact.pk)
        if seen_at and held.changed_at and held.changed_at > seen_at:
            raise Refused("changed_meanwhile", CHANGED_MEANWHILE)
        changes = _change(held, wanted, at)
        if changes:
            fact = ContactChanged(what=fields_named(changes), changes=changes, why=why)
            announce([Announcement(fact=fact, at=at, contact_id=held.id, by=_id(by))])
    return held


def turns_of(wanted: Mapping[str, Any]) -> Iterator[str]:
    """What to take turns by, so that whoever gives these addresses or names this company finds what we wrote."""
    for field, kind in ADDRESSES.items():
        yield from turns_at((kind, read_address(kind, text)) for text in wanted.get(field) or () if text.strip())
    if (company := wanted.get("company")) and isinstance(company, str):
        yield turn_of_company("name", company)


def turns_of_company(wanted: Mapping[str, Any]) -> Iterator[str]:
    """Likewise for what is known of a company."""
    told = {"name": wanted.get("name"), "website": host_of(wanted.get("website") or "")}
    return (turn_of_company(field, value) for field, value in told.items() if value)


@transaction.atomic
def add_company(wanted: Mapping[str, Any], *, by: User | None, at: datetime, source: str = "") -> Company:
    """Write a company down before anybody belongs to it. `wanted` is as in `change_company`; a name is needed."""
    take_turns(turns_of_company(wanted))
    company = Company(created_at=at, added_by=by)
    with keeping(this(company), by=by, at=at):
        set_plain(company, wanted, PLAIN_OF_COMPANY)
        set_custom(company, wanted, "company")
        if not company.name:
            raise Refused("no_name", "A company has a name: write one.")
        company.save(force_insert=True)
        fact = CompanyAdded(company_id=str(company.pk), name=company.name, source=source)
        announce([Announcement(fact=fact, at=at, by=_id(by))])
    return company


@transaction.atomic
def change_company(
    company: Company, wanted: Mapping[str, Any], *, by: User | None, at: datetime, why: str = ""
) -> Company:
    """As `change_contact`, of a company."""
    take_turns(turns_of_company(wanted))
    with keeping(this(company), by=by, at=at):
        held = Company.objects.select_for_update().get(pk=company.pk)
        changes = set_plain(held, wanted, PLAIN_OF_COMPANY) | set_custom(held, wanted, "company")
        if not held.name:
            raise Refused("no_name", "A company has a name: write one.")
        if changes:
            held.changed_at = at
            held.save()
            fact = CompanyChanged(company_id=str(held.pk), what=fields_named(changes), changes=changes, why=why)
            announce([Announcement(fact=fact, at=at, by=_id(by))])
    return held


def undo_contact_change(change: Change, *, by: User, at: datetime) -> None:
    """Take back what they changed of people and companies, which is a fact like any other."""
    with transaction.atomic():
        undo_change(change, by=by, at=at)
        undo_announced(change.rows, by=by, at=at)


def undo_announced(rows: Iterable[Mapping[str, Any]], *, by: User, at: datetime) -> None:
    """Say of everybody whose rows were brought back, as a `Change` has them, that a change was taken back."""
    what = "it back to how it was"
    people = Contact.objects.filter(pk__in=people_of(rows)).order_by("pk").values_list("pk", flat=True)
    told = [Announcement(fact=ContactChanged(what=what, changes={}), at=at, contact_id=pk, by=by.id) for pk in people]
    for pk in sorted(row["id"] for row in rows if row["table"] == "people.company" and row["before"] is not None):
        fact = CompanyChanged(company_id=pk, what=what, changes={})
        told.append(Announcement(fact=fact, at=at, by=by.id))
    announce(told)


def people_of(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of the contacts whose these rows are; an address that was only changed goes with its contact's row."""
    own = {row["id"] for row in rows if row["table"] == "people.contact"}
    parts = [row["before"] or row["after"] for row in rows if row["table"] in PARTS]
    return own | {part["contact_id"] for part in parts if part and "contact_id" in part}


def company_named(name: str, *, at: datetime) -> Company:
    """The company of that name, the oldest where several bear it; a new one where nobody does.

    Whoever calls has taken turns by the name.
    """
    name = clean_line(name, 200)
    found = Company.objects.filter(name__iexact=name).order_by("created_at", "pk").first()
    return found or Company.objects.create(name=name, created_at=at)


def _change(contact: Contact, wanted: Mapping[str, Any], at: datetime) -> dict[str, list[str]]:
    changes = set_plain(contact, wanted, PLAIN) | _set_company(contact, wanted, at)
    changes |= set_custom(contact, wanted, "contact")
    for field, kind in ADDRESSES.items():
        if field in wanted:
            changes |= set_addresses(contact, kind, wanted[field], at=at)
    if changes:
        contact.changed_at = at
        contact.save()
    return changes


def set_plain(record: Any, wanted: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, list[str]]:
    changes: dict[str, list[str]] = {}
    for field, label in fields.items():
        if field in wanted:
            before, after = getattr(record, field), _cleaned(field, str(wanted[field] or ""))
            if before != after:
                setattr(record, field, after)
                changes[label] = [before, after]
    return changes


def _cleaned(field: str, text: str) -> str:
    if field == "address":
        return clean_text(text, 1000)
    line = clean_line(text, {"language": 16, "time_zone": 64}.get(field, 200))
    if field == "time_zone" and line and line not in available_timezones():
        raise Refused("no_such_zone", f"“{line}” is not a time zone: choose one such as America/Chicago.")
    return line


def _set_company(contact: Contact, wanted: Mapping[str, Any], at: datetime) -> dict[str, list[str]]:
    if "company" not in wanted:
        return {}
    named, before = wanted["company"], contact.company
    company = (company_named(named, at=at) if named else None) if isinstance(named, str | None) else named
    contact.company = company
    same = (before and before.pk) == (company and company.pk)
    return {} if same else {"company": [before.name if before else "", company.name if company else ""]}


def set_custom(record: Any, wanted: Mapping[str, Any], noun: str) -> dict[str, list[str]]:
    """Set what `wanted` names as `custom.<key>`, without saving; before and after by the field's label."""
    changes: dict[str, list[str]] = {}
    fields = {f"custom.{field.key}": field for field in custom_fields(noun)}
    for name, value in wanted.items():
        if not name.startswith("custom."):
            continue
        if name not in fields:
            raise Refused("no_such_field", f"There is no field “{name.removeprefix('custom.')}”.")
        changes |= _set_value(record, fields[name], value)
    return changes


def _set_value(record: Any, field: CustomField, value: Any) -> dict[str, list[str]]:
    before = record.custom.get(field.key)
    if before == value:
        return {}
    rest = {key: kept for key, kept in record.custom.items() if key != field.key}
    record.custom = rest if value in (None, "", []) else rest | {field.key: value}
    return {field.label: [as_text(field.kind, before), as_text(field.kind, value)]}


def fields_named(changes: Iterable[str]) -> str:
    """Place and address; place, address and 3 more."""
    words: Sequence[str] = list(changes)
    if len(words) > 3:
        return f"{', '.join(words[:2])} and {len(words) - 2} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _id(user: User | None) -> Any:
    return user.id if user else None

"""Some rows at once: who they are in a handful of questions, and all that they say in a handful of statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from trellis.core.ids import new_id, new_ids
from trellis.core.rows import find_rows, insert_rows, new_row, update_rows
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import ContactAdded, ContactChanged, NoteWritten, TagAdded
from trellis.people.actions import PURPOSES
from trellis.people.identity import Acquaintance, Address, acquaintances, find_acquaintance
from trellis.people.models import Company, Consent, Contact, ContactPoint, ContactTag, Tag
from trellis.transfer.importing.plan import CUSTOM, Draft, Plan
from trellis.transfer.importing.weighing import Outcome, complete, policies_of, welcome
from trellis.transfer.models import Import, ImportedRow

Known = dict[tuple[str, str], list[Acquaintance]]


class Batch:
    """Weighs drafts against what is known; `write` makes it so, inside the caller's transaction.

    `stamp` is the instant of the whole import: contacts bear it as `changed_at`, by which undo knows its own.
    """

    def __init__(self, plan: Plan, drafts: Sequence[Draft], *, stamp: datetime, make_companies: bool) -> None:
        self.plan, self.drafts, self.stamp = plan, drafts, stamp
        self.good = [draft for draft in drafts if not draft.problem]
        self.known: Known = acquaintances(pair for draft in self.good for pair in draft.addresses)
        self.acquainted = {one.contact.pk: one for some in self.known.values() for one in some}
        self.by_key = self.known_by_key()
        self.companies = companies_of(self.good, at=stamp, make=make_companies)
        know_companies([one.contact for one in self.acquainted.values()], self.companies)
        self.worn = tags_worn(set(self.acquainted))
        self.policies = policies_of(plan)
        self.seen: set[UUID] = set()
        self.twice: set[int] = set()
        # A contact with two addresses in each row; where there are more, they are made one by one.
        self.ids = iter(new_ids(3 * len(self.good)))
        self.outcomes = [self.weigh(draft) for draft in self.good]

    def known_by_key(self) -> dict[str, Contact]:
        """Those who have a value of the field that tells people apart."""
        if not self.plan.match.startswith(CUSTOM):
            return {}
        key = self.plan.match.removeprefix(CUSTOM)
        values = [value for draft in self.good if (value := self.key_in(draft))]
        rows = Contact.objects.genuine().filter(**{f"custom__{key}__in": values}).select_related("company")
        return {str(contact.custom[key]): contact for contact in rows.order_by("-created_at")}

    def weigh(self, draft: Draft) -> Outcome:
        contact = self.find(draft)
        if contact is None:
            outcome = welcome(draft, self.companies, stamp=self.stamp, pk=self.next_id())
        else:
            if contact.pk in self.seen or contact.changed_at == self.stamp:
                self.twice.add(draft.number)
            outcome = complete(contact, draft, self.policies, self.companies, tuple(self.worn.get(contact.pk, ())))
        self.seen.add(outcome.contact.pk)
        outcome.points = self.points_of(outcome)
        if not outcome.is_new and outcome.did == "changed":
            outcome.before.setdefault("changed_at", stamped(outcome.contact.changed_at))
            outcome.contact.changed_at = self.stamp
        if outcome.tags:
            self.worn.setdefault(outcome.contact.pk, set()).update(outcome.tags)
        return outcome

    def next_id(self) -> UUID:
        return next(self.ids, None) or new_id()

    def find(self, draft: Draft) -> Contact | None:
        if self.plan.match.startswith(CUSTOM):
            return self.by_key.get(self.key_in(draft))
        emails = () if self.plan.match == "phone" else draft.emails
        phones = () if self.plan.match == "email" else draft.phones
        found = find_acquaintance(draft.name, emails, phones, self.known)
        return found.contact if found else None

    def points_of(self, outcome: Outcome) -> list[ContactPoint]:
        """The addresses that are new on them. What somebody holds is shared; the next rows know of them."""
        contact, draft = outcome.contact, outcome.draft
        made: list[ContactPoint] = []
        if not outcome.is_new and self.policies.get("points") == "keep":
            return made
        for pair in draft.addresses:
            kind, value = pair
            users = self.known.get(pair, ())
            if users and any(one.contact.pk == contact.pk for one in users):
                continue
            is_held = bool(users) and any(one.holds(Address(kind=kind, value=value, raw="")) for one in users)
            made.append(
                new_row(
                    ContactPoint,
                    id=self.next_id(),
                    contact_id=contact.pk,
                    kind=kind,
                    value=value,
                    raw=value,
                    created_at=self.stamp,
                    held_at=None if is_held else self.stamp,
                )
            )
        self.introduce(contact, made)
        if key := self.key_in(draft):
            self.by_key.setdefault(key, contact)
        return made

    def key_in(self, draft: Draft) -> str:
        """What tells this person apart; empty where the row does not say, and then it is nobody whom we know."""
        field = self.plan.match.removeprefix(CUSTOM) if self.plan.match.startswith(CUSTOM) else ""
        return str(draft.custom.get(field) or "")

    def introduce(self, contact: Contact, made: Sequence[ContactPoint]) -> None:
        if not made:
            return
        known = self.acquainted.get(contact.pk)
        if known is None:
            known = self.acquainted[contact.pk] = Acquaintance(contact, [])
        known.points.extend(made)
        for point in made:
            self.known.setdefault((point.kind, point.value), []).append(known)


def stamped(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def companies_of(drafts: Sequence[Draft], *, at: datetime, make: bool) -> dict[str, Company]:
    """The companies that these name, by their names in small letters; made where nobody has them."""
    names = {name.lower(): name for draft in drafts if (name := draft.values.get("company"))}
    if not names:
        return {}
    rows = Company.objects.annotate(small=Lower("name")).filter(Q(small__in=names) | Q(name__in=names.values()))
    found = {company.name.lower(): company for company in rows.order_by("-created_at", "-pk")}
    new = [Company(name=name, created_at=at) for small, name in names.items() if small not in found]
    if make:
        insert_rows(new)
    return found | {company.name.lower(): company for company in new}


def know_companies(contacts: Sequence[Contact], named: Mapping[str, Company]) -> None:
    """Let each know its company, where companies are spoken of at all."""
    if not named:
        return
    found = {one.pk: one for one in find_rows(Company, id={one.company_id for one in contacts if one.company_id})}
    for contact in contacts:
        if contact.company_id:
            contact.company = found.get(contact.company_id)


def tags_worn(contact_ids: set[UUID]) -> dict[UUID, set[str]]:
    worn: dict[UUID, set[str]] = {}
    for contact_id, name in ContactTag.objects.filter(contact__in=contact_ids).values_list("contact", "tag__name"):
        worn.setdefault(contact_id, set()).add(name)
    return worn


def write_batch(imported: Import, batch: Batch, cells: Mapping[int, Sequence[str]], *, at: datetime) -> Counter[str]:
    """Everything that the batch says, and what became of each row."""
    new = [outcome for outcome in batch.outcomes if outcome.is_new]
    changed = {outcome.contact.pk: outcome.contact for outcome in batch.outcomes if outcome.did == "changed"}
    insert_rows([outcome.contact for outcome in new])
    inserted = {outcome.contact.pk for outcome in new}
    update_rows([contact for pk, contact in changed.items() if pk not in inserted], COLUMNS)
    insert_rows(point for outcome in batch.outcomes for point in outcome.points)
    write_tags(batch.outcomes)
    write_consents(imported, batch.outcomes, at=batch.stamp)
    announce(list(told_of(imported, batch.outcomes, at)))
    rows = [*rows_of(imported, batch), *failures(imported, batch, cells)]
    insert_rows(rows)
    return Counter(row.did for row in rows)


COLUMNS = ("name", "company", "job_title", "place", "address", "language", "custom", "changed_at")


def write_tags(outcomes: Sequence[Outcome]) -> None:
    names = list(dict.fromkeys(tag[:60] for outcome in outcomes for tag in outcome.tags))
    if not names:
        return
    known = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    if missing := [Tag(name=name) for name in names if name not in known]:
        insert_rows(missing, skip_known=True)
        known = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    new = {outcome.contact.pk for outcome in outcomes if outcome.is_new}
    worn = list(dict.fromkeys((outcome.contact.pk, known[tag[:60]]) for outcome in outcomes for tag in outcome.tags))
    rows = [
        new_row(ContactTag, id=made, contact_id=contact, tag_id=tag)
        for (contact, tag), made in zip(worn, new_ids(len(worn)), strict=True)
    ]
    # Nobody but this import knows those who are new: no other can have given them a tag.
    insert_rows(row for row in rows if row.contact_id in new)
    insert_rows((row for row in rows if row.contact_id not in new), skip_known=True)


def write_consents(imported: Import, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    source = f"import {imported.name}"[:80]
    # Who refuses wants nothing at all by that channel; who agrees agrees to offers, for which it was asked.
    insert_rows(
        new_row(
            Consent,
            contact_id=outcome.contact.pk,
            channel=channel,
            purpose=purpose,
            granted=granted,
            source=source,
            at=at,
        )
        for outcome in outcomes
        for channel, granted in outcome.draft.consents.items()
        for purpose in (("marketing",) if granted else PURPOSES)
    )


def told_of(imported: Import, outcomes: Sequence[Outcome], at: datetime) -> list[Announcement]:
    told: list[Announcement] = []
    added = ContactAdded(source=imported.name)
    for outcome in outcomes:
        common: dict[str, Any] = {"at": at, "contact_id": outcome.contact.pk, "by": imported.by_id}
        if outcome.is_new:
            told.append(Announcement(fact=added, **common))
        elif outcome.changes:
            what = ", ".join(list(outcome.changes)[:3])
            fact = ContactChanged(what=what, changes=outcome.changes, why=f"import of {imported.name}")
            told.append(Announcement(fact=fact, **common))
        if not outcome.is_new:
            told += [Announcement(fact=TagAdded(tag=tag), **common) for tag in outcome.tags]
        if outcome.draft.note and outcome.did != "same":
            told.append(Announcement(fact=NoteWritten(text=outcome.draft.note), **common))
    return told


def rows_of(imported: Import, batch: Batch) -> list[ImportedRow]:
    return [
        new_row(
            ImportedRow,
            id=made,
            import_of_id=imported.pk,
            number=outcome.draft.number,
            did="twice" if outcome.draft.number in batch.twice else outcome.did,
            contact_id=outcome.contact.pk,
            before=before_of(outcome),
        )
        for outcome, made in zip(batch.outcomes, new_ids(len(batch.outcomes)), strict=True)
    ]


def before_of(outcome: Outcome) -> dict[str, Any] | None:
    """What undo needs of somebody who was there before: columns, and the addresses and tags that are new on them."""
    if outcome.is_new or outcome.did == "same":
        return None
    points = [str(point.pk) for point in outcome.points]
    return {"columns": outcome.before, "points": points, "tags": list(outcome.tags)}


def failures(imported: Import, batch: Batch, cells: Mapping[int, Sequence[str]]) -> list[ImportedRow]:
    return [
        ImportedRow(
            import_of=imported,
            number=draft.number,
            did="failed",
            cells=list(cells[draft.number]),
            problem=draft.problem[:300],
        )
        for draft in batch.drafts
        if draft.problem
    ]

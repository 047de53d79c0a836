"""All that a batch says, written in a handful of statements, and what became of each of its rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from trellis.core.ids import new_ids
from trellis.core.rows import insert_rows, new_row, update_rows
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import ContactAdded, ContactChanged, NoteWritten, TagAdded
from trellis.journeys.bringing import begin_imported
from trellis.people.jobs import write_keys
from trellis.people.models import Consent, ContactTag, Tag
from trellis.transfer.importing.batch import Batch
from trellis.transfer.importing.weighing import Outcome, purposes_of
from trellis.transfer.models import LONGEST_PROBLEM, Import, ImportedRow

# The ids of what was not there before, by `companies` and `tags`.
Made = dict[str, list[str]]


def write_batch(
    imported: Import, batch: Batch, cells: Mapping[int, Sequence[str]], *, at: datetime
) -> tuple[Counter[str], Made]:
    """Everything that the batch says: how many rows became what, and what was made beside the people."""
    new = [outcome for outcome in batch.outcomes if outcome.is_new]
    changed = {outcome.contact.id: outcome.contact for outcome in batch.outcomes if outcome.did == "changed"}
    needed = {outcome.contact.company_id for outcome in batch.outcomes}
    companies = insert_rows(company for company in batch.new_companies if company.pk in needed)
    insert_rows([outcome.contact for outcome in new])
    inserted = {outcome.contact.id for outcome in new}
    update_rows([contact for pk, contact in changed.items() if pk not in inserted], COLUMNS)
    insert_rows(point for outcome in batch.outcomes for point in outcome.points)
    tags = write_tags(batch.outcomes)
    write_consents(imported, batch.outcomes, at=batch.stamp)
    announce(list(told_of(imported, batch.outcomes, at)))
    write_keys(batch.keys, {})
    begun = begin_journeys(imported, batch, at=at)
    rows = [*rows_of(imported, batch, begun, cells), *set_aside(imported, batch, cells)]
    insert_rows(rows)
    made = {"companies": [str(one.pk) for one in companies], "tags": [str(one.pk) for one in tags]}
    without = sum(bool(outcome.draft.unread) for outcome in batch.outcomes)
    return Counter(row.did for row in rows) + Counter(without=without), made


def begin_journeys(imported: Import, batch: Batch, *, at: datetime) -> dict[UUID, UUID]:
    """The journeys that begin with it, by the contact; none where they are only written down."""
    if not batch.plan.begins:
        return {}
    playbook, _, stage = batch.plan.begins.partition("/")
    contacts = {outcome.contact.id: outcome.contact for outcome in batch.outcomes}
    owners = {outcome.contact.id: outcome.draft.owner for outcome in batch.outcomes if outcome.draft.owner}
    begun = begin_imported(
        list(contacts.values()),
        playbook=playbook,
        stage=stage,
        source=imported.name,
        owners=owners,
        by=imported.by,
        at=at,
    )
    return {contact: journey.pk for contact, journey in begun.items()}


WITHOUT = "Brought in without: "
COLUMNS = ("name", "company", "job_title", "place", "address", "language", "custom", "changed_at")


def write_tags(outcomes: Sequence[Outcome]) -> list[Tag]:
    """Those that nobody had before. From here on each outcome says its tags as they are called."""
    names: dict[str, str] = {}
    for outcome in outcomes:
        for tag in outcome.tags:
            names.setdefault(tag[:60].lower(), tag[:60])
    if not names:
        return []
    known = tags_among(names)
    missing = [Tag.called(name) for small, name in names.items() if small not in known]
    made = insert_rows(missing, skip_known=True)
    if missing:
        known |= tags_among([tag.small for tag in missing])
    worn: dict[tuple[UUID, UUID], None] = {}
    for outcome in outcomes:
        tags = [known[tag[:60].lower()] for tag in outcome.tags]
        outcome.tags = list(dict.fromkeys(tag.name for tag in tags))
        worn |= dict.fromkeys((outcome.contact.id, tag.pk) for tag in tags)
    new = {outcome.contact.id for outcome in outcomes if outcome.is_new}
    rows = [
        new_row(ContactTag, id=made, contact_id=contact, tag_id=tag)
        for (contact, tag), made in zip(worn, new_ids(len(worn)), strict=True)
    ]
    # Nobody but this import knows those who are new: no other can have given them a tag.
    insert_rows(row for row in rows if row.contact_id in new)
    insert_rows((row for row in rows if row.contact_id not in new), skip_known=True)
    return made


def tags_among(small: Iterable[str]) -> dict[str, Tag]:
    return {tag.small: tag for tag in Tag.objects.filter(small__in=small)}


def source_of(imported: Import) -> str:
    """Where a consent comes from that the file says."""
    return f"import {imported.name}"[:80]


def write_consents(imported: Import, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    source = source_of(imported)
    insert_rows(
        new_row(
            Consent,
            contact_id=outcome.contact.id,
            channel=channel,
            purpose=purpose,
            granted=granted,
            source=source,
            at=at,
        )
        for outcome in outcomes
        for channel, granted in outcome.consents.items()
        for purpose in purposes_of(granted)
    )


def told_of(imported: Import, outcomes: Sequence[Outcome], at: datetime) -> list[Announcement]:
    told: list[Announcement] = []
    added, why = ContactAdded(source=imported.name), f"import of {imported.name}"
    for outcome in outcomes:
        common: dict[str, Any] = {"at": at, "contact_id": outcome.contact.id, "by": imported.by_id}
        if outcome.is_new:
            told.append(Announcement(fact=added, **common))
        elif outcome.changes:
            what = ", ".join(list(outcome.changes)[:3])
            fact = ContactChanged(what=what, changes=outcome.changes, why=why)
            told.append(Announcement(fact=fact, **common))
        if not outcome.is_new:
            told += [Announcement(fact=TagAdded(tag=tag, why=why), **common) for tag in outcome.tags]
        told += [Announcement(fact=NoteWritten(text=note), id=pk, **common) for pk, note in outcome.notes.items()]
    return told


def rows_of(
    imported: Import, batch: Batch, begun: Mapping[UUID, UUID], cells: Mapping[int, Sequence[str]]
) -> list[ImportedRow]:
    """A journey stands with the first row of its contact: it began once, and is taken back once.

    What a row comes in without stands with it, as what a row said that is set aside.
    """
    left = dict(begun)
    return [
        new_row(
            ImportedRow,
            id=made,
            import_of_id=imported.pk,
            number=outcome.draft.number,
            did="twice" if outcome.draft.number in batch.twice else outcome.did,
            contact_id=outcome.contact.id,
            before=before_of(outcome),
            journey_id=left.pop(outcome.contact.id, None),
            cells=list(cells[outcome.draft.number]) if outcome.draft.unread else None,
            problem=f"{WITHOUT}{outcome.draft.faults}"[:LONGEST_PROBLEM] if outcome.draft.unread else "",
        )
        for outcome, made in zip(batch.outcomes, new_ids(len(batch.outcomes)), strict=True)
    ]


def before_of(outcome: Outcome) -> dict[str, Any] | None:
    """What undo needs of somebody who was there before: columns, and the addresses, tags and notes that are new."""
    if outcome.is_new or outcome.did == "same":
        return None
    points = [str(point.pk) for point in outcome.points]
    notes = list(map(str, outcome.notes))
    return {"columns": outcome.before, "points": points, "tags": list(outcome.tags), "notes": notes}


def set_aside(imported: Import, batch: Batch, cells: Mapping[int, Sequence[str]]) -> list[ImportedRow]:
    """The rows that are not brought in, with what they said and why."""
    failed = {draft.number: draft.problem for draft in batch.drafts if draft.problem}
    faults = {draft.number: draft.faults for draft in batch.drafts}
    aside = {number: ". ".join(filter(None, [str(likely), faults[number]])) for number, likely in batch.aside.items()}
    return [
        new_row(
            ImportedRow,
            import_of_id=imported.pk,
            number=number,
            did="failed" if number in failed else "aside",
            cells=list(cells[number]),
            likely_id=likely.contact_id if (likely := batch.aside.get(number)) else None,
            problem=why[:LONGEST_PROBLEM],
        )
        for number, why in (failed | aside).items()
    ]

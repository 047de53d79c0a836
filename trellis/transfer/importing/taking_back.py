"""Taking an import back, the last step first: people stand as they stood, and nothing is left that came with the file.

Whoever came with it goes, unless something happened with them since: then they stay, with all that the file said.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from trellis.core.memory import forget
from trellis.core.rows import find_rows, update_rows
from trellis.events.catalogue import ConsentGiven, ConsentWithdrawn, ContactAdded, ContactChanged
from trellis.events.models import Event
from trellis.journeys.models import VOID, Act, Journey
from trellis.journeys.undoing import goes_back
from trellis.people.actions import withdraw_contacts
from trellis.people.changing import undo_announced
from trellis.people.custom import retire_field
from trellis.people.models import Company, Consent, Contact, ContactPoint, ContactTag, CustomField, Tag
from trellis.team.models import User
from trellis.transfer.importing.plan import CUSTOM, Plan
from trellis.transfer.importing.writing import COLUMNS, Made, source_of
from trellis.transfer.models import Import, ImportedRow

# What happens to people without a message of theirs or an act of ours.
OF_THEMSELVES = (ConsentGiven.key, ConsentWithdrawn.key)


def take_back_rows(imported: Import, part: Sequence[Any], *, by: User, at: datetime) -> int:
    """One step of an import; how many of its people stay as they are.

    `part` is as the run keeps it: the first row, the last, and since companies and tags go as well, what was made.
    """
    first, last, *made = part
    found = ImportedRow.objects.filter(import_of=imported, number__gte=first, number__lte=last).exclude(contact_id=None)
    rows = list(found.order_by("-number"))
    walk_on = {row.contact_id for row in rows if row.journey_id and not take_journey(row, by=by, at=at)}
    held = find_rows(Contact, id={row.contact_id for row in rows}, order_by=("id",), lock=True)
    people = {contact.pk: contact for contact in held}
    added = {row.contact_id for row in rows if row.did == "added"}
    since = Since(imported, people, came=added, walk_on=walk_on)
    # Another row about somebody who came with the file is worth nothing alone: it goes with the row that added them.
    whole = [row for row in rows if row.contact_id in added or row.contact_id not in since.came]
    stay = {row.contact_id for row in whole if since.stays(row)}
    gone = added - stay
    back = [row for row in whole if row.before and row.contact_id not in added | stay]
    withdraw_contacts([pk for pk in people if pk in gone], at=at)
    put_back(back, people)
    drop_consents(imported, {row.contact_id for row in whole} - stay)
    told = gone | {row.contact_id for row in back}
    undo_announced([{"table": "people.contact", "id": pk} for pk in told], by=by, at=at)
    for each in made:
        drop_unused(each)
    return len(stay)


def take_journey(row: ImportedRow, *, by: User, at: datetime) -> bool:
    """The journey that began with a row never was, as long as nothing was done in it and no message has left."""
    act = Act.objects.filter(journey=row.journey_id, undone_at=None).order_by("at").first()
    return act is not None and goes_back(act, by=by, at=at)


class Since:
    """What happened with these people since the file came in; `came` are those who came with it."""

    def __init__(
        self, imported: Import, people: Mapping[UUID, Contact], *, came: Collection[Any], walk_on: Collection[Any]
    ) -> None:
        self.stamp, self.people, self.walk_on = imported.created_at, people, walk_on
        journeys = Journey.objects.filter(contact__in=list(people)).exclude(outcome=VOID)
        self.walking = set(journeys.values_list("contact", flat=True))
        self.came: set[UUID | None] = set(came)
        self.met: set[UUID | None] = set()
        assert imported.run
        events = Event.objects.filter(contact_id__in=list(people), journey_id=None, at__gte=imported.run.created_at)
        for contact_id, key, by_id, run_id in events.values_list("contact_id", "key", "by", "run"):
            if run_id == imported.run_id:
                self.came |= {contact_id} if key == ContactAdded.key else set()
            # What a person or a file changed shows in `changed_at`, and not where that was taken back.
            elif key != ContactChanged.key and (by_id or key in OF_THEMSELVES):
                self.met.add(contact_id)

    def stays(self, row: ImportedRow) -> bool:
        contact = self.people[row.contact_id or UUID(int=0)]
        is_changed = contact.merged_into_id is not None or contact.changed_at != self.stamp
        if contact.pk not in self.came:
            return contact.pk in self.walk_on or (row.before is not None and is_changed)
        return is_changed or contact.heard_at is not None or contact.pk in self.walking | self.met


def put_back(rows: Sequence[ImportedRow], people: Mapping[UUID, Contact]) -> None:
    """Somebody who was there before stands as they stood, the last row first."""
    befores: list[tuple[Any, dict[str, Any]]] = [(row.contact_id, row.before or {}) for row in rows]
    named = {before["columns"].get("company_id") for _, before in befores}
    companies = set(Company.objects.filter(pk__in=named - {None}).values_list("pk", flat=True))
    for contact_id, before in befores:
        for name, value in before["columns"].items():
            setattr(people[contact_id], name, stored(name, value, companies))
    update_rows([people[pk] for pk in dict.fromkeys(pk for pk, _ in befores)], COLUMNS)
    ContactPoint.objects.filter(pk__in=[pk for _, before in befores for pk in before["points"]]).delete()
    worn = {(contact_id, name[:60].lower()) for contact_id, before in befores for name in before["tags"]}
    found = ContactTag.objects.filter(contact__in={pk for pk, _ in worn}, tag__small__in={small for _, small in worn})
    tags = [pk for pk, *pair in found.values_list("pk", "contact", "tag__small") if tuple(pair) in worn]
    ContactTag.objects.filter(pk__in=tags).delete()
    # Words of another program, and not of anybody here: the log of facts is the poorer by nothing that was done.
    Event.objects.filter(pk__in=[note for _, before in befores for note in before.get("notes", ())]).delete()


def stored(name: str, value: Any, companies: Collection[UUID]) -> Any:
    if name == "company_id":
        # Theirs may have come with another file, and gone with it meanwhile.
        return company if value and (company := UUID(value)) in companies else None
    return datetime.fromisoformat(value) if name == "changed_at" and value else value


def drop_consents(imported: Import, contacts: Collection[Any]) -> None:
    said = Consent.objects.filter(contact__in=contacts, source=source_of(imported), at=imported.created_at)
    said.delete()


def drop_unused(made: Made) -> None:
    """The companies that nobody is with and nobody filled in, and the tags that nobody wears."""
    companies = Company.objects.filter(pk__in=made["companies"], changed_at=None)
    used = Contact.objects.genuine().filter(company__in=companies).values_list("company", flat=True)
    companies.exclude(pk__in=set(used)).delete()
    tags = Tag.objects.filter(pk__in=made["tags"])
    worn = ContactTag.objects.filter(tag__in=tags, contact__taken_back_at=None).values_list("tag", flat=True)
    tags.exclude(pk__in=set(worn)).delete()
    forget()


def retire_made(imported: Import, *, by: User, at: datetime) -> None:
    """The fields that came with the file go too, unless somebody has a value in one."""
    assert imported.run
    targets = [column.target for column in Plan.of(imported.plan).columns]
    keys = [target.removeprefix(CUSTOM) for target in targets if target.startswith(CUSTOM)]
    since = imported.run.created_at
    for field in CustomField.objects.filter(noun="contact", key__in=keys, created_at=since, retired_at=None):
        if not Contact.objects.genuine().filter(custom__has_key=field.key).exists():
            retire_field(field, by=by, at=at)

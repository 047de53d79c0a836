"""Some rows at once: who they are and what they change, in a handful of questions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Lower

from trellis.core.ids import new_id, new_ids
from trellis.core.rows import find_rows, new_row
from trellis.events.catalogue import NoteWritten
from trellis.events.models import Event
from trellis.people.identity import Acquaintance, Address, acquaintances, find_acquaintance
from trellis.people.keyed import with_values
from trellis.people.models import Company, Consent, Contact, ContactPoint, ContactTag
from trellis.transfer.importing.likely import Likely, likely_among
from trellis.transfer.importing.plan import ASIDE, CUSTOM, Draft, Plan
from trellis.transfer.importing.weighing import Outcome, complete, policies_of, purposes_of, welcome

Known = dict[tuple[str, str], list[Acquaintance]]


class Batch:
    """Weighs drafts against what is known; `write_batch` makes it so, inside the caller's transaction.

    `stamp` is the instant of the whole import: contacts bear it as `changed_at`, by which undo knows its own.
    """

    def __init__(self, plan: Plan, drafts: Sequence[Draft], *, stamp: datetime, looks: bool = False) -> None:
        """With `looks` whoever is new is compared with those who are likely the same."""
        self.plan, self.drafts, self.stamp = plan, drafts, stamp
        self.good = [draft for draft in drafts if not draft.problem]
        self.known: Known = acquaintances(pair for draft in self.good for pair in draft.addresses)
        self.acquainted = {one.contact.id: one for some in self.known.values() for one in some}
        self.by_key = self.known_by_key()
        self.new_companies: list[Company] = []
        self.companies = self.companies_of(self.good)
        know_companies([one.contact for one in self.acquainted.values()], self.companies)
        self.worn = tags_worn(set(self.acquainted))
        known = {*self.acquainted, *(contact.id for contact in self.by_key.values())}
        self.noted = notes_of(known) if any(draft.notes for draft in self.good) else {}
        self.said = consents_of(known) if any(draft.consents for draft in self.good) else {}
        self.policies = policies_of(plan)
        self.seen: set[UUID] = set()
        self.twice: set[int] = set()
        # A contact with two addresses in each row; where there are more, they are made one by one.
        self.ids = iter(new_ids(3 * len(self.good)))
        self.outcomes = [self.weigh(draft) for draft in self.good]
        self.likely: dict[int, Likely] = {}
        self.keys: dict[UUID, set[int]] = {}
        self.aside: dict[int, Likely] = {}
        if looks or plan.likely == ASIDE:
            self.likely, self.keys = likely_among(self.outcomes)
        if plan.likely == ASIDE:
            self.set_aside()

    def known_by_key(self) -> dict[str, Contact]:
        """Those who have a value of the field that tells people apart."""
        if not self.plan.match.startswith(CUSTOM):
            return {}
        key = self.plan.match.removeprefix(CUSTOM)
        values = [value for draft in self.good if (value := self.key_in(draft))]
        rows = with_values(Contact.objects.genuine(), key, values).select_related("company")
        return {str(contact.custom[key]): contact for contact in rows.order_by("-created_at")}

    def weigh(self, draft: Draft) -> Outcome:
        contact = self.find(draft)
        if contact is None:
            outcome = welcome(draft, self.companies, stamp=self.stamp, pk=self.next_id())
        else:
            if contact.id in self.seen or contact.changed_at == self.stamp:
                self.twice.add(draft.number)
            outcome = complete(contact, draft, self.policies, self.companies, tuple(self.worn.get(contact.id, ())))
        self.seen.add(outcome.contact.id)
        outcome.notes = {self.next_id(): note for note in self.notes_in(draft, outcome.contact.id)}
        outcome.consents = self.consents_in(draft, outcome.contact.id)
        outcome.points = self.points_of(outcome)
        if not outcome.is_new and outcome.did == "changed":
            outcome.before.setdefault("changed_at", stamped(outcome.contact.changed_at))
            outcome.contact.changed_at = self.stamp
        if outcome.tags:
            self.worn.setdefault(outcome.contact.id, set()).update(map(str.lower, outcome.tags))
        return outcome

    def notes_in(self, draft: Draft, contact_id: UUID) -> list[str]:
        """A file that is brought in again notes nothing twice."""
        if not draft.notes:
            return []
        noted = self.noted.setdefault(contact_id, set())
        new = [note for note in draft.notes if note and note not in noted]
        noted.update(new)
        return new

    def consents_in(self, draft: Draft, contact_id: UUID) -> dict[str, bool]:
        """Nor does it record a word twice that still counts. Whoever refused here is made to agree by no file."""
        if not draft.consents:
            return {}
        said = self.said.setdefault(contact_id, {})
        new: dict[str, bool] = {}
        for channel, granted in draft.consents.items():
            word = {(channel, purpose): granted for purpose in purposes_of(granted)}
            has_refused = granted and any(said.get(about) is False for about in word)
            if not has_refused and not word.items() <= said.items():
                new[channel] = granted
                said |= word
        return new

    def set_aside(self) -> None:
        """Take out whoever is likely somebody else, with every other row about them."""
        numbers = {outcome.draft.number: outcome.contact.id for outcome in self.outcomes}
        out = {numbers[number]: likely for number, likely in self.likely.items()}
        gone = [outcome for outcome in self.outcomes if outcome.contact.id in out]
        whom = {pk: replace(likely, contact_id=who_is(pk, out, numbers)) for pk, likely in out.items()}
        self.aside = {outcome.draft.number: whom[outcome.contact.id] for outcome in gone}
        free = {(point.kind, point.value) for outcome in gone for point in outcome.points if point.held_at}
        self.outcomes = [outcome for outcome in self.outcomes if outcome.contact.id not in out]
        for point in [point for outcome in self.outcomes for point in outcome.points]:
            if (point.kind, point.value) in free:
                point.held_at = self.stamp
                free.remove((point.kind, point.value))
        # They have been compared: the rows that follow find them by these, and the nightly look need not.
        self.keys = {pk: theirs for pk, theirs in self.keys.items() if pk not in out}

    def companies_of(self, drafts: Sequence[Draft]) -> dict[str, Company]:
        """The companies that these name, by their names in small letters; new where nobody has them."""
        names: dict[str, str] = {}
        for draft in drafts:
            if name := draft.values.get("company"):
                names.setdefault(name.lower(), name)
        if not names:
            return {}
        # By the index of small letters alone, which SQLite makes of plain ones: or it would go through all companies.
        small = {*names, *map(in_plain_small_letters, names.values())}
        rows = Company.objects.alias(small=Lower("name")).filter(small__in=small)
        newest_first = sorted(rows, key=lambda company: (company.created_at, company.pk), reverse=True)
        found = {company.name.lower(): company for company in newest_first}
        new = (name for small, name in names.items() if small not in found)
        self.new_companies = [Company(name=name, created_at=self.stamp) for name in new]
        return found | {company.name.lower(): company for company in self.new_companies}

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
            if users and any(one.contact.id == contact.id for one in users):
                continue
            is_held = bool(users) and any(one.holds(Address(kind=kind, value=value, raw="")) for one in users)
            made.append(
                new_row(
                    ContactPoint,
                    id=self.next_id(),
                    contact_id=contact.id,
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
        known = self.acquainted.get(contact.id)
        if known is None:
            known = self.acquainted[contact.id] = Acquaintance(contact, [])
        known.points.extend(made)
        for point in made:
            self.known.setdefault((point.kind, point.value), []).append(known)


def who_is(pk: UUID, out: Mapping[UUID, Likely], numbers: Mapping[int, UUID]) -> UUID:
    """Whom a row that is taken out likely is: where that is a row that is taken out too, whom that one likely is."""
    while likely := out.get(pk):
        pk = likely.contact_id or numbers[likely.row]
    return pk


def stamped(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def in_plain_small_letters(text: str) -> str:
    return "".join(mark.lower() if mark.isascii() else mark for mark in text)


def know_companies(contacts: Sequence[Contact], named: Mapping[str, Company]) -> None:
    """Let each know its company, where companies are spoken of at all."""
    if not named:
        return
    found = {one.pk: one for one in find_rows(Company, id={one.company_id for one in contacts if one.company_id})}
    for contact in contacts:
        if contact.company_id:
            contact.company = found.get(contact.company_id)


def notes_of(contact_ids: set[UUID]) -> dict[UUID, set[str]]:
    noted: dict[UUID, set[str]] = {}
    notes = Event.objects.filter(contact_id__in=contact_ids, key=NoteWritten.key)
    for event in notes:
        assert event.contact_id
        noted.setdefault(event.contact_id, set()).add(event.payload.get("text", ""))
    return noted


def consents_of(contact_ids: set[UUID]) -> dict[UUID, dict[tuple[str, str], bool]]:
    """What counts for each, by channel and purpose: the newest word."""
    said: dict[UUID, dict[tuple[str, str], bool]] = {}
    words = Consent.objects.filter(contact__in=contact_ids).order_by("at", "pk")
    for contact_id, channel, purpose, granted in words.values_list("contact", "channel", "purpose", "granted"):
        said.setdefault(contact_id, {})[channel, purpose] = granted
    return said


def tags_worn(contact_ids: set[UUID]) -> dict[UUID, set[str]]:
    """In small letters."""
    worn: dict[UUID, set[str]] = {}
    for contact_id, small in ContactTag.objects.filter(contact__in=contact_ids).values_list("contact", "tag__small"):
        worn.setdefault(contact_id, set()).add(small)
    return worn

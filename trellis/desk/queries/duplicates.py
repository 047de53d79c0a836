"""Pairs that may be one person, side by side, and what becomes of two who are merged."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from trellis.desk.queries.contacts import reach_of
from trellis.desk.queries.finding import FEW_MEANT, TOO_FEW
from trellis.desk.queries.found import FoundPerson, found_people, journeys_of, people_meant, person_of
from trellis.journeys.models import Journey, JourneyStatus
from trellis.people.fields import custom_of
from trellis.people.merging import appearance, foresee_merge
from trellis.people.models import Contact, PossibleDuplicate
from trellis.people.permissions import among
from trellis.team.models import User
from trellis.team.permissions import sees_all
from trellis.web.times import Viewer

PAGE = 25
MOST_FOUND = 12
LABELS = {
    "name": "Name",
    "company": "Company",
    "job_title": "Job title",
    "place": "Place",
    "address": "Address",
    "language": "Language",
    "time_zone": "Time zone",
}
# What a person wants to know goes over, in this order, one and many.
COUNTED = {
    "journeys": ("lead", "leads"),
    "messages": ("message", "messages"),
    "calls": ("call", "calls"),
    "signals": ("signal", "signals"),
}


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of two, with what is open with them and how to reach them. `reach` says it, `theirs` what they have."""

    person: FoundPerson
    reach: list[str]
    theirs: str = ""

    @property
    def contact(self) -> Contact:
        return self.person.contact


@dataclass(frozen=True, kw_only=True)
class PairRow:
    pk: UUID
    percent: int
    reasons: list[str]
    sides: tuple[Side, Side]


@dataclass(frozen=True, kw_only=True)
class PairList:
    """`after` is where the next page starts, `total` how many wait for somebody to decide."""

    rows: list[PairRow]
    total: int
    after: str = ""


def pair_list(*, user: User, after: str, viewer: Viewer) -> PairList:
    """The likeliest first. Five queries."""
    waiting = PossibleDuplicate.objects.open().of_living().seen_by(user)
    pairs = waiting.order_by("-per_mille", "-pk").select_related("contact__company", "other__company")
    if place := read_place(after):
        per_mille, pk = place
        pairs = pairs.filter(Q(per_mille__lt=per_mille) | Q(per_mille=per_mille, pk__lt=pk))
    found = list(pairs.prefetch_related("contact__points", "other__points")[: PAGE + 1])
    page = found[:PAGE]
    walked = journeys_of([pk for pair in page for pk in (pair.contact_id, pair.other_id)], user)
    rows = [row_of(pair, walked, viewer) for pair in page]
    more = f"{page[-1].per_mille}~{page[-1].pk}" if len(found) > PAGE else ""
    return PairList(rows=rows, total=waiting.count(), after=more)


def read_place(text: str) -> tuple[int, UUID] | None:
    per_mille, _, pk = text.partition("~")
    try:
        return int(per_mille), UUID(pk)
    except ValueError:
        return None


def row_of(pair: PossibleDuplicate, walked: dict[UUID, list[Journey]], viewer: Viewer) -> PairRow:
    """Whoever was there first stands on the left."""
    both = sorted((pair.contact, pair.other), key=lambda contact: (contact.created_at, contact.pk))
    first, second = (side_of(contact, walked, viewer) for contact in both)
    # Nobody is certain: a hundred percent would say so.
    percent = min(pair.per_mille // 10, 99)
    return PairRow(pk=pair.pk, percent=percent, reasons=pair.reasons or [pair.reason], sides=(first, second))


def side_of(contact: Contact, walked: dict[UUID, list[Journey]], viewer: Viewer, theirs: str = "") -> Side:
    person = person_of(contact, walked.get(contact.pk, []), viewer)
    return Side(person=person, reach=reach_of(contact, viewer), theirs=theirs)


def others_to_merge(contact: Contact, text: str, user: User, viewer: Viewer) -> list[FoundPerson]:
    """Whom the words find, or nearly, of those whom the user may change too."""
    found = found_people(text, user, viewer, MOST_FOUND)
    if len(found) < TOO_FEW:
        found += people_meant(text, user, viewer, FEW_MEANT, but={person.contact.pk for person in found})
    theirs = among([person.contact.pk for person in found], user, "change", "contact")
    return [person for person in found if person.contact.pk in theirs - {contact.pk}]


@dataclass(frozen=True, kw_only=True)
class Pick:
    """One field in which they differ: the value of each, and whether it is the one that is picked."""

    name: str
    label: str
    values: list[tuple[Contact, str, bool]]


@dataclass(frozen=True, kw_only=True)
class MergeSheet:
    """What the page of a merge shows. `seen` goes with the form, so that what changes meanwhile is noticed."""

    sides: tuple[Side, Side]
    survivor: Contact
    picks: list[Pick]
    both_open: list[str]
    seen: str


def merge_sheet(one: Contact, other: Contact, *, user: User, asked: dict[str, str], viewer: Viewer) -> MergeSheet:
    """`asked` is what was picked on the page before, by the name of the field: the id of a contact."""
    walked = journeys_of([one.pk, other.pk], user)
    both = (one, other)
    counts = foresee_merge(*both) if sees_all(user) else {}
    first, second = (side_of(contact, walked, viewer, say_counts(counts.get(contact.pk, {}))) for contact in both)
    survivor = next((contact for contact in both if str(contact.pk) == asked.get("keep")), None) or one
    return MergeSheet(
        sides=(first, second),
        survivor=survivor,
        picks=picks_of(both, survivor, asked),
        both_open=both_open(walked.get(one.pk, []), walked.get(other.pk, [])),
        seen=json.dumps({str(contact.pk): appearance(contact) for contact in both}),
    )


def picks_of(both: Sequence[Contact], survivor: Contact, asked: dict[str, str]) -> list[Pick]:
    """The fields that both know and in which they differ, those of the business as well."""
    told = {name: (label, [str(value_of(contact, name)) for contact in both]) for name, label in LABELS.items()}
    for name, field in custom_of("contact").items():
        told[name] = (field.label, [field.say(contact) if field.say else "" for contact in both])
    found: list[Pick] = []
    for name, (label, values) in told.items():
        if all(values) and values[0] != values[1]:
            picked = asked.get(name) if asked.get(name) in {str(contact.pk) for contact in both} else str(survivor.pk)
            sides = [(contact, value, str(contact.pk) == picked) for contact, value in zip(both, values, strict=True)]
            found.append(Pick(name=name, label=label, values=sides))
    return found


def value_of(contact: Contact, name: str) -> Any:
    if name == "company":
        return contact.company.name if contact.company else ""
    return getattr(contact, name)


def say_counts(counts: dict[str, int]) -> str:
    """2 leads, 3 messages."""
    said = [f"{counts[key]:,} {words[counts[key] > 1]}" for key, words in COUNTED.items() if counts.get(key)]
    return ", ".join(said) or "nothing yet but what stands here"


def both_open(ours: Sequence[Journey], theirs: Sequence[Journey]) -> list[str]:
    """The playbooks in which both have something open: it stays two."""
    titles = [
        {journey.playbook.title for journey in walked if journey.status != JourneyStatus.CLOSED}
        for walked in (ours, theirs)
    ]
    return sorted(titles[0] & titles[1])

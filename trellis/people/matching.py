"""Who among all contacts may be the same as somebody: found by the blocks they share, and weighed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from trellis.core.rows import find_rows, insert_rows, update_rows
from trellis.people.linkage.blocking import LARGEST, block_key, blocks
from trellis.people.linkage.likeness import SHOWN, Likeness, likeness
from trellis.people.linkage.traits import Traits
from trellis.people.linkage.weights import Weights
from trellis.people.models import BlockKey, Contact, ContactPoint, DuplicateSearch, PointKind, PossibleDuplicate
from trellis.people.permissions import among
from trellis.team.models import User
from trellis.team.undoing import keeping

MOST_SHOWN = 5
REASON_LIMIT = 120


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be the same person, how likely, and why."""

    contact: Contact
    likeness: Likeness


def likely_same(traits: Traits, *, but: Contact | None = None, most: int = MOST_SHOWN) -> list[Candidate]:
    """Who may be this person already, the likeliest first. Six queries, however many contacts there are."""
    found = neighbors({block_key(block) for block in blocks(traits)})
    ids = {pk for members in found.values() for pk in members} | users_of(traits.emails | traits.phones)
    known = traits_of(ids - {but.pk if but else None})
    weights = current_weights()
    weighed = {pk: likeness(traits, theirs, weights) for pk, theirs in known.items()}
    likely = [pk for pk, one in weighed.items() if one.probability >= SHOWN]
    likely.sort(key=lambda pk: (-weighed[pk].weight, pk))
    contacts = Contact.objects.genuine().prefetch_related("points").in_bulk(likely[:most])
    return [Candidate(contacts[pk], weighed[pk]) for pk in likely[:most] if pk in contacts]


def likely_seen(traits: Traits, who: Any, *, most: int) -> list[Candidate]:
    """Those of them whom `who` sees: the others are nobody's to be told of."""
    found = likely_same(traits, most=most)
    seen = among([one.contact.pk for one in found], who, "see", "contact")
    return [one for one in found if one.contact.pk in seen]


def duplicates_of(contact: Contact) -> list[Candidate]:
    """Who may be the same as this contact, without those whom a person has told apart."""
    apart = PossibleDuplicate.objects.filter(Q(contact=contact) | Q(other=contact), settled_how="different_people")
    told = {pk for pair in apart for pk in (pair.contact_id, pair.other_id)}
    traits = traits_of([contact.pk]).get(contact.pk, Traits())
    return [found for found in likely_same(traits, but=contact) if found.contact.pk not in told]


def suspect(contact: Contact, *, by: User | None, at: datetime) -> int:
    """They were added although somebody is likely the same: let each such pair wait to be decided. How many are new."""
    mine = PossibleDuplicate.objects.filter(Q(contact=contact) | Q(other=contact))
    with keeping(mine, by=by, at=at):
        return write_pairs({(contact.pk, one.contact.pk): one.likeness for one in duplicates_of(contact)}, at=at)


def users_of(values: Collection[str]) -> set[UUID]:
    """Whoever uses one of these addresses, also where they were not looked at yet; of a crowd only some."""
    points = ContactPoint.objects.filter(kind__in=PointKind.values, value__in=values)
    return set(points.values_list("contact_id", flat=True)[:LARGEST]) if values else set()


def neighbors(keys: Collection[int]) -> dict[int, list[UUID]]:
    """Who is in these blocks. A block that very many are in says nothing of any of them, and is left out."""
    if not keys:
        return {}
    counted = BlockKey.objects.filter(key__in=keys).values("key").annotate(members=Count("pk"))
    small = [key for key, members in counted.values_list("key", "members") if members <= LARGEST]
    found: dict[int, list[UUID]] = defaultdict(list)
    for key, pk in BlockKey.objects.filter(key__in=small).values_list("key", "contact_id"):
        found[key].append(pk)
    return found


def traits_of(ids: Iterable[UUID | None]) -> dict[UUID, Traits]:
    """What is known of these contacts, of those who are still there."""
    wanted = [pk for pk in ids if pk]
    contacts = Contact.objects.genuine().filter(pk__in=wanted).select_related("company") if wanted else ()
    points: dict[UUID, list[ContactPoint]] = defaultdict(list)
    for point in find_rows(ContactPoint, contact=wanted):
        points[point.contact_id].append(point)
    return {contact.pk: traits_from(contact, points[contact.pk]) for contact in contacts}


def traits_from(contact: Contact, points: Iterable[ContactPoint]) -> Traits:
    points = list(points)
    return Traits(
        name=contact.name,
        emails=frozenset(point.value for point in points if point.kind == PointKind.EMAIL),
        phones=frozenset(point.value for point in points if point.kind == PointKind.PHONE),
        address=contact.address,
        place=contact.place,
        company=contact.company.name if contact.company else "",
    )


def current_weights() -> Weights:
    """As learned for the last search, else as shipped."""
    search = DuplicateSearch.objects.order_by("-began_at").first()
    return weights_of(search) if search else Weights()


def weights_of(search: DuplicateSearch) -> Weights:
    """For as many people as there are by now."""
    return Weights.from_json(search.weights, people=max(search.weights.get("people", 0), search.seen))


def write_pairs(likely: Mapping[tuple[UUID, UUID], Likeness], *, at: datetime) -> int:
    """Note pairs that a person should look at; how many are new. What was decided of a pair before is let be."""
    both = {pk for pair in likely for pk in pair}
    known: dict[frozenset[UUID], PossibleDuplicate] = {}
    for pair in PossibleDuplicate.objects.filter(Q(contact__in=both) & Q(other__in=both)):
        known[frozenset((pair.contact_id, pair.other_id))] = pair
    fresh: list[PossibleDuplicate] = []
    again: list[PossibleDuplicate] = []
    for (contact, other), found in likely.items():
        before = known.get(frozenset((contact, other)))
        pair = before or PossibleDuplicate(contact_id=contact, other_id=other, found_at=at)
        pair.per_mille, pair.reasons = found.per_mille, found.reasons
        pair.reason = ", ".join(found.reasons)[:REASON_LIMIT]
        (again if before else fresh).append(pair)
    update_rows([pair for pair in again if pair.settled_at is None], ["per_mille", "reasons", "reason"])
    return len(insert_rows(fresh, skip_known=True))

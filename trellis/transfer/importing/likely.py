"""Rows that no address matches, and that are likely somebody here or another row: found by the blocks they share."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from trellis.people.jobs import weigh
from trellis.people.linkage.blocking import block_key, blocks
from trellis.people.linkage.likeness import Likeness
from trellis.people.linkage.traits import Traits
from trellis.people.matching import current_weights
from trellis.people.models import Contact, ContactPoint, PointKind
from trellis.transfer.importing.weighing import Outcome


@dataclass(frozen=True)
class Likely:
    """Who somebody new likely is. `row` is the other row where they are in this file too."""

    name: str
    likeness: Likeness
    row: int = 0
    contact_id: UUID | None = None

    @property
    def percent(self) -> int:
        return min(round(self.likeness.probability * 100), 99)

    @property
    def reasons(self) -> str:
        return ", ".join(self.likeness.reasons)

    def __str__(self) -> str:
        where = f" of row {self.row:,}" if self.row else ""
        return f"Perhaps {self.name}{where} ({self.percent} %): {self.reasons}"


def likely_among(outcomes: Sequence[Outcome]) -> tuple[dict[int, Likely], dict[UUID, set[int]]]:
    """By the number of the row, of each who is new, whom they most likely are; and the blocks of all who are new.

    Of two rows it is the later one that is likely the earlier. A few questions, however many contacts there are.
    """
    people = traits_of_new(outcomes)
    keys = {pk: {block_key(block) for block in blocks(traits)} for pk, traits in people.items()}
    rows = {one.contact.pk: one for one in outcomes if one.is_new}
    best: dict[UUID, tuple[UUID, Likeness]] = {}
    for pair, likeness in weigh(people, keys, current_weights()).items():
        other, later = sorted(pair, key=lambda pk: rows[pk].draft.number if pk in rows else 0)
        if later not in best or likeness.weight > best[later][1].weight:
            best[later] = (other, likeness)
    names = dict(Contact.objects.filter(pk__in=[pk for pk, _ in best.values()]).values_list("pk", "name"))
    likely = {rows[pk].draft.number: told(other, rows.get(other), names, found) for pk, (other, found) in best.items()}
    return likely, keys


def traits_of_new(outcomes: Sequence[Outcome]) -> dict[UUID, Traits]:
    points: dict[UUID, list[ContactPoint]] = defaultdict(list)
    for outcome in outcomes:
        points[outcome.contact.pk] += outcome.points
    return {
        one.contact.pk: Traits(
            name=one.contact.name,
            emails=frozenset(point.value for point in points[one.contact.pk] if point.kind == PointKind.EMAIL),
            phones=frozenset(point.value for point in points[one.contact.pk] if point.kind == PointKind.PHONE),
            address=one.contact.address,
            place=one.contact.place,
            company=one.draft.values.get("company", ""),
        )
        for one in outcomes
        if one.is_new
    }


def told(other: UUID, row: Outcome | None, names: Mapping[UUID, str], likeness: Likeness) -> Likely:
    if row is None:
        return Likely(name=names.get(other) or "somebody without a name", likeness=likeness, contact_id=other)
    return Likely(name=row.contact.name or "somebody without a name", likeness=likeness, row=row.draft.number)

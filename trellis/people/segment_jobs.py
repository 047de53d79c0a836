"""Keeping segments: whoever something happened to is asked again, and only what is different is written.

Two ways lead there. The log of events is followed by a cursor, a moment behind; it is read twice, at once and a minute
later, for what was written late. And now and then everybody is looked through in the order of their ids: when a segment
is new or asks something else, each hour where time alone changes its answer, and each day for what no event told of.
Asking is done outside of any transaction. Whatever is written takes a turn (`SegmentCursor`): where another worker took
one meanwhile, it may know better, and nothing is written.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from trellis.core.condition_query import TextIn
from trellis.core.conditions import Condition, moves_with_time
from trellis.core.ids import id_before, new_id
from trellis.core.rows import insert_rows, new_row
from trellis.events.models import Event
from trellis.people.fields import Field
from trellis.people.models import Contact
from trellis.people.segment_fields import askable, condition_of, who_fits
from trellis.people.segments import Segment, SegmentCursor, SegmentMember, SegmentSweep
from trellis.team.undoing import KEPT

EVENTS = 500
# How many are asked at once, looked through at once, and written in one transaction.
ASKED, LOOKED_THROUGH, WRITTEN = 500, 5_000, 200
# So much later than its id was made an event may be there to be read.
LATE_MILLISECONDS = 60_000
EVERY_HOUR, EVERY_DAY = timedelta(hours=1), timedelta(hours=24)
NOTHING = UUID(int=0)

Pair = tuple[UUID, UUID]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A segment that is kept, with what it asks: nothing where a field of it is gone."""

    segment: Segment
    condition: Condition | None
    sweep: SegmentSweep | None


@dataclass(kw_only=True)
class Difference:
    """Who has to come in and who has to go, as pairs of a segment and a contact."""

    came: list[Pair] = field(default_factory=list)
    went: list[Pair] = field(default_factory=list)


def keep_segments(*, at: datetime) -> int:
    """One batch of what happened and one of those who are looked through; how many contacts were asked."""
    # Read before anything else: whatever changes from here on makes its turn stale.
    cursor = SegmentCursor.objects.filter(pk=SegmentCursor.ONLY).first()
    segments = kept_segments(at)
    if not segments:
        return let_go(at)
    fields = askable()
    kept = [
        Kept(segment=one, condition=condition_of(one, fields), sweep=getattr(one, "sweep", None)) for one in segments
    ]
    if cursor is None or not any(one.sweep for one in kept):
        return begin(kept, at)
    return follow_events(cursor, kept, fields, at) + look_through(cursor, kept, fields, at) + let_go(at)


def kept_segments(at: datetime) -> list[Segment]:
    """Those that are there, and those whose removal can still be taken back."""
    wanted = Q(retired_at=None) | Q(retired_at__gt=at - KEPT)
    return list(Segment.objects.filter(wanted).select_related("sweep").order_by("pk"))


def begin(kept: Sequence[Kept], at: datetime) -> int:
    """Nobody was asked anything so far: what happened before does not matter."""
    first = next((one.segment for one in kept if one.condition), None)
    if first is None:
        return 0
    here = id_before(new_id(), LATE_MILLISECONDS)
    cursor, _ = SegmentCursor.objects.update_or_create(
        pk=SegmentCursor.ONLY, defaults={"reached": here, "settled": here}
    )
    return begin_sweep(cursor, first, at)


@transaction.atomic
def take_turn(cursor: SegmentCursor, **moved: Any) -> bool:
    """Whether nobody else wrote since this cursor was read. The caller writes in the same transaction."""
    mine = SegmentCursor.objects.filter(pk=cursor.pk, turn=cursor.turn)
    if not mine.update(turn=cursor.turn + 1, **moved):
        return False
    cursor.turn += 1
    return True


def follow_events(cursor: SegmentCursor, kept: Sequence[Kept], fields: Mapping[str, Field], at: datetime) -> int:
    """Ask everybody whom the next events tell of; how many those were."""
    settled_to = min(cursor.reached, id_before(new_id(), LATE_MILLISECONDS))
    fresh = events(Q(pk__gt=cursor.reached))
    late = events(Q(pk__gt=cursor.settled, pk__lte=settled_to))
    if not fresh and not late:
        return 0
    people = sorted(touched((*fresh, *late)))
    for some in batched(people, ASKED):
        if not write(cursor, asked_again(kept, fields, some, at), at):
            return 0
    moved = {
        "reached": fresh[-1]["pk"] if fresh else cursor.reached,
        "settled": late[-1]["pk"] if len(late) == EVENTS else settled_to,
    }
    take_turn(cursor, **moved)
    return len(people)


def events(which: Q) -> list[dict[str, Any]]:
    """With everybody of whom they tell: beside the one whose story it is, the other of a merge, and a company."""
    rows: Any = Event.objects.filter(which).order_by("pk")
    told = {"other": TextIn(F("payload"), "other_id"), "company": TextIn(F("payload"), "company_id")}
    return list(rows.annotate(**told).values("pk", "contact_id", "other", "company")[:EVENTS])


def touched(rows: Iterable[Mapping[str, Any]]) -> set[UUID]:
    people: set[UUID] = {row["contact_id"] for row in rows if row["contact_id"]}
    people |= {UUID(row["other"]) for row in rows if row["other"]}
    companies = {UUID(row["company"]) for row in rows if row["company"]}
    if companies:
        people |= set(Contact.objects.filter(company__in=companies).values_list("pk", flat=True))
    return people


def asked_again(
    kept: Sequence[Kept], fields: Mapping[str, Field], people: Collection[UUID], at: datetime
) -> Difference:
    """What these contacts are in beside what they should be in. A segment that cannot be asked stays as it is."""
    fit: set[Pair] = set()
    asked = {one.segment.pk: one.condition for one in kept if one.condition}
    for segment, condition in asked.items():
        found = who_fits(condition, fields, at).filter(pk__in=people)
        fit |= {(segment, pk) for pk in found.values_list("pk", flat=True)}
    members = SegmentMember.objects.filter(contact__in=people, segment__in=asked)
    are_in = set(members.values_list("segment_id", "contact_id"))
    return Difference(came=sorted(fit - are_in), went=sorted(are_in - fit))


def write(cursor: SegmentCursor, difference: Difference, at: datetime) -> bool:
    """The difference in small transactions; False where another worker was faster."""
    pairs = [*((pair, True) for pair in difference.came), *((pair, False) for pair in difference.went)]
    for some in batched(pairs, WRITTEN):
        with transaction.atomic():
            if not take_turn(cursor):
                return False
            write_members([pair for pair, came in some if came], [pair for pair, came in some if not came], at)
    return True


def write_members(came: Sequence[Pair], went: Sequence[Pair], at: datetime) -> None:
    """Both in few statements, and how many there are by that."""
    rows = [new_row(SegmentMember, segment_id=segment, contact_id=contact, since=at) for segment, contact in came]
    sizes: dict[UUID, int] = {}
    for row in insert_rows(rows, skip_known=True):
        sizes[row.segment_id] = sizes.get(row.segment_id, 0) + 1
    for segment, contacts in by_segment(went):
        gone, _ = SegmentMember.objects.filter(segment=segment, contact__in=contacts).delete()
        sizes[segment] = sizes.get(segment, 0) - gone
    for segment, number in sizes.items():
        SegmentSweep.objects.filter(segment=segment).update(size=F("size") + number)


def by_segment(pairs: Iterable[Pair]) -> Iterator[tuple[UUID, list[UUID]]]:
    found: dict[UUID, list[UUID]] = {}
    for segment, contact in pairs:
        found.setdefault(segment, []).append(contact)
    yield from found.items()


def look_through(cursor: SegmentCursor, kept: Sequence[Kept], fields: Mapping[str, Field], at: datetime) -> int:
    """The next contacts for the first segment of which everybody has to be asked; how many that were."""
    for one in kept:
        if one.condition is None:
            forget_asked(cursor, one)
        elif (sweep := one.sweep) is None or sweep.condition != one.segment.condition:
            return begin_sweep(cursor, one.segment, at)
        elif sweep.ended_at is None:
            return sweep_on(cursor, sweep, who_fits(one.condition, fields, at), at)
        elif sweep.ended_at <= at - (EVERY_HOUR if moves_with_time(one.condition) else EVERY_DAY):
            return begin_sweep(cursor, one.segment, at)
    return 0


def forget_asked(cursor: SegmentCursor, kept: Kept) -> None:
    """It cannot be asked for now: once it can, everybody has to be."""
    if kept.sweep and kept.sweep.condition is not None:
        with transaction.atomic():
            if take_turn(cursor):
                SegmentSweep.objects.filter(pk=kept.sweep.pk).update(condition=None, settled_at=None)


def begin_sweep(cursor: SegmentCursor, segment: Segment, at: datetime) -> int:
    sweep = SegmentSweep.objects.filter(segment=segment).first() or SegmentSweep(segment=segment)
    if sweep.condition != segment.condition:
        sweep.condition, sweep.settled_at = segment.condition, None
    sweep.began_at, sweep.ended_at, sweep.reached, sweep.seen = at, None, None, 0
    with transaction.atomic():
        if take_turn(cursor):
            sweep.save()
    return 1


def sweep_on(cursor: SegmentCursor, sweep: SegmentSweep, fitting: Any, at: datetime) -> int:
    """The contacts after the last that was looked at. Each small transaction leaves a place to go on from."""
    last = sweep.reached or NOTHING
    people = list(Contact.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:LOOKED_THROUGH])
    if not people:
        return end_sweep(cursor, sweep, at)
    fit = set(fitting.filter(pk__gt=last, pk__lte=people[-1]).values_list("pk", flat=True))
    members = SegmentMember.objects.filter(segment=sweep.segment_id, contact__gt=last, contact__lte=people[-1])
    are_in = set(members.values_list("contact_id", flat=True))
    for some, reached, seen in parts_of(sorted(fit ^ are_in), people):
        with transaction.atomic():
            if not take_turn(cursor):
                return 0
            came = [(sweep.segment_id, pk) for pk in some if pk in fit]
            write_members(came, [(sweep.segment_id, pk) for pk in some if pk in are_in], at)
            SegmentSweep.objects.filter(pk=sweep.pk).update(reached=reached, seen=F("seen") + seen)
    return len(people)


def parts_of(different: Sequence[UUID], people: Sequence[UUID]) -> Iterator[tuple[Sequence[UUID], UUID, int]]:
    """What one transaction writes, up to whom that is, and how many contacts were looked at for it; one at least."""
    seen = 0
    for start in range(0, max(len(different), 1), WRITTEN):
        some = different[start : start + WRITTEN]
        reached = people[-1] if start + WRITTEN >= len(different) else some[-1]
        behind = bisect_right(people, reached)
        yield some, reached, behind - seen
        seen = behind


def end_sweep(cursor: SegmentCursor, sweep: SegmentSweep, at: datetime) -> int:
    """All were asked. Who went with a contact that was deleted is counted out."""
    size = SegmentMember.objects.filter(segment=sweep.segment_id).count()
    with transaction.atomic():
        if take_turn(cursor):
            SegmentSweep.objects.filter(pk=sweep.pk).update(ended_at=at, settled_at=at, size=size)
    return 1


def let_go(at: datetime) -> int:
    """Of segments that were removed for good nobody is in one any more."""
    gone = SegmentSweep.objects.filter(segment__retired_at__lte=at - KEPT).first()
    if gone is None:
        return 0
    some = list(SegmentMember.objects.filter(segment=gone.segment_id).values_list("pk", flat=True)[:WRITTEN])
    if some:
        SegmentMember.objects.filter(pk__in=some).delete()
    else:
        gone.delete()
    return len(some) + 1

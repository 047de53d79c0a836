"""The segments that somebody sees: what each asks in words, how many are in it, and how far keeping it has come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count

from trellis.core.condition_rows import rows_of
from trellis.lists.asked import Asked
from trellis.lists.queries.counting import size_of
from trellis.people.fields import Field, row_in_words
from trellis.people.models import Contact, Segment, SegmentMember, SegmentSweep
from trellis.people.segment_fields import FIELD, askable, condition_of, segments_seen
from trellis.team.permissions import reach_of
from trellis.team.roles import Reach


@dataclass(frozen=True, kw_only=True)
class Line:
    """A segment on screen. `words` is empty where it cannot be asked any more; `joint` says how they hang together.

    `size` counts those whom the reader sees. `done` is the share of all contacts that were asked, in percent, while not
    all were.
    """

    segment: Segment
    joint: str
    words: Sequence[str]
    size: int
    sweep: SegmentSweep | None
    done: int | None

    @property
    def query(self) -> str:
        """Of the list of those who are in it."""
        return urlencode({"match": "all", "f": FIELD, "o": "is", "v": self.segment.key})


JOINTS = {"any": "Any of:", "none": "None of:"}


def segment_lines(who: Any, segments: Sequence[Segment] | None = None) -> list[Line]:
    """Of all that `who` sees, or of some of them. One query more where not everybody is seen, one while one fills."""
    seen = segments_seen(who) if segments is None else segments
    if not seen:
        return []
    ids = [segment.pk for segment in seen]
    sweeps = {segment.pk: segment.sweep for segment in seen if hasattr(segment, "sweep")}
    sizes, fields = sizes_of(ids, sweeps, who), askable()
    is_filling = any(not is_settled(segment, sweeps.get(segment.pk)) for segment in seen)
    people = size_of(Contact.objects.all()) if is_filling else 0
    return [line_of(segment, sweeps.get(segment.pk), sizes.get(segment.pk, 0), fields, people) for segment in seen]


def line_of(segment: Segment, sweep: SegmentSweep | None, size: int, fields: Mapping[str, Field], people: int) -> Line:
    condition = condition_of(segment, fields)
    rows = rows_of(condition)
    words = [row_in_words(row, fields) for row in rows.rows] if rows.is_flat else ["A filter with groups"]
    begun = sweep.seen if sweep and sweep.condition == segment.condition else 0
    done = None if is_settled(segment, sweep) else min(99, begun * 100 // max(people, 1))
    return Line(segment=segment, joint=JOINTS.get(rows.joint, ""), words=words, size=size, sweep=sweep, done=done)


def is_settled(segment: Segment, sweep: SegmentSweep | None) -> bool:
    return sweep is not None and sweep.settled_at is not None and sweep.condition == segment.condition


def sizes_of(ids: Collection[UUID], sweeps: Mapping[UUID, SegmentSweep], who: Any) -> dict[UUID, int]:
    """How many of those whom `who` sees: nobody learns from a number of people they do not see."""
    if reach_of(who, "see", "contact") == Reach.ALL:
        return {pk: sweep.size for pk, sweep in sweeps.items()}
    theirs = Contact.objects.genuine().visible_to(who).values("pk")
    counted = SegmentMember.objects.filter(segment__in=ids, contact__in=theirs).values("segment")
    return dict(counted.annotate(people=Count("pk")).values_list("segment", "people"))


def lines_on(asked: Asked, who: Any) -> list[Line]:
    """Of the segments that the filter of a list names."""
    named = {row.value for row in asked.rows.rows if row.name == FIELD and row.operator == "is"}
    found = [segment for segment in segments_seen(who) if segment.key in named] if named else []
    return segment_lines(who, found)


def size_known(asked: Asked, who: Any) -> int | None:
    """How many are in the one segment that a list asks for and nothing else, for whoever sees everybody."""
    told = asked.condition
    if told is None or told.field != FIELD or told.test[0] != "is" or reach_of(who, "see", "contact") != Reach.ALL:
        return None
    found = next((segment for segment in segments_seen(who) if segment.key == told.test[1]), None)
    return found.sweep.size if found and hasattr(found, "sweep") else None

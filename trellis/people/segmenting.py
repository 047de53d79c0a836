"""Keeping a filter as a segment, calling it otherwise, giving it another filter, and removing it."""

from datetime import datetime

from django.utils.text import slugify

from trellis.core.conditions import Condition, faults_of
from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.people.segment_fields import FIELD, askable, names_in, sees_segment
from trellis.people.segments import Segment
from trellis.team.models import User
from trellis.team.undoing import keeping, this

MOST_SEGMENTS = 200


def save_segment(*, name: str, condition: Condition | None, by: User, at: datetime) -> Segment:
    """Keep a filter of contacts under a name. The worker finds who fits it, beginning within a second."""
    name = _checked_name(name)
    told = _checked_condition(condition, by)
    if Segment.objects.live().count() >= MOST_SEGMENTS:
        raise Refused("too_many", f"{MOST_SEGMENTS} segments are as many as are kept: remove one that nobody uses.")
    # It is made as one that was removed and then brought out: so undo removes it again, whoever is in it by then.
    segment = Segment(name=name, condition=told, created_at=at, created_by=by, retired_at=at)
    segment.key = _free_key(name)
    segment.save(force_insert=True)
    with keeping(this(segment), by=by, at=at):
        segment.retired_at = None
        segment.save(update_fields=["retired_at"])
    forget()
    return segment


def rename_segment(segment: Segment, *, name: str, by: User, at: datetime) -> Segment:
    """Filters that name it go on to find the same people."""
    name = _checked_name(name, but=segment)
    with keeping(this(segment), by=by, at=at):
        _change(segment, by, at, name=name)
    return segment


def reshape_segment(segment: Segment, *, condition: Condition | None, by: User, at: datetime) -> Segment:
    """From now on it asks for this. Until all contacts were asked, some are in it whom the filter before found."""
    told = _checked_condition(condition, by)
    with keeping(this(segment), by=by, at=at):
        _change(segment, by, at, condition=told)
    return segment


def remove_segment(segment: Segment, *, by: User, at: datetime) -> None:
    """Nobody finds it any more. The people in it stay as they are."""
    with keeping(this(segment), by=by, at=at):
        segment.retired_at, segment.retired_by = at, by
        segment.save(update_fields=["retired_at", "retired_by"])
    forget()


def _change(segment: Segment, by: User, at: datetime, **values: object) -> None:
    for name, value in values.items():
        setattr(segment, name, value)
    segment.changed_at, segment.changed_by = at, by
    segment.save(update_fields=[*values, "changed_at", "changed_by"])
    forget()


def _checked_name(name: str, but: Segment | None = None) -> str:
    name = clean_line(name, 80)
    if not name:
        raise Refused("no_name", "A segment has a name: write one, such as Quiet customers.")
    used = Segment.objects.live().filter(name__iexact=name)
    if (used.exclude(pk=but.pk) if but else used).exists():
        raise Refused("name_taken", f"There is a segment called {name} already: choose another name.")
    return name


def _checked_condition(condition: Condition | None, by: User) -> dict[str, object]:
    if condition is None:
        raise Refused("no_filter", "A segment is a filter that is kept: filter the list first, then keep it.")
    told: dict[str, object] = condition.model_dump(by_alias=True, exclude_none=True, mode="json")
    if FIELD in names_in(told):
        raise Refused(
            "asks_a_segment",
            "A segment cannot ask who is in a segment: take that part out, and say what it asks for instead.",
        )
    known = {name: field.column.known for name, field in askable().items()}
    if fault := next(faults_of(condition, known), None):
        raise Refused("faulty", f"Mend the filter first: {fault[1]}.")
    if not sees_segment(by, Segment(condition=told)):
        raise Refused(
            "beyond_reach", "This filter asks about leads, and not all of them are yours to see: take that part out."
        )
    return told


def _free_key(name: str) -> str:
    """Its name as one word, with a number where another one has or had that."""
    plain = slugify(name)[:50] or "segment"
    taken = set(Segment.objects.filter(key__startswith=plain).values_list("key", flat=True))
    return next(key for key in (plain, *(f"{plain}-{number}" for number in range(2, 10_000))) if key not in taken)

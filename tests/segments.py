"""Segments for tests: some filters of every kind, and the worker's share of keeping them."""

from datetime import datetime, timedelta
from typing import Any

from tests.cast import TUESDAY, Business
from trellis.core.conditions import Condition
from trellis.core.memory import forget
from trellis.people.models import Segment, SegmentMember
from trellis.people.segment_jobs import keep_segments
from trellis.people.segmenting import save_segment

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FILTERS: dict[str, dict[str, Any]] = {
    "Insured": {"field": "tags", "contains": "insured"},
    "In Conway": {"all": [{"field": "place", "is": "Conway"}, {"field": "email", "known": True}]},
    "Quiet": {"any": [{"field": "heard_at", "before": "30d ago"}, {"field": "heard_at", "known": False}]},
    "New here": {"field": "created_at", "after": "3d ago"},
    "Ben's": {"field": "owner", "is": "ben@ridgeline.example"},
    "Nobody's": {"none": [{"field": "owner", "known": True}, {"field": "tags", "contains": "vip"}]},
    "Qualified": {"field": "stage", "is": "qualified"},
    "Late": {"field": "due_at", "before": "today"},
    "Hale": {"field": "company", "contains": "hale"},
}


def segment(office: Business, name: str = "Insured", condition: Any = None, at: datetime = TUESDAY) -> Segment:
    told = Condition.model_validate(condition or FILTERS[name])
    return save_segment(name=name, condition=told, by=office.maya, at=at)


def settle(at: datetime) -> None:
    """The worker's share, until nothing is left."""
    while keep_segments(at=at):
        pass
    forget()


def names(of: Segment) -> list[str]:
    return sorted(SegmentMember.objects.filter(segment=of).values_list("contact__name", flat=True))

"""Twenty segments: filled once, kept up after many were changed, looked through by the hour, and read as a list.

A write transaction keeps every other writer of SQLite waiting for as long as it lasts: the longest one is told.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from unittest.mock import patch

from django.db import transaction

from bench.figures import Figure
from bench.moment import NOW
from bench.pages import TIMES, page, reader
from bench.town import PLACES
from trellis.core.conditions import Condition
from trellis.people import segment_jobs
from trellis.people.actions import add_tags
from trellis.people.models import Contact, Segment, SegmentMember, SegmentSweep
from trellis.people.segment_jobs import keep_segments
from trellis.people.segmenting import save_segment
from trellis.team.models import User

CHANGED = 1_000
TAG = "Measured"
# One of very many, one of few, one of nobody, and the rest like those that people keep.
FILTERS: dict[str, dict[str, Any]] = {
    "Quiet": {"any": [{"field": "heard_at", "before": "30d ago"}, {"field": "heard_at", "known": False}]},
    "New here": {"field": "created_at", "after": "7d ago"},
    "Measured": {"field": "tags", "contains": TAG},
    "With a lead": {"field": "owner", "known": True},
    "New leads": {"field": "stage", "is": "new"},
    "Never a lead": {"all": [{"field": "owner", "known": False}, {"field": "email", "known": True}]},
    "Of a company": {"field": "company", "contains": "properties"},
    "By the web": {"field": "channel", "is": "web"},
    **{f"In {place}": {"field": "place", "is": place} for place in PLACES[:6]},
    **{
        f"Storm in {place}": {"all": [{"field": "place", "is": place}, {"field": "tags", "contains": "Storm"}]}
        for place in PLACES[:6]
    },
}


class Watch:
    """How long each write transaction of keeping segments lasts, and how much of that this process was at work."""

    def __init__(self) -> None:
        self.spans: list[float] = []
        self.work: list[float] = []

    @contextmanager
    def atomic(self) -> Iterator[None]:
        began, work_began = time.perf_counter(), time.thread_time()
        with transaction.atomic():
            yield
        self.spans.append(time.perf_counter() - began)
        self.work.append(time.thread_time() - work_began)


def measure(*, quick: bool) -> Iterator[Figure]:
    watch, at = Watch(), NOW
    with patch.object(segment_jobs, "transaction", watch):
        keep_twenty(at)
        filled = work(at)
        members = SegmentMember.objects.count()
        yield Figure("segments.fill", filled, f"{Segment.objects.count()} segments, {members:,} members")
        at += timedelta(seconds=1)
        change_many(at)
        began = time.perf_counter()
        while not is_kept_up():
            keep_segments(at=at)
        yield Figure(
            "segments.keep", 1000 * (time.perf_counter() - began), f"{CHANGED:,} contacts, {len(FILTERS)} segments"
        )
        at += timedelta(hours=1)
        swept = work(at)
        moving = SegmentSweep.objects.filter(began_at=at).count()
        yield Figure("segments.hour", swept / max(moving, 1), f"{moving} of them change with time alone")
    half, most = 1000 * median(watch.spans), 1000 * max(watch.work)
    note = f"of {len(watch.spans):,}, median {half:.1f} ms; processor time {most:.1f} ms at most"
    yield Figure("segments.write", 1000 * max(watch.spans), note)
    yield from page("segments.list", lists(), reader(), 20 if quick else TIMES)
    yield from page("segments.page", ["/lists/segments/"], reader(), 20 if quick else TIMES)


def keep_twenty(at: datetime) -> None:
    maya = User.objects.filter(role="admin")[0]
    for name, condition in FILTERS.items():
        save_segment(name=name, condition=Condition.model_validate(condition), by=maya, at=at)


def work(at: datetime) -> float:
    """Until nothing is left; how many seconds that took."""
    began = time.perf_counter()
    while keep_segments(at=at):
        pass
    return time.perf_counter() - began


def change_many(at: datetime) -> None:
    """Each by a door of its own, as a form or a person would."""
    for contact in Contact.objects.genuine().order_by("place", "pk")[:CHANGED]:
        add_tags(contact, [TAG], at=at)


def is_kept_up() -> bool:
    return SegmentMember.objects.filter(segment__name=TAG).count() == CHANGED


def lists() -> list[str]:
    """The largest, a small one, and one together with something else."""
    keys = {segment.name: segment.key for segment in Segment.objects.all()}
    one = "/lists/contacts/?match=all&f=segment&o=is&v={}"
    return [
        one.format(keys["Quiet"]),
        one.format(keys[TAG]),
        one.format(keys["With a lead"]) + "&f=place&o=is&v=Conway",
    ]

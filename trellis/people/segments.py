"""Segments: filters under a name, with the contacts who fit them, and how far keeping them has come."""

from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from trellis.core.models import Base


class SegmentQuerySet(models.QuerySet["Segment"]):
    def live(self) -> Self:
        return self.filter(retired_at=None)


class Segment(Base):
    """A filter of contacts that is kept: who fits it stands in `members`, a moment after anything changed.

    `condition` is a `core.conditions.Condition`. Conditions of lists name a segment by its `key`.
    """

    key = models.SlugField(max_length=60, unique=True, help_text="What filters call it, for good")
    name = models.CharField(max_length=80)
    condition = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("team.User", on_delete=models.RESTRICT, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Since when nobody finds it")
    retired_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")

    objects: ClassVar = SegmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), condition=Q(retired_at=None), name="a_segment_has_a_name_of_its_own")
        ]


class SegmentMember(Base):
    """Somebody is in a segment. Only `segment_jobs` writes these rows; they can be worked out again at any time."""

    # The constraint below is the index from a segment to its people.
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="members", db_index=False)
    contact = models.ForeignKey("people.Contact", on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["segment", "contact"], name="a_contact_is_once_in_a_segment")
        ]


class SegmentSweep(Base):
    """The last look through all contacts for one segment, in the order of their ids, and where it stands.

    `condition` is what they are asked: where the segment has another by now, the next look begins with that.
    """

    segment = models.OneToOneField(Segment, on_delete=models.CASCADE, related_name="sweep")
    condition = models.JSONField(null=True)
    began_at = models.DateTimeField()
    reached = models.UUIDField(null=True, blank=True, help_text="The last contact that was looked at")
    seen = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When all had last been asked this; empty where that is still to come"
    )
    size = models.PositiveIntegerField(default=0, help_text="How many are in it")

    @property
    def is_settled(self) -> bool:
        """Whether its members are those whom its condition finds."""
        return self.settled_at is not None and self.condition == self.segment.condition


class SegmentCursor(Base):
    """How far the log of events was followed: one row.

    `reached` is the last event that was read, `settled` the last that was read once more for those that came late.
    Whoever writes takes a `turn`, and writes nothing where somebody else took one since they read.
    """

    ONLY: ClassVar = UUID(int=1)

    reached = models.UUIDField()
    settled = models.UUIDField()
    turn = models.PositiveBigIntegerField(default=0)

"""Contacts that may be one person, and those that were made one."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from trellis.core.models import Base
from trellis.people.reach import in_reach_of


class PossibleDuplicateQuerySet(models.QuerySet["PossibleDuplicate"]):
    def open(self) -> Self:
        """Nobody has decided about them yet."""
        return self.filter(settled_at=None)

    def of_living(self) -> Self:
        """Neither of them was taken back or merged, and not just one of them goes with the sample."""
        alike = Q(contact__sampled_at=None, other__sampled_at=None)
        alike |= Q(contact__sampled_at__isnull=False, other__sampled_at__isnull=False)
        return self.filter(alike, contact__taken_back_at=None, other__taken_back_at=None)

    def seen_by(self, who: Any, verb: str = "see") -> Self:
        """Those of whom a verb reaches both."""
        either = (in_reach_of(who, verb, "contact", contact=side) for side in ("contact", "other"))
        return self.filter(*either)


class PossibleDuplicate(Base):
    """Two contacts that may be one person. A person decides; nothing is merged by itself.

    `per_mille` is how likely they are one, `reasons` says why in sentences, the weightiest first. A pair that somebody
    called different stays here, so that it is never suggested again.
    """

    contact = models.ForeignKey(
        "people.Contact", on_delete=models.CASCADE, related_name="possible_duplicates", db_index=False
    )
    other = models.ForeignKey("people.Contact", on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=120)
    per_mille = models.PositiveSmallIntegerField(default=500)
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    settled_how = models.CharField(
        max_length=16, blank=True, choices={"merged": "Merged", "different_people": "Not the same"}
    )

    objects: ClassVar = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "other"], name="a_pair_is_suspected_once"),
            models.CheckConstraint(condition=~Q(contact=F("other")), name="nobody_is_their_own_duplicate"),
        ]
        indexes: ClassVar = [
            models.Index(F("per_mille").desc(), F("id").desc(), condition=Q(settled_at=None), name="pair_likeliest")
        ]


def pairs_seen(who: Any) -> int:
    """How many pairs wait for somebody to decide, of whom `who` sees both."""
    return PossibleDuplicate.objects.open().of_living().seen_by(who).count()


class Merge(Base):
    """Two contacts made one, with all that it takes to part them again.

    `moved` holds the ids of the rows that were re-pointed, by table and column; `changed` those that were written
    otherwise, as {table, id, before, after}; `added` the rows that the merge made, by table.
    """

    survivor = models.ForeignKey("people.Contact", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("people.Contact", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("team.User", null=True, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField()
    moved = models.JSONField(default=dict)
    changed = models.JSONField(default=list)
    added = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["other"], condition=Q(undone_at=None), name="a_contact_is_merged_into_one_other"
            )
        ]


class BlockKey(Base):
    """A contact is in this block: two who share one are worth comparing (linkage.blocking)."""

    contact = models.ForeignKey("people.Contact", on_delete=models.CASCADE, related_name="+")
    key = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "contact"], name="contact_by_block")]


class DuplicateSearch(Base):
    """One look through all contacts, in the order of their ids; `reached` is the last that was looked at.

    Once it is through, whoever is new is looked at as they come, until the next search begins.
    """

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reached = models.UUIDField(null=True, blank=True)
    seen = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    weights = models.JSONField(default=dict, help_text="What likeness is measured with (linkage.weights)")

"""What is remembered of a person who was erased: that they were, and nothing else."""

from typing import ClassVar

from django.db import models

from trellis.core.models import Base


class Erasure(Base):
    """When, by whom, why and how much: `counts` by what it was called. The contact is a row without anything in it."""

    WHY: ClassVar = {
        "asked": "They asked for it",
        "no_reason_to_keep": "There is no reason to keep it",
        "by_mistake": "It should never have been here",
    }

    contact = models.OneToOneField("people.Contact", on_delete=models.CASCADE, related_name="erasure")
    why = models.CharField(max_length=20, choices=WHY)
    by = models.ForeignKey("team.User", on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at"], name="erasure_by_age")]

"""Answers kept for a day, so that a request which is sent twice acts once."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from trellis.core.models import Base


class KeptAnswer(Base):
    """What was answered under an Idempotency-Key. While `status` is empty the first request is still at work."""

    token = models.ForeignKey("team.ApiToken", on_delete=models.CASCADE, related_name="kept_answers", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    created_at = models.DateTimeField()
    lease_until = models.DateTimeField(help_text="After this, a request without an answer is taken for dead")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "key"], name="a_key_is_answered_once"),
            models.CheckConstraint(
                condition=Q(status=None) | Q(status__range=(200, 299)), name="only_a_success_is_kept"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="kept_answer_by_age")]

"""The log of facts. The timeline, webhooks and reports are readings of it."""

from typing import ClassVar

from django.db import models

from trellis.core.models import Base

ONE_BY_ONE = models.Q(by__isnull=False, run__isnull=True)
ADDED = models.Q(key="contact.added")


class Event(Base):
    """One fact that happened. `key` names its class in the catalogue, `payload` holds that class's fields.

    Contact and journey are plain ids: rooms above this one own those tables, and events outlive merges.
    """

    key = models.CharField(max_length=40)
    at = models.DateTimeField()
    contact_id = models.UUIDField(null=True)
    journey_id = models.UUIDField(null=True)
    by = models.ForeignKey("team.User", null=True, on_delete=models.RESTRICT, related_name="+", db_index=False)
    rule_id = models.CharField(max_length=64, blank=True, help_text="The playbook rule that did it, when no person did")
    run = models.ForeignKey(
        "team.Run",
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
        help_text="The change of many, or the import, that it was a part of",
    )
    payload = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contact_id", "-at", "-id"], name="event_of_contact"),
            models.Index(fields=["journey_id", "-at"], name="event_of_journey"),
            models.Index(fields=["key", "-at"], name="event_of_kind"),
            # Who did what one by one, of all people, of one, and of a kind; what happened by itself, or a million at
            # once, costs nothing more to write.
            models.Index(fields=["-at", "-id"], condition=ONE_BY_ONE, name="event_by_people"),
            models.Index(fields=["by", "-at", "-id"], condition=ONE_BY_ONE, name="event_by_person"),
            models.Index(fields=["key", "-at", "-id"], condition=ONE_BY_ONE, name="event_by_kind"),
            # Who wrote whom down.
            models.Index(fields=["by", "contact_id"], condition=ONE_BY_ONE & ADDED, name="event_of_adding"),
            models.Index(fields=["run", "-at", "-id"], condition=models.Q(run__isnull=False), name="event_of_run"),
        ]

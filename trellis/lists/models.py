"""What people keep of their lists."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from trellis.core.models import Base


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def open_to(self, user: Any) -> Self:
        """Their own, and those that somebody shared with everybody."""
        return self.filter(Q(owner=user) | Q(shared_at__isnull=False))


class SavedView(Base):
    """A list as somebody wants to see it again. `asks` holds condition, sort, columns and group (see `asked`)."""

    listing = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    asks = models.JSONField(default=dict)
    owner = models.ForeignKey("team.User", on_delete=models.CASCADE, related_name="saved_views", db_index=False)
    created_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True, help_text="Since when everybody sees it")
    pinned_at = models.DateTimeField(null=True, blank=True, help_text="Since when it stands among the tabs")
    first_at = models.DateTimeField(null=True, blank=True, help_text="Since when their list opens with it")

    objects: ClassVar = SavedViewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "listing", "name"], name="a_view_has_a_name_of_its_own"),
            models.UniqueConstraint(
                fields=["owner", "listing"], condition=Q(first_at__isnull=False), name="a_list_opens_with_one_view"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["listing", "shared_at"], name="view_shared")]

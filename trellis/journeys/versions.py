"""A playbook in the database: its immutable versions and stages, the draft of the next, and the change to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from trellis.core.models import Base


class Playbook(Base):
    """One immutable version of a playbook; the active one starts new journeys.

    `source` is the YAML as written, `document` what it parsed to (`playbook.schema.Playbook`).
    """

    key = models.SlugField(db_index=False)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices={"sales": "Sales", "support": "Support", "care": "Care"})
    source = models.TextField()
    document = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    active_at = models.DateTimeField(null=True, blank=True, help_text="Set on the one version that starts journeys")
    reason = models.CharField(max_length=240, blank=True, help_text="Why it was published, in the publisher's words")
    changes = models.JSONField(default=dict, help_text="What it changed: the first sentences, and how many in all")
    restores = models.PositiveIntegerField(null=True, blank=True, help_text="The version whose text it brings back")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="a_playbook_version_is_published_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(active_at__isnull=False), name="a_playbook_has_one_active_version"
            ),
        ]


class Draft(Base):
    """The next version of a playbook, as far as it is written: any text at all, faulty or not. One for each key.

    `revision` grows with every save: whoever saves says which one they have read.
    """

    key = models.SlugField(unique=True)
    source = models.TextField()
    based_on = models.ForeignKey(Playbook, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")


class InFlight(models.TextChoices):
    """What becomes of the journeys that are on their way when another version is published."""

    MAP = "map", "Go over to it"
    FINISH = "finish", "Finish on theirs"
    HOLD = "hold", "Stand still until somebody decides"


class VersionChange(Base):
    """Bringing the journeys that are on their way over to a version, holding or releasing them, a batch at a time.

    `how` is map, hold or finish (which releases those that are held). `mapping` names a stage for each that is gone.
    `missed` are the journeys that could not be changed, with the reason. At most one of a playbook is under way.
    """

    key = models.SlugField()
    to = models.ForeignKey(Playbook, on_delete=models.RESTRICT, related_name="brought")
    how = models.CharField(max_length=6, choices=InFlight)
    mapping = models.JSONField(default=dict)
    only_held = models.BooleanField(default=False, help_text="Only journeys that stand still are meant")
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    missed = models.JSONField(default=dict)
    batch = models.PositiveSmallIntegerField(default=10)
    reason = models.CharField(max_length=240, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey("team.User", null=True, on_delete=models.RESTRICT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True, help_text="A later one went on in its place")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(ended_at=None), name="a_playbook_has_one_change_under_way"
            )
        ]


class Stage(Base):
    """A place on a playbook's path, kept across versions and never deleted."""

    playbook_key = models.SlugField(db_index=False)
    key = models.SlugField()
    title = models.CharField(max_length=80)
    phase = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["playbook_key", "key"], name="a_stage_is_once_in_a_playbook")
        ]
        ordering: ClassVar = ["position"]

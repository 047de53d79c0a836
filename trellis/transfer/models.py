"""Files that contacts came from, and what became of each row."""

from typing import ClassVar

from django.db import models

from trellis.core.models import Base

DID = {
    "added": "Added",
    "changed": "Changed",
    "same": "As it was",
    "twice": "Twice in the file",
    "aside": "Set aside: perhaps somebody here",
    "failed": "Could not be read",
}
LONGEST_PROBLEM = 1000


class Import(Base):
    """A file of contacts: how it is read, where each column goes, and how far it is."""

    name = models.CharField(max_length=200, help_text="What the file was called")
    size = models.BigIntegerField()
    shape = models.JSONField(help_text="How it is read (reading.shapes.Shape)")
    doubts = models.JSONField(default=list, help_text="What a person should look at, in sentences")
    headers = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    rows = models.PositiveIntegerField(null=True, help_text="How many, as far as that is known beforehand")
    origin = models.CharField(max_length=40, blank=True, help_text="The program that it comes from")
    plan = models.JSONField(default=dict, help_text="Columns, policies and how a row is matched (importing.plan.Plan)")
    confirmed_at = models.DateTimeField(null=True, help_text="Since when the way it is read is not in doubt")
    by = models.ForeignKey("team.User", on_delete=models.RESTRICT, related_name="imports")
    created_at = models.DateTimeField()
    run = models.OneToOneField("team.Run", null=True, on_delete=models.SET_NULL, related_name="imported")
    counts = models.JSONField(default=dict, help_text="How many rows became what, by the words of DID")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="import_by_age")]


class ImportedRow(Base):
    """What became of one row. `before` is how the contact stood where it was changed.

    With a `problem` it was set aside or came in without a part, and comes back as a file to mend; `cells` are its own.
    """

    import_of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="imported_rows", db_index=False)
    number = models.PositiveIntegerField(help_text="As a spreadsheet shows it: the head is row 1")
    did = models.CharField(max_length=7, choices=DID)
    contact_id = models.UUIDField(null=True)
    likely_id = models.UUIDField(null=True, help_text="Whom it likely is, where it is set aside for that")
    journey_id = models.UUIDField(null=True, help_text="The journey that began with it, where that was chosen")
    before = models.JSONField(null=True)
    cells = models.JSONField(null=True)
    problem = models.CharField(max_length=LONGEST_PROBLEM, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["import_of", "number"], name="a_row_is_imported_once")]
        # Those of the others are found by their number; a million rows need no more than that.
        indexes: ClassVar = [
            models.Index(fields=["import_of", "number"], condition=~models.Q(problem=""), name="row_to_mend"),
            models.Index(fields=["likely_id"], condition=models.Q(likely_id__isnull=False), name="row_by_likely"),
        ]

    @property
    def said(self) -> list[str]:
        """What stands in it, without its empty cells."""
        return [cell for cell in self.cells or [] if cell.strip()]

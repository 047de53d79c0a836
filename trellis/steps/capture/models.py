"""Forms: the doors that a business opens on its own website."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from trellis.core.models import Base

# What a form may ask about the person, in the order in which it does.
ASKED = ("name", "email", "phone", "message")


class Ask(models.TextChoices):
    NO = "no", "Not asked"
    OPTIONAL = "optional", "Optional"
    REQUIRED = "required", "Required"


class Form(Base):
    """A public form at `/f/<key>`. Its questions are among those of the playbook that it starts."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    intro = models.CharField(max_length=300, blank=True)
    button = models.CharField(max_length=60, default="Send")
    thanks = models.CharField(max_length=300, blank=True)
    playbook = models.SlugField(help_text="Key of the playbook that a new lead starts")
    tags = models.JSONField(default=list, help_text="Names of tags given to everyone who uses it")
    ask_name = models.CharField(max_length=8, choices=Ask, default=Ask.OPTIONAL)
    ask_email = models.CharField(max_length=8, choices=Ask, default=Ask.OPTIONAL)
    ask_phone = models.CharField(max_length=8, choices=Ask, default=Ask.OPTIONAL)
    ask_message = models.CharField(max_length=8, choices=Ask, default=Ask.OPTIONAL)
    questions = models.JSONField(
        null=True, blank=True, help_text="Keys of the playbook's questions in order; null is all that it has"
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sampled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_form_can_be_answered", condition=~Q(ask_email="no", ask_phone="no", ask_message="no")
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asks(self) -> dict[str, str]:
        """What it asks about the person, by field: "optional" or "required"; what it does not ask is left out."""
        told = {name: getattr(self, f"ask_{name}") for name in ASKED}
        return {name: ask for name, ask in told.items() if ask != Ask.NO}

    @property
    def required(self) -> list[str]:
        return [name for name, ask in self.asks.items() if ask == Ask.REQUIRED]

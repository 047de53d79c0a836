"""Forms: the doors that a business opens on its own website."""

from django.db import models

from trellis.core.models import Base


class Form(Base):
    """A public form at `/f/<key>`. Its questions are those of the playbook that it starts."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    intro = models.CharField(max_length=300, blank=True)
    button = models.CharField(max_length=60, default="Send")
    thanks = models.CharField(max_length=300, blank=True)
    playbook = models.SlugField(help_text="Key of the playbook that a new lead starts")
    tags = models.JSONField(default=list, help_text="Names of tags given to everyone who uses it")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    sampled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title

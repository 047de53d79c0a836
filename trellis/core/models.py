"""The base of every stored noun."""

from django.db import models

from trellis.core.ids import new_id


class Base(models.Model):
    """A row whose id is made in Python before it is written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True

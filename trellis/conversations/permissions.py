"""Who reads what was said: a right of its own, beside that of seeing the person."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from trellis.people.permissions import reaches


def talk_told(who: Any, contact_id: UUID) -> Q:
    """What was written and spoken is told to whoever may read it."""
    is_heard = reaches(who, "see", "conversation", contact_id)
    return Q() if is_heard else ~Q(key__startswith="message.") & ~Q(key__startswith="call.")

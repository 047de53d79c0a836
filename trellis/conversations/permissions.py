"""Who reads what was said: a right of its own, beside that of seeing the person."""

from django.db.models import Q

from trellis.people.permissions import Near


def talk_told(near: Near) -> Q:
    """What was written and spoken is told to whoever may read it."""
    is_heard = near.may("see", "conversation")
    return Q() if is_heard else ~Q(key__startswith="message.") & ~Q(key__startswith="call.")

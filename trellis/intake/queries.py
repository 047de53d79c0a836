"""Questions about what came in."""

from datetime import datetime

from django.db.models import Count, QuerySet

from trellis.intake.models import Signal


def counts(*, since: datetime | None = None) -> dict[str, int]:
    """How many came in and where they ended: attached + joined + set_aside + waiting = received, in one read."""
    came_in = Signal.objects.filter(received_at__gte=since) if since else Signal.objects.all()
    told = dict(came_in.order_by().values_list("state").annotate(times=Count("*")))
    ended = {name: told.get(name, 0) for name in ("attached", "joined", "set_aside", "waiting")}
    return {"received": sum(ended.values()), **ended}


def signals(*, state: str = "") -> QuerySet[Signal]:
    """What came in with the people it belongs to, the newest first."""
    found = Signal.objects.select_related("contact", "settled_by", "restored_by").order_by("-received_at", "-id")
    return found.filter(state=state) if state else found

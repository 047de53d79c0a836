"""Questions about what came in."""

from django.db.models import Count, Q, QuerySet

from trellis.intake.models import Signal, SignalState


def counts() -> dict[str, int]:
    """How many came in and where they ended: attached + joined + set_aside + waiting = received, in one read."""
    states = {state.value: Count("pk", filter=Q(state=state)) for state in SignalState}
    told = Signal.objects.aggregate(received=Count("pk"), **states)
    return {name: told[name] for name in ("received", "attached", "joined", "set_aside", "waiting")}


def signals(*, state: str = "") -> QuerySet[Signal]:
    """What came in with the people it belongs to, the newest first."""
    found = Signal.objects.select_related("contact", "settled_by", "restored_by").order_by("-received_at", "-id")
    return found.filter(state=state) if state else found

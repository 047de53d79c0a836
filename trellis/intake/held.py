"""What this room holds about a person: what they sent, as it came."""

from typing import Any

from django.db.models import Q, QuerySet

from trellis.intake.models import RawSignal, Signal, SignalState
from trellis.people.holdings import ERASED, After, Holding, Person, register_holding, without_names

BLANK: dict[str, After] = {
    "payload": lambda signal, person: {},
    "external_id": None,
    "origin": "",
    "error": "",
    "reason": without_names("reason"),
}


def register_all() -> None:
    register_holding(
        Holding(model=Signal, called="signals", rows=theirs, erase=BLANK, keeps=KEPT),
        Holding(
            model=Signal,
            called="signals",
            rows=of_nobody,
            erase=BLANK
            | {
                "state": SignalState.SET_ASIDE,
                "reason": lambda signal, person: signal.reason or ERASED,
                "settled_at": lambda signal, person: signal.settled_at or person.at,
                "retry_at": None,
            },
            keeps=KEPT,
        ),
        Holding(
            model=RawSignal,
            called="letters as they came",
            rows=lambda person: RawSignal.objects.filter(
                Q(signal__in=theirs(person).values("pk")) | Q(signal__in=of_nobody(person).values("pk"))
            ),
        ),
    )


# Of what kind it was, where from, and what became of it: what is counted.
KEPT = ("reference", "kind", "channel", "source", "state")


def theirs(person: Person) -> QuerySet[Any]:
    return Signal.objects.filter(contact__in=person.ids)


def of_nobody(person: Person) -> QuerySet[Any]:
    """What was taken for spam or is not understood yet, and has an address of theirs in it."""
    return Signal.objects.filter(person.mentioned_in("payload"), contact=None)

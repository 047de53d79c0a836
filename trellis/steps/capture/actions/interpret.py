"""What signals mean, by their kind. Runs in the transaction that settles them; clashes are tried again there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from trellis.intake.actions import Settlement
from trellis.intake.models import Signal, SignalKind
from trellis.people.identity import normalize_email, normalize_phone
from trellis.people.models import ContactPoint
from trellis.people.queries import rows_about
from trellis.steps.capture.actions.interpret_call import interpret_call
from trellis.steps.capture.actions.interpret_form import can_come_together, interpret_forms
from trellis.steps.capture.actions.interpret_message import interpret_message
from trellis.team.queries import business
from trellis.team.undoing import keeping

BY_KIND: Mapping[str, Callable[[Signal, datetime], Settlement]] = {
    SignalKind.CALL: interpret_call,
    SignalKind.MISSED_CALL: interpret_call,
    SignalKind.MESSAGE: interpret_message,
}


def interpret_signals(signals: Sequence[Signal], at: datetime) -> list[Settlement | None]:
    """What each means; None for one of several that has to be interpreted alone."""
    if len(signals) == 1:
        return [_let_in(signals[0], at)]
    together = [signal for signal in signals if can_come_together(signal)]
    told = {signal.pk: meant for signal, meant in zip(together, interpret_forms(together, at), strict=True)}
    return [told.get(signal.pk) for signal in signals]


def _let_in(signal: Signal, at: datetime) -> Settlement:
    """What a person let in can be taken back: how those stand whom it names is kept before anything is added."""
    if signal.let_in_by is None:
        return _interpret(signal, at)
    with keeping(*rows_about(people_named_in(signal)), by=signal.let_in_by, at=at):
        return _interpret(signal, at)


def _interpret(signal: Signal, at: datetime) -> Settlement:
    alone = BY_KIND.get(signal.kind)
    return alone(signal, at) if alone else interpret_forms([signal], at)[0]


def people_named_in(signal: Signal) -> list[UUID]:
    """Everybody we know who uses one of its addresses."""
    told = [str(signal.payload.get(name) or "") for name in ("email", "phone", "from", "to")]
    values = {value for text in told for value in (normalize_email(text), normalize_phone(text, business().region))}
    return list(ContactPoint.objects.filter(value__in=values - {""}).values_list("contact_id", flat=True))

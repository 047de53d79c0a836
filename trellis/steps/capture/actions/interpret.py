"""What signals mean, by their kind. Runs in the transaction that settles them; clashes are tried again there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from trellis.intake.actions import Settlement
from trellis.intake.models import Signal, SignalKind
from trellis.steps.capture.actions.interpret_call import interpret_call
from trellis.steps.capture.actions.interpret_form import can_come_together, interpret_forms
from trellis.steps.capture.actions.interpret_message import interpret_message

BY_KIND: Mapping[str, Callable[[Signal, datetime], Settlement]] = {
    SignalKind.CALL: interpret_call,
    SignalKind.MISSED_CALL: interpret_call,
    SignalKind.MESSAGE: interpret_message,
}


def interpret_signals(signals: Sequence[Signal], at: datetime) -> list[Settlement | None]:
    """What each means; None for one of several that has to be interpreted alone."""
    if len(signals) == 1:
        return [_interpret(signals[0], at)]
    together = [signal for signal in signals if can_come_together(signal)]
    told = {signal.pk: meant for signal, meant in zip(together, interpret_forms(together, at), strict=True)}
    return [told.get(signal.pk) for signal in signals]


def _interpret(signal: Signal, at: datetime) -> Settlement:
    alone = BY_KIND.get(signal.kind)
    return alone(signal, at) if alone else interpret_forms([signal], at)[0]

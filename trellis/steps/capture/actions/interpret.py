"""What a signal means, by its kind. Runs in the transaction that settles the signal; clashes are tried again there."""

from collections.abc import Callable, Mapping
from datetime import datetime

from trellis.intake.actions import Settlement
from trellis.intake.models import Signal, SignalKind
from trellis.steps.capture.actions.interpret_call import interpret_call
from trellis.steps.capture.actions.interpret_form import interpret_form
from trellis.steps.capture.actions.interpret_message import interpret_message

BY_KIND: Mapping[str, Callable[[Signal, datetime], Settlement]] = {
    SignalKind.FORM: interpret_form,
    SignalKind.REFERRAL: interpret_form,
    SignalKind.CALL: interpret_call,
    SignalKind.MISSED_CALL: interpret_call,
    SignalKind.MESSAGE: interpret_message,
}


def interpret_signal(signal: Signal, at: datetime) -> Settlement:
    return BY_KIND[signal.kind](signal, at)

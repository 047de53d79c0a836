"""What a signal means, by its kind. Runs in the transaction that settles the signal; clashes are tried again there."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from trellis.intake.actions import Settlement
from trellis.intake.models import Signal, SignalKind
from trellis.people.identity import normalize_email, normalize_phone
from trellis.people.models import ContactPoint
from trellis.people.queries import rows_about
from trellis.steps.capture.actions.interpret_call import interpret_call
from trellis.steps.capture.actions.interpret_form import interpret_form
from trellis.steps.capture.actions.interpret_message import interpret_message
from trellis.team.queries import business
from trellis.team.undoing import keeping

BY_KIND: Mapping[str, Callable[[Signal, datetime], Settlement]] = {
    SignalKind.FORM: interpret_form,
    SignalKind.REFERRAL: interpret_form,
    SignalKind.CALL: interpret_call,
    SignalKind.MISSED_CALL: interpret_call,
    SignalKind.MESSAGE: interpret_message,
}


def interpret_signal(signal: Signal, at: datetime) -> Settlement:
    """What a person let in can be taken back: how those stand whom it names is kept before anything is added."""
    if signal.let_in_by is None:
        return BY_KIND[signal.kind](signal, at)
    with keeping(*rows_about(people_named_in(signal)), by=signal.let_in_by, at=at):
        return BY_KIND[signal.kind](signal, at)


def people_named_in(signal: Signal) -> list[UUID]:
    """Everybody we know who uses one of its addresses."""
    told = [str(signal.payload.get(name) or "") for name in ("email", "phone", "from", "to")]
    values = {value for text in told for value in (normalize_email(text), normalize_phone(text, business().region))}
    return list(ContactPoint.objects.filter(value__in=values - {""}).values_list("contact_id", flat=True))

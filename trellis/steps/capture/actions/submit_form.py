"""Somebody sends a form: it is kept first, then understood."""

from datetime import datetime

from django.utils.crypto import salted_hmac

from trellis.core.refusal import Refused
from trellis.intake.actions import take_in
from trellis.intake.models import Signal, SignalKind
from trellis.steps.capture.forms import Submission
from trellis.steps.capture.models import Form
from trellis.team.queries import business


class Unusable(Refused):
    """Nothing in it lets us answer. `faults` says by field what to mend."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("unusable_form", " ".join(dict.fromkeys(faults.values())))
        self.faults = faults


def submit_form(form: Form, submission: Submission, *, address: str, by_hand: bool, at: datetime) -> Signal:
    """Keep what was sent, make what can be made of it now, and return the signal with its reference.

    `address` is the sender's network address, `by_hand` whether a person waits at our page. Raises Unusable.
    """
    region = business().region
    if faults := submission.faults(form, region=region, by_hand=by_hand):
        raise Unusable(faults)
    signal, _ = take_in(
        kind=SignalKind.FORM,
        channel="web",
        source=form.key,
        payload=submission.payload(),
        at=at,
        external_id=submission.act_id,
        origin=_origin(form, submission.addresses(region), address),
    )
    return signal


def _origin(form: Form, contact_details: tuple[str, str], address: str) -> str:
    parts = "\n".join((address, form.key, *contact_details))
    return salted_hmac("trellis.capture.origin", parts, algorithm="sha256").hexdigest()

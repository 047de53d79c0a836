"""Signals at the machine door."""

from ninja import Router, Status

from trellis.api.needs import needs
from trellis.api.requests import ApiRequest
from trellis.intake.actions import take_in
from trellis.intake.schemas import SignalIn, SignalOut
from trellis.people.permissions import reaches

router = Router(tags=["Signals"])


@router.post("/signals", response={201: SignalOut, 200: SignalOut}, summary="Send a signal")
@needs("add", "journey")
def send_signal(request: ApiRequest, signal: SignalIn) -> Status[SignalOut]:
    """Stored before it is understood. 201 when it is new, 200 when the same act was told before."""
    settled, is_new = take_in(
        kind=signal.kind,
        channel=signal.channel,
        source=signal.source,
        payload=signal.payload(),
        external_id=signal.external_id or request.act_id,
        at=request.at,
    )
    seen = settled.contact_id is None or reaches(request.auth, "see", "contact", settled.contact_id)
    return Status(201 if is_new else 200, SignalOut.of(settled, seen=seen))

"""Signals at the machine door."""

from ninja import Router, Status

from trellis.api.requests import ApiRequest
from trellis.intake.actions import take_in
from trellis.intake.schemas import SignalIn, SignalOut

router = Router(tags=["Signals"])


@router.post("/signals", response={201: SignalOut, 200: SignalOut}, summary="Send a signal")
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
    return Status(201 if is_new else 200, SignalOut.of(settled))

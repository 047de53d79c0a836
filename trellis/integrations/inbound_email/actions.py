"""What an email becomes here."""

import hashlib
from datetime import datetime
from typing import Any

from trellis.intake.actions import take_in
from trellis.intake.models import Signal, SignalKind
from trellis.integrations.inbound_email.bounces import find_bounce
from trellis.integrations.inbound_email.letter import Letter, read_letter
from trellis.integrations.inbound_email.replies import visible_text


def take_email(raw: bytes, *, at: datetime) -> tuple[Signal, bool]:
    """Store an email with its raw bytes, then have it interpreted; whether it is new, which its Message-ID tells."""
    letter = read_letter(raw)
    return take_in(
        kind=SignalKind.MESSAGE,
        channel="email",
        source="email",
        payload=_payload(letter),
        external_id=letter.message_id or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        raw=raw,
        at=at,
    )


def _payload(letter: Letter) -> dict[str, Any]:
    bounce = find_bounce(letter)
    returned = [bounce.message_id] if bounce and bounce.message_id else []
    return {
        "from": letter.sender,
        "from_name": letter.sender_name,
        "to": letter.recipient,
        "text": visible_text(letter.text),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "in_reply_to": returned[0] if returned else letter.in_reply_to,
        "references": [*letter.references, *returned],
        "auto_submitted": letter.is_automatic or bounce is not None,
        "bounce": {"address": bounce.address, "reason": bounce.reason} if bounce else None,
        "media": letter.attachments,
    }

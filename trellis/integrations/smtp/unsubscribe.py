"""The signed link with which somebody stops our automatic email (RFC 8058)."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_signer = Signer(salt="trellis.unsubscribe")


def unsubscribe_url(contact_id: UUID) -> str:
    return settings.PUBLIC_URL + reverse("smtp:unsubscribe", args=[_signer.sign(contact_id.hex)])


def unsubscribing(token: str) -> UUID | None:
    """Whose link it is; None when it is not one of ours. It never expires: an old email must still be stoppable."""
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None

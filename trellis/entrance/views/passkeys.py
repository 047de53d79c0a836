"""A person's passkeys: adding one, naming it, removing it."""

import ipaddress
from contextlib import suppress

from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse_lazy

from trellis.entrance.forms import PasskeyForm, PasskeyNameForm
from trellis.entrance.views.pages import OwnPage


def can_use_passkeys(request: HttpRequest) -> bool:
    """Browsers bind a passkey to a name, never to a number, and want https except on this very machine."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    with suppress(ValueError):
        ipaddress.ip_address(host.strip("[]"))
        return False
    return host == "localhost" or request.is_secure() or str(settings.PUBLIC_URL).startswith("https://")


class AddPasskey(OwnPage, AddWebAuthnView):  # type: ignore[misc]
    template_name = "entrance/passkey_new.html"
    form_class = PasskeyForm


class RenamePasskey(OwnPage, EditWebAuthnView):  # type: ignore[misc]
    template_name = "entrance/passkey_name.html"
    form_class = PasskeyNameForm
    success_url = reverse_lazy("mfa_index")


class RemovePasskey(OwnPage, RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "entrance/passkey_remove.html"
    success_url = reverse_lazy("mfa_index")

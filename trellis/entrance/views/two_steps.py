"""Codes from an app as the second step, and the recovery codes for when the phone is gone."""

from typing import Any

from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView

from trellis.entrance.forms import FirstCodeForm
from trellis.entrance.views.pages import OwnPage


class SwitchOn(OwnPage, ActivateTOTPView):  # type: ignore[misc]
    template_name = "entrance/two_steps_on.html"
    form_class = FirstCodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return context | {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


class SwitchOff(OwnPage, DeactivateTOTPView):  # type: ignore[misc]
    template_name = "entrance/two_steps_off.html"


class RecoveryCodes(OwnPage, ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "entrance/recovery_codes.html"


class NewRecoveryCodes(OwnPage, GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "entrance/recovery_codes_new.html"


class SavedRecoveryCodes(DownloadRecoveryCodesView):  # type: ignore[misc]
    template_name = "entrance/recovery_codes.txt"

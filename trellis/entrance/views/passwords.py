"""A new password: by a link that was mailed, by whoever knows the one before, by an invitation."""

from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import PasswordChangeView, PasswordResetFromKeyView, PasswordResetView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from trellis.entrance.forms import ChangeForm, ForgottenForm, NewPasswordForm
from trellis.entrance.views.pages import DoorPage, OwnPage, answered
from trellis.team.actions.invitations import invited_by
from trellis.team.actions.people import set_password
from trellis.web import letters
from trellis.web.doors import posted
from trellis.web.pages import render_public

SENSITIVE = method_decorator(sensitive_post_parameters("oldpassword", "password1", "password2"), name="dispatch")


class Forgotten(DoorPage, PasswordResetView):  # type: ignore[misc]
    """Where email is not connected, the page says whom to ask."""

    template_name = "entrance/forgotten.html"
    form_class = ForgottenForm
    success_url = reverse_lazy("account_reset_password_done")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not letters.can_leave():
            return answered(render_public, request, "entrance/forgotten_ask.html", {})
        return super().dispatch(request, *args, **kwargs)


@never_cache
def link_sent(request: HttpRequest) -> HttpResponse:
    return render_public(request, "entrance/forgotten_sent.html", {}, at=timezone.now())


@SENSITIVE
class NewPassword(DoorPage, PasswordResetFromKeyView):  # type: ignore[misc]
    """allauth takes the key out of the address before the page is shown."""

    template_name = "entrance/new_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("account_login")


@SENSITIVE
class ChangePassword(OwnPage, PasswordChangeView):  # type: ignore[misc]
    template_name = "entrance/change_password.html"
    form_class = ChangeForm
    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not request.user.has_usable_password():
            messages.error(request, "You have no password here. An admin can give you one under People & hours.")
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        return str(self.success_url)


@never_cache
@sensitive_post_parameters("password1", "password2")
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody new chooses a password and is in."""
    at = timezone.now()
    person = invited_by(key)
    if person is None:
        return render_public(request, "entrance/invitation_over.html", {}, at=at, status=410)
    form = NewPasswordForm(posted(request), user=person)
    if request.method == "POST" and form.is_valid():
        set_password(person, password=form.cleaned_data["password1"], by=person, at=at)
        response: HttpResponse = perform_login(request, person, email_verification="none")
        return response
    return answered(render_public, request, "entrance/invitation.html", {"form": form, "person": person})

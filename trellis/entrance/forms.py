"""What the door asks. The checks are allauth's; the words and the look are ours."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

from trellis.team.models import User
from trellis.web.forms import KitForm

PASSWORD_HINT = "At least 10 characters. Four words that nobody else would put together are good."
DIFFERENT = "That is not the same. Write the new password once more."


def email_field(**options: Any) -> forms.EmailField:
    widget = forms.EmailInput({"autocomplete": "username", "autofocus": True})
    return forms.EmailField(label="Email", max_length=254, widget=widget, **options)


def password_field(label: str, autocomplete: str = "current-password", **options: Any) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=400, widget=widget, **options)


def code_field(**options: Any) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True})
    return forms.CharField(label="Code", max_length=20, widget=widget, **options)


class LogInForm(KitForm, LoginForm):  # type: ignore[misc]
    """An email and a password. allauth calls the first one "login"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"email": email_field(), "password": password_field("Password")}
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean(self) -> Any:
        if "email" in self.cleaned_data:
            self.cleaned_data["login"] = self.cleaned_data["email"].strip().lower()
        return super().clean()


class ForgottenForm(KitForm, ResetPasswordForm):  # type: ignore[misc]
    email = email_field()

    def clean_email(self) -> str:
        """Whom a link is for: nobody where the address is of nobody, which is not said."""
        email = str(self.cleaned_data["email"]).strip().lower()
        self.users = list(User.objects.active().filter(email=email))
        return email


class NewPasswordForm(KitForm, ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, written twice."""

    password1 = password_field("New password", "new-password", help_text=PASSWORD_HINT)
    password2 = password_field("New password again", "new-password")

    def clean_password1(self) -> str:
        return str(get_adapter().clean_password(self.cleaned_data["password1"], user=self.user))

    def clean(self) -> Any:
        cleaned = self.cleaned_data
        if cleaned.get("password1") and cleaned.get("password2") and cleaned["password1"] != cleaned["password2"]:
            self.add_error("password2", DIFFERENT)
        return cleaned


class ChangeForm(KitForm, ChangePasswordForm):  # type: ignore[misc]
    oldpassword = password_field("Your password now")
    password1 = password_field("New password", "new-password", help_text=PASSWORD_HINT)
    password2 = password_field("New password again", "new-password")

    clean_password1 = NewPasswordForm.clean_password1
    clean = NewPasswordForm.clean


class ConfirmForm(KitForm, ReauthenticateForm):  # type: ignore[misc]
    password = password_field("Your password")


class CodeForm(KitForm, AuthenticateForm):  # type: ignore[misc]
    code = code_field(help_text="Six digits from your app, or one of your recovery codes.")


class ConfirmByCodeForm(KitForm, ReauthenticateByCodeForm):  # type: ignore[misc]
    code = code_field(help_text="Six digits from your app, or one of your recovery codes.")


class FirstCodeForm(KitForm, ActivateTOTPForm):  # type: ignore[misc]
    code = code_field(help_text="The six digits that your app shows now.")


class PasskeyForm(KitForm, AddWebAuthnForm):  # type: ignore[misc]
    """A passkey stands for password and second step, where it asks for a finger, a face or a PIN itself."""

    name = forms.CharField(label="Name", max_length=60, required=False, help_text="Such as Office laptop.")
    passwordless = forms.BooleanField(initial=True, required=False)


class PasskeyNameForm(KitForm, EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label="Name", max_length=60)

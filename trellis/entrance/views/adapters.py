"""Where allauth asks us: who may come in, what is said to them, how a letter leaves, how secrets are kept."""

import secrets
from base64 import b32encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from trellis.core.sealing import Unreadable, seal, unseal
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import PersonSignedIn
from trellis.journeys.models import Playbook
from trellis.team.actions.people import set_password
from trellis.team.models import Role, User
from trellis.team.queries import business
from trellis.web import letters
from trellis.web.pages import render_public

WRONG = "That email and password do not belong together. Check both and try again."
TOO_MANY = "That was wrong ten times. Wait 15 minutes, or set a new password."
WRONG_CODE = "That code is not right. Codes change every 30 seconds, and each works once: write the one that shows now."
PROVIDER = "elsewhere"
# What allauth says by the template that it would write it with; whatever is not here is not said.
SAYINGS = {
    "account/messages/logged_out.txt": "You are logged out.",
    "account/messages/password_changed.txt": "Your password is changed. Anywhere else you log in again.",
    "mfa/messages/totp_activated.txt": "Two steps are on. From now on Trellis asks for a code too.",
    "mfa/messages/totp_deactivated.txt": "Codes are switched off.",
    "mfa/messages/recovery_codes_generated.txt": "Here are your recovery codes. No others work.",
    "mfa/messages/webauthn_added.txt": "Your passkey is added.",
    "mfa/messages/webauthn_removed.txt": "That passkey works no longer.",
}


class EmailBackend(AuthenticationBackend):  # type: ignore[misc]
    """By the one address that a person has here."""

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        return self._check_password(User.objects.filter(email=email.strip().lower()).first(), password)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": "That was wrong ten times. Wait 15 minutes, then try again.",
        "enter_current_password": "That is not your password. Write the one that you log in with now.",
        "incorrect_password": "That is not your password. Write the one that you log in with.",
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Whoever has left is answered like a stranger."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """They left after they wrote their password and before they wrote a code, or came with a passkey of before."""
        messages.error(request, WRONG)
        return redirect("account_login")

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        """On to the page that they asked for, or to the first run that an admin left."""
        response: HttpResponse = super().post_login(request, user, **told)
        announce([Announcement(fact=PersonSignedIn(), at=timezone.now(), by=user.pk)])
        return redirect("setup:welcome") if is_set_up_later(user) else response

    def reauthenticate(self, user: Any, password: str) -> bool:
        return bool(self.authenticate(self.request, email=user.email, password=password) == user)

    def set_password(self, user: Any, password: str) -> None:
        """Set it, end every session, and let nobody wait who guessed at the one before."""
        set_password(user, password=password, by=user, at=timezone.now())
        self._delete_login_attempts_cached_email(self.request, email=user.email)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if said := message or SAYINGS.get(message_template or ""):
            messages.add_message(request, level, said, extra_tags=extra_tags)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At our own address, whatever host the request named."""
        uid, _, token = key.partition("-")
        return str(settings.PUBLIC_URL) + reverse("account_reset_password_from_key", args=[uid, token])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        page = f"entrance/{template_prefix.rpartition('/')[2]}"
        words = context | {"business": business()}
        letter = letters.PlainLetter(
            name=context["user"].name,
            address=email,
            subject=render_to_string(f"{page}_subject.txt", words),
            text=render_to_string(f"{page}.txt", words),
            at=timezone.now(),
        )
        letters.send_unseen(letter)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Each account counts once, by whatever host it is tried."""
        return str(credentials.get("email", "")).strip().lower()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        key = self._get_login_attempts_cache_key(request, **credentials)
        ratelimit.clear(request, app="allauth.account", action="login_failed", key=key)


class TwoStepsAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed under another secret key is lost: a secret that nobody knows stands in its place."""
        try:
            return str(unseal(encrypted_text))
        except Unreadable:
            return b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        return str(business().name)

    def _get_site_name(self) -> str:
        return str(business().name)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}"


class ElsewhereAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in with an account elsewhere opens the door to who is here already, and to nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The one of the environment."""
        of = settings.OIDC
        chosen = {"server_url": of["url"].rstrip("/"), "oauth_pkce_enabled": True}
        app = SocialApp(provider=PROVIDER, provider_id=PROVIDER, name=of["name"], client_id=of["client_id"])
        app.secret, app.settings = of["client_secret"], chosen
        return [app] if of["url"] else []

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Nobody new is made, so there is nobody to fill in."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find who it is by an address that the provider has verified, each time anew: no link is kept."""
        addresses = [one.email.strip().lower() for one in sociallogin.email_addresses if is_true(one.verified)]
        user = User.objects.active().filter(email__in=addresses).first()
        if user is None or sociallogin.state.get("process") != "login":
            told = sociallogin.email_addresses[0].email if sociallogin.email_addresses else ""
            raise ImmediateHttpResponse(refuse(request, "unknown" if addresses else "unverified", told))
        sociallogin.user = user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        raise ImmediateHttpResponse(refuse(request, "failed"))


def is_true(told: Any) -> bool:
    """Some providers write it as a word."""
    return told is True or str(told).lower() == "true"


def refuse(request: HttpRequest, why: str, email: str = "") -> HttpResponse:
    context = {"why": why, "email": email, "provider": settings.OIDC["name"]}
    return render_public(request, "entrance/elsewhere_refused.html", context, at=timezone.now(), status=403)


def is_set_up_later(user: User) -> bool:
    """An admin left the first run before anything was there that a lead could walk."""
    return user.role == Role.ADMIN and not Playbook.objects.exclude(active_at=None).exists()

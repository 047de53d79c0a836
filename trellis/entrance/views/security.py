"""A person's own page about signing in, and making sure that it is them before anything there changes."""

from datetime import datetime
from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from trellis.entrance.forms import ConfirmByCodeForm, ConfirmForm
from trellis.entrance.queries import sessions_of
from trellis.entrance.views.pages import OwnPage
from trellis.entrance.views.passkeys import can_use_passkeys
from trellis.team.actions.sessions import end_session, end_sessions
from trellis.team.queries import business
from trellis.web.doors import Request, go_to, signed_in
from trellis.web.pages import render_page
from trellis.web.sayings import say


@never_cache
@signed_in
def security(request: Request, *, at: datetime) -> HttpResponse:
    means = list(Authenticator.objects.filter(user=request.user).order_by("created_at", "id"))
    by_type = {one.type: one for one in means}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "current": "preferences",
        "totp": by_type.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "keys": [one.wrap() for one in means if one.type == Authenticator.Type.WEBAUTHN],
        "can_use_passkeys": can_use_passkeys(request),
        "sessions": sessions_of(request.user, here=request.session.session_key or ""),
        "has_password": request.user.has_usable_password(),
        "is_required": business().two_steps_since is not None,
        "elsewhere": settings.OIDC["name"] if settings.OIDC["url"] else "",
    }
    return render_page(request, "entrance/security.html", context, at=at)


@signed_in
@require_POST
def end_others(request: Request, *, at: datetime) -> HttpResponse:
    count = end_sessions(request.user, but=request.session.session_key or "")
    say(request, "You are logged out everywhere but here." if count else "You are logged in nowhere else.")
    return go_to(request, reverse("mfa_index"))


@signed_in
@require_POST
def end_one(request: Request, number: int, *, at: datetime) -> HttpResponse:
    if not end_session(request.user, number=number):
        raise Http404
    say(request, "You are logged out there.")
    return go_to(request, reverse("mfa_index"))


class Confirm(OwnPage, ReauthenticateView):  # type: ignore[misc]
    template_name = "entrance/confirm.html"
    form_class = ConfirmForm


class ConfirmByCode(OwnPage, ReauthenticateByCodeView):  # type: ignore[misc]
    template_name = "entrance/confirm.html"
    form_class = ConfirmByCodeForm


class ConfirmByPasskey(OwnPage, ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "entrance/confirm_passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"can_use_passkeys": can_use_passkeys(self.request)}

"""Logging in and out: password, then the second step where there is one; a passkey alone; an account elsewhere."""

from importlib import import_module
from typing import Any

from allauth.account.models import Login
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from trellis.entrance.forms import CodeForm, LogInForm
from trellis.entrance.views.pages import DoorPage
from trellis.entrance.views.passkeys import can_use_passkeys
from trellis.team.models import User
from trellis.web.doors import page_to_return_to


class LogIn(DoorPage, LoginView):  # type: ignore[misc]
    template_name = "entrance/log_in.html"
    form_class = LogInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not User.objects.active().exists():
            return redirect("setup:welcome")
        return super().dispatch(request, *args, **kwargs)

    def get_next_url(self) -> str | None:
        return page_to_return_to(self.request, "") or None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        elsewhere = settings.OIDC["name"] if settings.OIDC["url"] else ""
        more = {"next": self.get_next_url() or "", "elsewhere": elsewhere, "passkeys": can_use_passkeys(self.request)}
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | more


class LogOut(LogoutView):  # type: ignore[misc]
    http_method_names = ("post",)


class LogInByPasskey(LoginWebAuthnView):  # type: ignore[misc]
    """Its page is that of the log-in: here the browser only asks for a challenge and brings the answer."""

    def form_valid(self, form: Any) -> HttpResponse:
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=page_to_return_to(self.request, "") or None)
        response: HttpResponse = perform_passwordless_login(self.request, passkey, login)
        return response


class SecondStep(DoorPage, AuthenticateView):  # type: ignore[misc]
    template_name = "entrance/second_step.html"
    form_class = CodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"passkeys": can_use_passkeys(self.request)}


def leave(request: HttpRequest) -> HttpResponse:
    """To the account elsewhere."""
    response: HttpResponse = elsewhere().leave(request)
    return response


def come_back(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = elsewhere().come_back(request)
    return response


def elsewhere() -> Any:
    """What speaks OpenID Connect is loaded where it is used, and there is no such door elsewhere."""
    if not settings.OIDC["url"]:
        raise Http404
    return import_module("trellis.entrance.views.elsewhere")

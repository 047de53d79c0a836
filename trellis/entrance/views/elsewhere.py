"""To the account that people have elsewhere, and back. Loaded only where it is used."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import urlencode
from requests import RequestException

from trellis.entrance.provider import SignedAdapter
from trellis.entrance.views.adapters import PROVIDER, refuse
from trellis.web.doors import page_to_return_to


def leave(request: HttpRequest) -> HttpResponse:
    """To the provider. Nothing that the address says counts, except where to go on afterwards."""
    back = page_to_return_to(request, "")
    request.GET = QueryDict(urlencode({"next": back}) if back else "")
    return answer(request, OAuth2LoginView)


def come_back(request: HttpRequest) -> HttpResponse:
    return answer(request, OAuth2CallbackView)


def answer(request: HttpRequest, view: Any) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(SignedAdapter(request, PROVIDER))(request)
    except ImmediateHttpResponse as refusal:
        response = refusal.response
    except (RequestException, KeyError, ValueError):
        # It cannot be reached, or answers what no provider of OpenID Connect answers.
        response = refuse(request, "failed")
    return response

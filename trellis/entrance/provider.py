"""The one account elsewhere that this installation trusts (OpenID Connect). allauth finds it by the file's name."""

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from trellis.entrance.views.adapters import PROVIDER


class SignedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Stricter than allauth: the signature is always checked, and who it is stands in what is signed."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return str(settings.PUBLIC_URL) + reverse("elsewhere_callback")

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        signed = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        told = {"id_token": signed}
        if "email" not in signed:
            told["userinfo"] = self._fetch_user_info(token.token)
            if told["userinfo"].get("sub") != signed.get("sub"):
                raise OAuth2Error("The provider tells of somebody else than it signed for.")
        return self.get_provider().sociallogin_from_response(request, told)

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


class ElsewhereProvider(OpenIDConnectProvider):  # type: ignore[misc]
    id = PROVIDER
    oauth2_adapter_class = SignedAdapter


provider_classes = [ElsewhereProvider]

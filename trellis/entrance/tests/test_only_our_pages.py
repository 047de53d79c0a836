"""What allauth brings is shut, except what we chose, drew and test."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from allauth import urls as theirs
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from tests.cast import Business
from trellis.entrance import urls as ours

KEPT = {
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
    "usersessions_list",
}
OWN = {"elsewhere_login", "elsewhere_callback", "invitation", "end_session"}
PARTS = {"pk": "1", "key": "abc", "uidb36": "1", "provider_id": "elsewhere"}


def leaves(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Every address that allauth's own list would open, with its name."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if pattern in ours.urlpatterns:
            continue  # allauth takes them for the addresses of our provider.
        if isinstance(pattern, URLPattern):
            yield pattern.name or "", filled(route)
        else:
            yield from leaves(pattern.url_patterns, route)


def filled(route: str) -> str:
    for name, value in PARTS.items():
        for form in (f"<int:{name}>", f"<str:{name}>", f"<{name}>"):
            route = route.replace(form, value)
    for regex, value in (
        ("^confirm-email/(?P<key>[-:\\w]+)/$", "confirm-email/abc/"),
        ("^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "password/reset/key/1-abc/"),
        ("^(?P<provider_id>[^/]+)/", "elsewhere/"),
    ):
        route = route.replace(regex, value)
    return f"/{route}"


def test_each_page_that_is_kept_is_one_of_ours() -> None:
    assert {pattern.name for pattern in ours.urlpatterns} == KEPT | OWN
    for pattern in ours.urlpatterns:
        view: Any = getattr(pattern.callback, "view_class", pattern.callback)
        assert view.__module__.startswith("trellis."), pattern.name


def test_whatever_else_allauth_brings_is_not_there(client: Client, ridgeline: Business) -> None:
    brought = dict(leaves(theirs.urlpatterns))
    assert len(brought) > 25
    assert brought.keys() >= KEPT
    for name in brought.keys() - KEPT - {""}:
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for logged_in in (False, True):
        if logged_in:
            client.force_login(ridgeline.maya)
        for address in brought.values():
            for prefix in ("", "/accounts"):
                assert "<" not in address
                assert client.get(prefix + address).status_code == 404, address
                assert client.post(prefix + address).status_code == 404, address


def test_nobody_signs_up(client: Client, ridgeline: Business) -> None:
    for address in ("/signup", "/sign-up", "/accounts/signup/", "/signup/", "/log-in/signup"):
        assert client.get(address).status_code == 404


def test_what_is_nobodys_business_wants_a_log_in(client: Client, ridgeline: Business) -> None:
    own = [pattern for pattern in ours.urlpatterns if str(pattern.pattern).startswith("preferences/")]
    assert len(own) > 12
    for pattern in own:
        matcher: Any = pattern.pattern
        address = reverse(str(pattern.name), kwargs=dict.fromkeys(matcher.converters, 1))
        answer = client.get(address)
        assert answer.status_code in (302, 403), address
        assert answer.status_code == 403 or answer.headers["Location"].startswith("/log-in?next="), address

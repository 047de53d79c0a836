"""Keys for other programs: shown once, ended at once."""

import re

import pytest

from tests.cast import Business
from tests.screen import Screen
from trellis.team.models import ApiToken

TOKENS = "/settings/tokens"


def shown(page: str) -> str:
    found = re.search(r"trl_[\w-]{40,}", page)
    return found[0] if found else ""


def test_a_token_is_shown_once_and_opens_the_api(screen: Screen) -> None:
    text = shown(screen.send(f"{TOKENS}/new", name="Website", role="viewer"))
    assert text
    assert "Copy the token for “Website” now" in screen.page
    assert "no-store" in screen.client.get(TOKENS)["Cache-Control"]
    page = screen.open(TOKENS)
    assert text not in page
    assert "Viewer · trl_" in page
    assert "not used yet" in page
    headers = {"Authorization": f"Bearer {text}"}
    assert screen.client.get("/api/v1/contacts", headers=headers).status_code == 200
    assert "last used" in screen.open(TOKENS)


def test_a_revoked_token_opens_nothing(screen: Screen) -> None:
    text = shown(screen.send(f"{TOKENS}/new", name="Website", role="sales"))
    token = ApiToken.objects.get()
    assert "Revoke “Website”?" in screen.open(f"{TOKENS}/{token.pk}/revoke")
    assert "“Website” is revoked" in screen.send(f"{TOKENS}/{token.pk}/revoke")
    assert screen.client.get("/api/v1/contacts", headers={"Authorization": f"Bearer {text}"}).status_code == 401
    assert "No token yet." in screen.open(TOKENS)
    screen.open(f"{TOKENS}/{token.pk}/revoke")
    assert screen.status == 404


@pytest.mark.parametrize(
    ("name", "role", "says"),
    [
        ("", "viewer", "Say what the token is for"),
        ("Website", "owner", "Choose one of these roles."),
        ("x" * 81, "viewer", "80"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(screen: Screen, name: str, role: str, says: str) -> None:
    assert says in screen.send(f"{TOKENS}/new", name=name, role=role)
    assert screen.status == 422
    assert not ApiToken.objects.exists()


def test_who_is_no_admin_makes_and_revokes_nothing(screen: Screen, ridgeline: Business) -> None:
    screen.send(f"{TOKENS}/new", name="Website", role="sales")
    token = ApiToken.objects.get()
    screen.log_in(ridgeline.ben)
    for address in (f"{TOKENS}/new", f"{TOKENS}/{token.pk}/revoke"):
        screen.send(address, name="Mine", role="admin")
        assert screen.status == 403
    assert "Tokens are for admins." in screen.open(TOKENS)
    assert not shown(screen.page)
    assert ApiToken.objects.get().revoked_at is None

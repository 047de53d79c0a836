"""Signing in with a passkey, which the browser's own virtual authenticator holds, and with a code on a phone."""

import time
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import PASSWORD, Visit

HERE = "/preferences/security"


def with_authenticator(window: Visit, *, consents: bool = True) -> CDPSession:
    """A device that keeps passkeys and knows its owner's finger."""
    device = window.context.new_cdp_session(window.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": consents,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def confirm(page: Page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def add_passkey(window: Visit, name: str = "Office laptop") -> Page:
    page = window.open(HERE)
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Keep these safe")).to_be_visible()
    return page


def test_a_passkey_signs_in(visit: Callable[..., Visit]) -> None:
    window = visit()
    with_authenticator(window)
    window.log_in()
    add_passkey(window)
    page = window.open(HERE)
    expect(page.locator(".security-item__name", has_text="Office laptop")).to_be_visible()
    window.context.clear_cookies()
    window.open("/log-in?next=/signals/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(window.address + "/signals/")


def test_a_passkey_is_a_second_step_and_a_stolen_password_is_not_enough(visit: Callable[..., Visit]) -> None:
    window = visit()
    with_authenticator(window)
    window.log_in()
    add_passkey(window)
    window.context.clear_cookies()
    page = window.open("/log-in")
    page.get_by_label("Email").fill("maya@ridgeline.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(window.address + "/")


def test_a_passkey_is_renamed_and_removed(visit: Callable[..., Visit]) -> None:
    window = visit()
    with_authenticator(window)
    window.log_in()
    add_passkey(window)
    page = window.open(HERE)
    page.get_by_role("link", name="Rename Office laptop").click()
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Old laptop").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".security-item__name", has_text="Old laptop")).to_have_count(0)
    window.context.clear_cookies()
    window.open("/log-in")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_where_no_passkey_comes_the_page_says_so(visit: Callable[..., Visit]) -> None:
    window = visit()
    with_authenticator(window)
    page = window.open("/log-in")
    expect(page.locator("[data-passkey-failed]")).to_be_hidden()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey came from your browser.")).to_be_visible()


def test_a_code_from_a_phone_is_set_up_with_the_mouse(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.log_in()
    page.locator(".person-menu__summary").click()
    page.get_by_role("link", name="Sign-in and security").first.click()
    page.get_by_role("link", name="Switch on").click()
    confirm(page)
    picture = page.get_by_role("img", name="A QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = page.locator("copy-text .code").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".security-codes li")).to_have_count(10)

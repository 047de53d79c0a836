"""Maya connects her mail and shapes her form, and sees at once that both work."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.cast import Business
from trellis.intake.models import Signal
from trellis.integrations.smtp.tests.conftest import QUIRKS_OF_AIOSMTPD, Behavior, listening, only_dana
from trellis.steps.capture.actions.open_form import open_form
from trellis.steps.capture.models import Form

pytestmark = QUIRKS_OF_AIOSMTPD
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def mail_server() -> Iterator[Behavior]:
    """Lets only Dana send."""
    with listening() as start:
        yield start(authenticator=only_dana, auth_require_tls=False, auth_required=True)


@pytest.fixture
def form(office: Business) -> Form:
    return open_form(key="roof-repair", title="Roof repair", playbook=office.playbook.key, at=timezone.now())


def connect(page: Page, server: Behavior, password: str) -> None:
    page.get_by_label("User name").fill("dana")
    page.get_by_label("Password").fill(password)
    page.get_by_label("Server", exact=True).fill("127.0.0.1")
    page.get_by_label("Port").fill(str(server.port))
    page.get_by_label("None").check()
    page.get_by_role("button", name="Test and connect").click()


def test_mail_is_connected_with_a_letter_that_arrives(visit: Callable[..., Visit], mail_server: Behavior) -> None:
    window = visit()
    page = window.log_in()
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.locator('a[href="/settings/connect/smtp"]').click()
    page.get_by_role("link", name="Gmail").click()
    expect(page.get_by_label("Server", exact=True)).to_have_value("smtp.gmail.com")
    page.get_by_label("Address you send from").fill("office@ridgeline.example")
    connect(page, mail_server, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("127.0.0.1 did not accept this user name and password")
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_value("")
    window.faults.clear()  # The browser notes the 422.
    connect(page, mail_server, "p@ss/word")
    expect(page.get_by_text("Messages leave through office@ridgeline.example at 127.0.0.1")).to_be_visible()
    expect(page.locator(".toast__text")).to_contain_text("Connected. Test email sent to maya@ridgeline.example")
    assert mail_server.read()["Subject"] == "Email from Ridgeline Roofing works"
    assert "p@ss/word" not in page.content()
    page.get_by_role("link", name="Disconnect").click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("heading", name="Connect email")).to_be_visible()


def test_a_form_is_shaped_beside_how_it_looks(visit: Callable[..., Visit], form: Form) -> None:
    window = visit()
    window.log_in()
    page = window.open(f"/settings/forms/{form.pk}")
    look = page.frame_locator("iframe")
    expect(look.get_by_role("heading", name="Roof repair")).to_be_visible()
    page.get_by_label("Title").fill("Hail on your roof?")
    expect(look.get_by_role("heading", name="Hail on your roof?")).to_be_visible()
    page.get_by_role("group", name="Mobile").get_by_label("Not asked").check()
    expect(look.get_by_label("Mobile")).to_have_count(0)
    page.get_by_role("button", name="Move up: Do you own the building?").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move down: Do you own the building?")).to_be_focused()
    page.get_by_role("checkbox", name="Is water coming in right now?").uncheck()
    expect(look.get_by_text("Is water coming in right now?")).to_have_count(0)
    expect(look.get_by_role("radiogroup").first).to_contain_text("Do you own the building?")
    look.get_by_label("Email").fill("dana@example.com")
    look.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast__text")).to_contain_text("Saved.")
    form.refresh_from_db()
    assert (form.title, form.ask_phone, form.questions) == (
        "Hail on your roof?",
        "no",
        ["owner", "address", "insurance"],
    )
    assert not Signal.objects.exists()


def test_a_color_is_tried_out_before_it_is_saved(visit: Callable[..., Visit], form: Form) -> None:
    window = visit()
    window.log_in()
    page = window.open("/settings/business")
    look = page.frame_locator("iframe")
    expect(look.get_by_role("heading", name="Roof repair")).to_be_visible()
    page.get_by_label("Our own").check()
    page.get_by_label("Our color").fill("#b0206a")
    expect(look.locator("body.brand")).to_have_attribute("style", "--brand: #b0206a")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast__text")).to_contain_text("Saved.")
    expect(page.frame_locator("iframe").locator("body.brand")).to_have_count(1)


def test_without_script_a_form_is_shaped_all_the_same(visit: Callable[..., Visit], form: Form) -> None:
    window = visit(java_script_enabled=False, viewport=PHONE)
    window.log_in()
    page = window.open(f"/settings/forms/{form.pk}")
    page.get_by_label("Title").fill("Hail on your roof?")
    page.get_by_role("button", name="Move down: Is water coming in right now?").click()
    page.get_by_label("Title").press("Enter")
    form.refresh_from_db()
    assert (form.title, form.questions) == ("Hail on your roof?", ["address", "urgency", "owner", "insurance"])

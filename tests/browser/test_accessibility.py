"""Axe finds nothing on any page, in light and in dark; and nothing scrolls sideways, down to 320 pixels."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.browser.conftest import AXE, Visit
from tests.cast import Business, next_step
from trellis.intake.actions import interpret, receive
from trellis.journeys.actions import park_journey
from trellis.journeys.models import Journey
from trellis.steps.capture.models import Form

# Hairlines drawn with pseudo-elements keep axe from seeing what is behind the text; a color on its way is no color.
STILL = "*::before, *::after { display: none !important } * { transition: none !important }"
WIDTHS = (320, 390, 800, 2560)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def addresses(lead: Journey, office: Business) -> list[str]:
    """Every page, with something on it."""
    now = timezone.now()
    parked = office.lead(office.contact("Gwen Adler", "gwen@example.com"), at=now - timedelta(hours=2))
    park_journey(parked, until=now + timedelta(days=30), reason="Back in spring", by=office.maya, at=now)
    spam = {"name": "RankPro", "message": "Rank first", "trap": "x"}
    signal, _ = receive(kind="form", channel="web", source="roof-repair", payload=spam, at=now)
    interpret(signal, at=now)
    Form.objects.create(key="roof-repair", title="Roof repair", playbook=office.playbook.key, created_at=now)
    step, contact = next_step(lead).pk, f"/contacts/{lead.contact_id}/"
    return [
        *("/", "/signals/", "/coverage", "/connections", "/leads/new"),
        *(contact + tab for tab in ("?compose=sms&why=1", "?compose=email", "?compose=call", "?pane=facts")),
        f"/contacts/{parked.contact_id}/",
        f"/steps/{step}/snooze",
        *(f"/journeys/{lead.pk}/{act}" for act in ("owner", "stage", "close", "templates/sms")),
    ]


def check(page: Page) -> list[str]:
    """Axe in light, its contrast in dark, and no sideways scroll at any width."""
    wide = [width for width in WIDTHS if is_wide(page, width)]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_style_tag(content=STILL)
    page.add_script_tag(path=AXE)
    page.emulate_media(color_scheme="light")
    faults = run_axe(page, RULES)
    page.emulate_media(color_scheme="dark")
    return faults + run_axe(page, ["color-contrast"]) + [f"scrolls sideways at {width}" for width in wide]


def is_wide(page: Page, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 800})
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def run_axe(page: Page, rules: list[str]) -> list[str]:
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found["violations"]]


def test_every_page_can_be_read_by_everybody(visit: Callable[..., Visit], addresses: list[str]) -> None:
    window = visit(bypass_csp=True)
    found = {"/log-in": check(window.open("/log-in"))}
    window.log_in()
    found |= {address: check(window.open(address)) for address in addresses}
    assert {address: faults for address, faults in found.items() if faults} == {}

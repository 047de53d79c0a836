"""Axe finds nothing on any page, in light and in dark; and nothing scrolls sideways, down to 320 pixels."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone
from playwright.sync_api import Page

from tests.browser.conftest import AXE, PASSWORD, Visit
from tests.cast import Business, next_step
from tests.segments import segment
from trellis.conversations.actions import receive_message
from trellis.intake.actions import interpret, receive
from trellis.journeys.actions import park_journey
from trellis.journeys.drafts import save_draft
from trellis.journeys.models import Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.people.changing import change_contact
from trellis.people.custom import define_field
from trellis.people.models import Company
from trellis.steps.capture.actions.open_form import open_form
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.invitations import invitation_for
from trellis.team.models import User
from trellis.transfer.actions import start_import, take_file

# Hairlines drawn with pseudo-elements keep axe from seeing what is behind the text; a color on its way is no color.
STILL = "*::before, *::after { display: none !important } * { transition: none !important }"
WIDTHS = (320, 390, 800, 2560)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def desk_addresses(lead: Journey, office: Business) -> list[str]:
    """Every page that people work in, with something on it."""
    now = timezone.now()
    parked = office.lead(office.contact("Gwen Adler", "gwen@example.com"), at=now - timedelta(hours=2))
    park_journey(parked, until=now + timedelta(days=30), reason="Back in spring", by=office.maya, at=now)
    receive_message(
        contact=lead.contact,
        channel="email",
        sender="renee@example.com",
        text="Is it today?",
        at=now,
        journey_id=lead.pk,
    )
    spam = {"name": "RankPro", "message": "Rank first", "trap": "x"}
    signal, _ = receive(kind="form", channel="web", source="roof-repair", payload=spam, at=now)
    interpret(signal, at=now)
    step, contact = next_step(lead).pk, f"/contacts/{lead.contact_id}/"
    return [
        *("/?who=team", "/?who=team&priority=1", "/signals/", "/coverage", "/leads/new", "/find?q=renee", "/find?q=zz"),
        *("/board/", "/board/?owner=me", "/board/table", "/contacts/", "/contacts/?q=zz"),
        *("/inbox/", f"/inbox/{lead.contact_id}/", "/inbox/?show=done"),
        *lists_addresses(lead, office),
        *(contact + tab for tab in ("?compose=sms&why=1", "?compose=email", "?compose=call", "?pane=facts")),
        f"/contacts/{parked.contact_id}/",
        *(f"/journeys/{lead.pk}/why{asked}" for asked in ("", "?ask=text", "?show=did_not")),
        f"/steps/{step}/snooze",
        *(f"/journeys/{lead.pk}/{act}" for act in ("owner", "stage", "close", "templates/sms")),
    ]


def lists_addresses(lead: Journey, office: Business) -> list[str]:
    """Tables, what is done in them, and a file on its way in."""
    now, told = timezone.now(), b"Name,Email,City\nRenee,renee@example.com,Conway\nBo,nope,\n"
    change_contact(lead.contact, {"company": "Castillo Bakery"}, by=office.maya, at=now)
    company, kept = Company.objects.get(), segment(office, "Quiet", at=now)
    define_field(noun="journey", label="Roof type", kind="choices", choices=["Slate", "Metal"], by=None, at=now)
    chosen = take_file("people.csv", [told], size=len(told), by=office.maya, at=now)
    begun = take_file("others.csv", [told], size=len(told), by=office.maya, at=now)
    start_import(begun, by=office.maya, at=now)
    return [
        *("/lists/contacts/", "/lists/leads/?group=stage", "/lists/companies/", "/lists/steps/"),
        *("/lists/contacts/?match=all&f=place&o=is&v=Nowhere", "/lists/contacts/?match=all&f=created_at&o=is&v=x"),
        *("/lists/contacts/save", f"/lists/contacts/{lead.contact_id}/place", f"/companies/{company.pk}/", "/runs/"),
        f"/lists/contacts/do/tag?pick={lead.contact_id}",
        *("/contacts/new", f"/contacts/{lead.contact_id}/edit"),
        *(f"/contacts/{lead.contact_id}/{asked}" for asked in ("consent", "erase")),
        *("/lists/segments/", f"/lists/segments/{kept.pk}", f"/journeys/{lead.pk}/fields"),
        *("/import/", f"/import/{chosen.pk}/", f"/import/{chosen.pk}/preview", f"/import/{begun.pk}/result"),
    ]


@pytest.fixture
def setup_addresses(lead: Journey, office: Business) -> list[str]:
    """Every page where the business is shaped."""
    now = timezone.now()
    form = open_form(key="roof-repair", title="Roof repair", playbook=office.playbook.key, at=now)
    leave = put_on_leave(office.ben, starts_at=now, ends_at=now + timedelta(days=3), reason="Sea", by=None, at=now)
    key = change_the_playbook(office, now)
    return [
        *("/playbooks/", f"/playbooks/{key}/", f"/playbooks/{key}/versions/", f"/playbooks/{key}/versions/1/"),
        *(f"/playbooks/{key}/draft/", f"/playbooks/{key}/draft/plan", f"/playbooks/{key}/compare?from=1&to=2"),
        f"/playbooks/{key}/versions/1/roll-back",
        *(f"/playbooks/{key}/draft/{part}" for part in ("text", "scenarios", "stages/new", "messages/new")),
        *(f"/playbooks/{key}/draft/cells/{kind}/new" for kind in ("stages", "ownership", "timing", "messaging")),
        f"/playbooks/{key}/draft/cells/recovery/new",
        *(f"/playbooks/{key}/draft/everywhere/{kind}" for kind in ("starting", "questions", "writing", "resting")),
        *("/playbooks/add", f"/playbooks/{key}/steps", f"/playbooks/{key}/steps/loyalty"),
        *("/people/", "/people/new", f"/people/{office.ben.pk}", f"/people/{office.ben.pk}/left"),
        *("/people/coverage", "/people/coverage?moment=x"),
        *("/people/away", "/people/away/new", f"/people/away/{leave.pk}"),
        *(
            "/people/teams",
            "/people/teams/new",
            "/people/hours",
            "/people/hours/office",
            "/people/hours/office/days/new",
        ),
        *(
            "/settings",
            "/settings/changes",
            "/settings/business",
            "/settings/forms",
            "/settings/forms/new",
            f"/settings/forms/{form.pk}",
        ),
        *("/settings/connect/smtp", "/settings/connect/twilio", "/settings/inbound-email", "/settings/tokens"),
        *("/settings/roles/sales", "/settings/roles/admin"),
        *("/settings/sign-in", "/settings/fields", "/settings/fields/new/contact"),
        *("/connections", "/preferences", "/f/roof-repair"),
    ]


def change_the_playbook(office: Business, at: datetime) -> str:
    """A second version, to which leads are on their way, and a draft of the third; returns the key."""
    text = pack(office.playbook.key)
    slower = text.replace("within: 5m", "within: 10m")
    publish_playbook(slower, in_flight="map", reason="What we can keep", by=office.maya, at=at)
    save_draft(office.playbook.key, text, seen=None, by=office.maya, at=at)
    return office.playbook.key


def check(page: Page) -> list[str]:
    """Axe in light, its contrast in dark, and no scroll but that of its panes at any width."""
    page.wait_for_load_state()
    wide = [fault for width in WIDTHS for fault in too_wide(page, width)]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_style_tag(content=STILL)
    page.add_script_tag(path=AXE)
    page.emulate_media(color_scheme="light")
    faults = run_axe(page, RULES)
    page.emulate_media(color_scheme="dark")
    return faults + run_axe(page, ["color-contrast"]) + wide


# What stands at the head of a page and is not to be seen in full: it ends beyond the edge, or has no room for a word.
CUT_OFF = """
[...document.querySelectorAll(".top-bar :is(h1, a, button)")].filter(element => {
  const {left, right, width, height} = element.getBoundingClientRect();
  return height > 1 && element.checkVisibility() && (left < 0 || right > innerWidth + 1 || width < 12);
}).map(element => element.textContent.trim() || element.ariaLabel)
"""


# A sentence for the whole page that has room for a few letters a line.
NARROW = """
[...document.querySelectorAll(".banner, [role=alert]")]
  .map(element => [element.textContent.trim(), element.offsetHeight])
  .filter(([words, height]) => words.length > 30 && height > words.length * 4)
  .map(([words]) => words)
"""


def too_wide(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    scrolls = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    # Only the panes of the application scroll; below it there is nothing.
    sinks = page.evaluate(
        "!!document.querySelector('.application') && document.documentElement.scrollHeight > innerHeight"
    )
    cut, narrow = page.evaluate(CUT_OFF), page.evaluate(NARROW)
    return [
        *[f"scrolls sideways at {width}"] * scrolls,
        *[f"scrolls beyond its panes at {width}"] * sinks,
        *(f"“{words}” is cut off at {width}" for words in cut),
        *(f"“{words}” stands in a column without room at {width}" for words in narrow),
    ]


def run_axe(page: Page, rules: list[str]) -> list[str]:
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found["violations"]]


@pytest.mark.slow
def test_every_page_that_people_work_in_can_be_read_by_everybody(
    visit: Callable[..., Visit], desk_addresses: list[str]
) -> None:
    window = visit(bypass_csp=True)
    window.log_in()
    assert faults_on(window, desk_addresses) == {}


@pytest.mark.slow
def test_every_page_at_the_door_can_be_read_by_everybody(visit: Callable[..., Visit], office: Business) -> None:
    window = visit(bypass_csp=True)
    door = [
        "/log-in",
        "/forgotten",
        "/forgotten/sent",
        "/forgotten/1/over",
        f"/invitation/{invitation_for(office.ben)}",
    ]
    assert faults_on(window, door) == {}
    window.log_in()
    window.open("/preferences/security/confirm")
    assert check(window.page) == []
    window.page.get_by_label("Your password").fill(PASSWORD)
    window.page.get_by_role("button", name="Go on").click()
    own = ("", "/password", "/codes/on", "/passkeys/new")
    assert faults_on(window, [f"/preferences/security{page}" for page in own]) == {}
    set_up_two_steps(office.maya)
    later = ("", "/codes/off", "/recovery", "/recovery/new", *passkey_pages(office.maya))
    assert faults_on(window, [f"/preferences/security{page}" for page in later]) == {}
    Authenticator.objects.filter(type="webauthn").delete()
    stranger = visit(bypass_csp=True)
    stranger.open("/log-in")
    stranger.page.get_by_label("Email").fill("maya@ridgeline.example")
    stranger.page.get_by_label("Password").fill(PASSWORD)
    stranger.page.get_by_role("button", name="Log in").click()
    stranger.page.wait_for_url(stranger.address + "/log-in/code")
    assert check(stranger.page) == []


def set_up_two_steps(person: User) -> None:
    """Codes from an app, with their recovery codes, and a passkey by name alone."""
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Office laptop", "credential": {}})


def passkey_pages(person: User) -> list[str]:
    number = Authenticator.objects.get(user=person, type="webauthn").pk
    return [f"/passkeys/{number}", f"/passkeys/{number}/end"]


@pytest.mark.slow
def test_every_page_that_shapes_the_business_can_be_read_by_everybody(
    visit: Callable[..., Visit], setup_addresses: list[str]
) -> None:
    window = visit(bypass_csp=True)
    window.log_in()
    assert faults_on(window, setup_addresses) == {}


def faults_on(window: Visit, addresses: list[str]) -> dict[str, list[str]]:
    """What is wrong, by page; a page that is not there is wrong too."""
    found = {}
    for address in addresses:
        answer = window.page.goto(window.address + address)
        window.wait_for_script()
        missing = [] if answer and answer.status == 200 else ["is not there"]
        found[address] = missing + check(window.page)
    return {address: faults for address, faults in found.items() if faults}

"""The guarantee badge, the page behind it, and what is connected."""

import re

from tests.cast import TUESDAY, Business
from trellis.desk.queries.coverage import Coverage
from trellis.desk.tests.conftest import Desk
from trellis.steps.capture.models import Form


def test_the_badge_counts_every_open_lead_on_every_page(desk: Desk, ridgeline: Business) -> None:
    ridgeline.lead()
    for address in ("/", "/signals/", "/coverage", "/connections", "/leads/new"):
        assert "1 of 1 covered" in desk.open(address)


def test_the_page_behind_it_shows_each_rule_with_what_was_found(desk: Desk, ridgeline: Business) -> None:
    ridgeline.lead()
    page = desk.open("/coverage")
    found = re.findall(r'<th scope="row">([^<]+)</th><td class="table__number">(\d+)</td>', page)
    assert ("No owner", "0") in found
    assert ("No deadline", "0") in found
    assert {count for _, count in found} == {"0"}


def test_the_lattice_has_one_diamond_for_each_record_up_to_two_hundred() -> None:
    assert len(Coverage(total=47, gaps=0, by_growth={1: 30, 6: 17}).marks) == 47


def test_above_two_hundred_one_diamond_stands_for_several() -> None:
    many = Coverage(total=200_000, gaps=0, by_growth={1: 150_000, 6: 50_000})
    assert many.scale == 1000
    assert len(many.marks) == 200


def test_gaps_come_first_and_are_never_hidden_by_the_scale() -> None:
    lacking = Coverage(total=200_000, gaps=3, by_growth={1: 199_997})
    assert [mark.gap for mark in lacking.marks[:4]] == [True, True, True, False]
    assert lacking.covered == 199_997


def test_without_mail_and_phone_the_page_says_how_to_connect_them(desk: Desk, ridgeline: Business) -> None:
    page = desk.open("/connections")
    assert page.count("Not connected: kept here") == 2
    assert "TRELLIS_SMTP_URL" in page
    assert "TRELLIS_TWILIO_ACCOUNT_SID" in page


def test_an_open_form_is_shown_with_its_address_and_what_to_paste(desk: Desk, ridgeline: Business) -> None:
    Form.objects.create(key="roof-repair", title="Roof repair", playbook=ridgeline.playbook.key, created_at=TUESDAY)
    page = desk.open("/connections")
    assert "/f/roof-repair" in page
    assert "<iframe src=" in page
    assert "<iframe" not in desk.client.get("/connections").content.decode()

"""The first step: the business and its first admin."""

import pytest
from django.contrib.auth import authenticate

from tests.cast import TUESDAY
from trellis.core.refusal import Refused
from trellis.setup.actions.welcome import open_business
from trellis.setup.forms.welcome import NO_ZONE
from trellis.setup.tests.newcomer import BUSINESS, PASSWORD, Newcomer
from trellis.team.models import Business, Calendar, User


def test_the_business_and_its_admin_are_there_and_logged_in(newcomer: Newcomer) -> None:
    alma = newcomer.open_the_account()
    assert (newcomer.status, newcomer.here) == (200, "/welcome/people")
    assert (alma.name, alma.role) == ("Alma Real", "admin")
    assert authenticate(username=alma.email, password=PASSWORD) == alma
    business = Business.objects.get()
    assert (business.name, business.place, business.phone) == ("Summit Roofing", "Boulder, CO", "(303) 555-0100")
    assert "Alma Real" in newcomer.page


@pytest.mark.parametrize(
    ("zone", "region", "currency", "locale"),
    [
        ("America/Denver", "US", "USD", "en-US"),
        ("Europe/London", "GB", "GBP", "en-GB"),
        ("Europe/Berlin", "DE", "EUR", "en-DE"),
        ("Asia/Kolkata", "IN", "INR", "en-IN"),
        ("America/Sao_Paulo", "BR", "BRL", "en-GB"),
    ],
)
def test_region_money_and_writing_follow_from_the_time_zone(
    newcomer: Newcomer, zone: str, region: str, currency: str, locale: str
) -> None:
    newcomer.open_the_account(time_zone=zone)
    business = Business.objects.get()
    assert (business.region, business.currency, business.locale) == (region, currency, locale)


def test_what_is_chosen_oneself_counts_more(newcomer: Newcomer) -> None:
    newcomer.open_the_account(time_zone="America/Denver", region="CA", locale="en-GB")
    business = Business.objects.get()
    assert (business.region, business.currency, business.locale) == ("CA", "CAD", "en-GB")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("business_name", " ", "Write the name of the business."),
        ("name", "", "Write your name"),
        ("email", "alma@", "This email address is not complete."),
        ("email", "", "Write your email address"),
        ("password", "short", "This password is too short."),
        ("password", "password123", "This password is too common."),
        ("password", "", "Choose a password of at least 10 characters."),
        ("time_zone", "", NO_ZONE),
        ("time_zone", "Mars/Olympus", "“Mars/Olympus” is not known here."),
        ("region", "XX", "“XX” is not known here."),
        ("currency", "ABC", "“ABC” is not known here."),
        ("locale", "tlh", "“tlh” is not known here."),
        ("business_name", "x" * 121, "at most 120 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(newcomer: Newcomer, field: str, value: str, says: str) -> None:
    newcomer.come_with_the_key()
    newcomer.send("/welcome", **BUSINESS | {field: value})
    assert newcomer.status == 422
    assert says in newcomer.page
    kept = {name: text for name, text in BUSINESS.items() if name not in (field, "time_zone")}
    assert [text for text in kept.values() if f'value="{text}"' not in newcomer.page] == []
    assert not User.objects.exists()
    assert not Business.objects.exists()


def test_the_second_of_two_who_hold_the_key_is_told(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    with pytest.raises(Refused, match="Somebody has opened the first account already"):
        open_business(
            facts={"name": "Another"}, name="Eve", email="eve@elsewhere.example", password=PASSWORD, at=TUESDAY
        )
    assert User.objects.count() == 1
    assert Business.objects.get().name == "Summit Roofing"


def test_one_can_come_back_to_it(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    page = newcomer.open("/welcome/business")
    assert 'value="Summit Roofing"' in page
    assert "Password" not in page
    facts = {name: BUSINESS[name] for name in ("business_name", "place", "phone")}
    newcomer.send("/welcome/business", **facts | {"time_zone": "America/Chicago", "place": "Conway, AR"})
    assert newcomer.here == "/welcome/people"
    assert Business.objects.get().place == "Conway, AR"
    assert Calendar.objects.get().time_zone == "America/Chicago"


def test_coming_back_with_a_fault_is_said(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.send("/welcome/business", business_name="", time_zone="America/Chicago")
    assert newcomer.status == 422
    assert "Write the name of the business." in newcomer.page


def test_a_password_is_never_shown_to_anybody_later(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    assert PASSWORD not in newcomer.page
    assert PASSWORD not in newcomer.open("/welcome/business")

"""How somebody likes things: what they choose is how every page is shown to them from then on, and to nobody else."""

import pytest

from tests.cast import Business
from tests.screen import Screen
from trellis.journeys.models import Journey
from trellis.team.actions.business import set_business

MINE = {"name": "Maya Ortiz", "hour_cycle": "h12", "single_keys": "on"}


def test_times_follow_the_zone_the_region_and_the_clock_of_whoever_looks(screen: Screen, ridgeline: Business) -> None:
    screen.open("/preferences")
    assert "It is 10:00 AM on Tue, Jun 9 where you are." in screen.words
    page = screen.send("/preferences", **MINE | {"time_zone": "Europe/Berlin", "locale": "en-GB", "hour_cycle": "h23"})
    assert "It is 17:00 on Tue 9 Jun where you are." in screen.words
    assert "Saved." in screen.words
    assert '<html lang="en-GB"' in page
    screen.log_in(ridgeline.ben).open("/preferences")
    assert "It is 10:00 AM on Tue, Jun 9 where you are." in screen.words


def test_money_is_written_as_in_the_region_of_whoever_looks(screen: Screen, ridgeline: Business) -> None:
    Journey.objects.filter(pk=ridgeline.lead().pk).update(value_minor=120_050, currency="EUR")
    screen.open("/?who=team")
    assert "€1,200.50" in screen.words
    screen.send("/preferences", **MINE | {"locale": "en-DE"})
    screen.open("/?who=team")
    assert "1.200,50 €" in screen.words


def test_customers_see_what_is_usual_in_the_region_of_the_business(screen: Screen, ridgeline: Business) -> None:
    set_business(locale="en-GB", by=ridgeline.maya, at=screen.at)
    screen.client.logout()
    assert '<html lang="en-GB"' in screen.open("/log-in")


def test_a_name_and_a_phone_number_are_ones_own_to_change(screen: Screen, ridgeline: Business) -> None:
    screen.send("/preferences", **MINE | {"name": " Maya  Ortiz-Hale ", "phone": "(501) 555-0190"})
    ridgeline.maya.refresh_from_db()
    assert (ridgeline.maya.name, ridgeline.maya.phone) == ("Maya Ortiz-Hale", "(501) 555-0190")
    assert ridgeline.maya.role == "admin"


@pytest.mark.parametrize("written", ["chicago", "New York", "america/denver", "UTC"])
def test_a_zone_is_found_by_its_city(screen: Screen, ridgeline: Business, written: str) -> None:
    screen.send("/preferences", **MINE | {"time_zone": written})
    ridgeline.maya.refresh_from_db()
    assert ridgeline.maya.time_zone.casefold().endswith(written.replace(" ", "_").casefold())


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"time_zone": "Ozark/Time"}, "“Ozark/Time” is not a time zone: write its IANA name, such as America/Chicago."),
        ({"time_zone": "../etc/passwd"}, "is not a time zone"),
        ({"locale": "tlh-KX"}, "tlh-KX is not one of the available choices."),
        ({"hour_cycle": "h25"}, "h25 is not one of the available choices."),
        ({"week_starts_on": "wed"}, "wed is not one of the available choices."),
        ({"theme": "pink"}, "pink is not one of the available choices."),
        ({"name": "  "}, "Write your name: colleagues and customers see it."),
    ],
)
def test_what_cannot_be_chosen_is_said_at_its_field(
    screen: Screen, ridgeline: Business, changed: dict[str, str], sentence: str
) -> None:
    screen.send("/preferences", **MINE | changed)
    assert screen.status == 422
    assert sentence in screen.words
    ridgeline.maya.refresh_from_db()
    assert (ridgeline.maya.time_zone, ridgeline.maya.name) == ("", "Maya Ortiz")


@pytest.mark.parametrize(("theme", "attribute"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_a_theme_is_chosen_in_the_menu_and_one_stays_on_the_page(screen: Screen, theme: str, attribute: str) -> None:
    assert "data-theme" not in screen.open("/signals/")
    page = screen.send("/preferences/theme", theme=theme, next="/signals/?state=joined")
    assert screen.address == "/signals/"
    assert attribute in page.partition("<head>")[0]
    assert "data-theme" not in screen.send("/preferences/theme", theme="", next="/signals/")


def test_a_theme_that_there_is_not_is_refused_in_words(screen: Screen, ridgeline: Business) -> None:
    screen.send("/preferences/theme", theme="pink")
    assert "“pink” cannot be chosen" in screen.words
    ridgeline.maya.refresh_from_db()
    assert ridgeline.maya.theme == ""


def test_single_keys_are_switched_off_for_every_page(screen: Screen) -> None:
    assert "data-single-keys" not in screen.open("/")
    screen.send("/preferences", **MINE | {"single_keys": "off"})
    assert '<body data-single-keys="off">' in screen.open("/")


def test_the_way_to_sign_in_is_found_beside_the_preferences(screen: Screen) -> None:
    assert 'href="/preferences/security"' in screen.open("/preferences").partition("<main")[2]


def test_preferences_are_for_people_who_are_logged_in(screen: Screen) -> None:
    screen.client.logout()
    screen.open("/preferences")
    assert screen.address == "/log-in"


def test_the_page_takes_few_queries(screen: Screen, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        screen.open("/preferences")

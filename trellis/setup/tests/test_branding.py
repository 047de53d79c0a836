"""An admin says who the business is, and gives its public pages a color."""

from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.steps.capture.actions.open_form import open_form
from trellis.team.models import Business as Stored

BUSINESS = "/settings/business"


def typed(**changes: Any) -> dict[str, Any]:
    fields = {
        "business_name": "Ridgeline & Sons",
        "place": "Little Rock, AR",
        "phone": "(501) 555-0177",
        "email": "office@ridgeline.example",
        "time_zone": "America/Denver",
        "region": "US",
        "currency": "USD",
        "locale": "en-US",
        "look": "own",
        "color": "#b0206a",
    }
    return fields | changes


def test_what_is_saved_is_seen_everywhere(screen: Screen, ridgeline: Business) -> None:
    open_form(key="roof-repair", title="Roof repair", playbook=ridgeline.playbook.key, at=TUESDAY)
    assert "Saved." in screen.send(BUSINESS, **typed())
    stored = Stored.objects.get()
    assert (stored.name, stored.place, stored.time_zone) == ("Ridgeline & Sons", "Little Rock, AR", "America/Denver")
    page = screen.open("/f/roof-repair")
    assert 'class="brand" style="--brand: #b0206a"' in page
    assert "Ridgeline & Sons" in page
    assert "(501) 555-0177" in page
    screen.open("/settings")
    assert "Ridgeline & Sons, Little Rock, AR · (501) 555-0177" in screen.words


def test_the_leaf_green_is_no_color_of_ones_own(screen: Screen) -> None:
    screen.send(BUSINESS, **typed())
    screen.send(BUSINESS, **typed(look="leaf"))
    assert Stored.objects.get().brand == ""


def test_what_is_known_stands_in_the_fields(screen: Screen) -> None:
    page = screen.open(BUSINESS)
    assert 'value="Ridgeline Roofing"' in page
    assert '<option value="America/Chicago" selected' in page
    assert 'type="color"' in page


def test_the_preview_shows_what_is_typed_and_stores_nothing(screen: Screen) -> None:
    page = screen.send(f"{BUSINESS}/preview", **typed())
    assert 'style="--brand: #b0206a"' in page
    assert "Ridgeline & Sons" in page
    assert "How can we help?" in page
    assert Stored.objects.get().name == "Ridgeline Roofing"
    assert "Ridgeline Roofing" in screen.send(f"{BUSINESS}/preview", **typed(business_name=""))
    assert screen.client.get(f"{BUSINESS}/preview")["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"business_name": ""}, "Write the name of the business."),
        ({"business_name": "x" * 121}, "at most 120"),
        ({"email": "office"}, "This email address is not complete."),
        ({"time_zone": ""}, "Choose the time zone"),
        ({"time_zone": "Ozark/Time"}, "“Ozark/Time” is not known here."),
        ({"region": "ZZ"}, "“ZZ” is not known here."),
        ({"currency": "GOLD"}, "“GOLD” is not known here."),
        ({"locale": "tlh"}, "“tlh” is not known here."),
        ({"color": "red; background: url(//evil.example)"}, "A color is written as # and six letters or digits"),
        ({"color": "#fff"}, "A color is written as #"),
        ({"look": ""}, "Choose a color for your public pages."),
    ],
)
def test_each_thing_that_is_wrong_is_said_and_nothing_is_stored(
    screen: Screen, changes: dict[str, str], says: str
) -> None:
    page = screen.send(BUSINESS, **typed(**changes))
    assert screen.status == 422
    assert says in page
    assert Stored.objects.get().name == "Ridgeline Roofing"


def test_who_is_no_admin_reads_and_changes_nothing(screen: Screen, ridgeline: Business) -> None:
    screen.log_in(ridgeline.ben)
    page = screen.open(BUSINESS)
    assert "The business is changed by admins." in page
    assert "America/Chicago" in page
    screen.send(BUSINESS, **typed())
    assert screen.status == 403
    assert "Ridgeline Roofing" in screen.send(f"{BUSINESS}/preview", **typed())
    assert "Sons" not in screen.page
    assert Stored.objects.get().name == "Ridgeline Roofing"

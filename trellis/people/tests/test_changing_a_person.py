"""What is known of somebody is changed, is told on their timeline with before and after, and can be taken back."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.people.changing import add_contact, change_contact, undo_contact_change
from trellis.people.models import Company, Contact, ContactPoint
from trellis.team.undoing import change_at

LATER = TUESDAY + timedelta(minutes=1)


def points(contact: Contact) -> list[tuple[str, str]]:
    return sorted(contact.points.values_list("kind", "value"))


def test_a_change_is_told_with_what_stood_there_before(ridgeline: Business) -> None:
    renee = ridgeline.contact(phone="+15015550142")
    wanted = {"name": "Renée Castillo", "company": "Castillo Bakery", "phones": ["(501) 555-0143", "501-555-0142"]}
    change_contact(renee, wanted, by=ridgeline.ben, at=TUESDAY)
    event = Event.objects.get(contact_id=renee.pk, key="contact.changed")
    assert event.by == ridgeline.ben
    assert event.payload["what"] == "name, company and phone"
    assert event.payload["changes"]["name"] == ["Renee Castillo", "Renée Castillo"]
    assert event.payload["changes"]["company"] == ["", "Castillo Bakery"]
    assert event.payload["changes"]["phone"] == ["+15015550142", "+15015550143, +15015550142"]
    assert points(renee) == [
        ("email", "renee@example.com"),
        ("phone", "+15015550142"),
        ("phone", "+15015550143"),
    ]


def test_what_is_the_same_is_no_change(ridgeline: Business) -> None:
    renee = ridgeline.contact()
    wanted = {"name": " Renee  Castillo ", "emails": ["RENEE@example.com"]}
    changed = change_contact(renee, wanted, by=ridgeline.ben, at=TUESDAY)
    assert changed.changed_at is None
    assert not Event.objects.filter(key="contact.changed").exists()


def test_a_change_is_taken_back_as_a_whole(ridgeline: Business) -> None:
    renee = ridgeline.contact(phone="+15015550142")
    change_contact(renee, {"name": "Rita", "phones": [], "place": "Conway"}, by=ridgeline.ben, at=TUESDAY)
    change = change_at(by=ridgeline.ben, at=TUESDAY)
    assert change is not None
    undo_contact_change(change, by=ridgeline.ben, at=LATER)
    renee.refresh_from_db()
    assert (renee.name, renee.place) == ("Renee Castillo", "")
    assert ("phone", "+15015550142") in points(renee)
    assert Event.objects.filter(contact_id=renee.pk, key="contact.changed").count() == 2


def test_an_address_of_somebody_else_is_shared_not_taken(ridgeline: Business) -> None:
    renee = ridgeline.contact()
    carl = ridgeline.contact("Carl Castillo", "carl@example.com")
    change_contact(carl, {"emails": ["carl@example.com", "renee@example.com"]}, by=ridgeline.ben, at=TUESDAY)
    holders = ContactPoint.objects.filter(value="renee@example.com", held_at__isnull=False)
    assert [point.contact for point in holders] == [renee]


def test_a_change_made_meanwhile_is_not_overwritten(ridgeline: Business) -> None:
    renee = ridgeline.contact()
    change_contact(renee, {"place": "Conway"}, by=ridgeline.maya, at=LATER)
    with pytest.raises(Refused, match="Somebody else changed"):
        change_contact(renee, {"place": "Cabot"}, by=ridgeline.ben, at=LATER, seen_at=TUESDAY)
    renee.refresh_from_db()
    assert renee.place == "Conway"


def test_a_company_is_found_by_its_name_and_made_once(ridgeline: Business) -> None:
    for name in ("Ana", "Bo"):
        add_contact({"name": name, "company": "acme Inc" if name == "Bo" else "Acme Inc"}, by=None, at=TUESDAY)
    assert Company.objects.get().contacts.count() == 2


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"emails": ["not an address"]}, "not an email address"),
        ({"phones": ["12"]}, "not a phone number"),
        ({"time_zone": "Mars/Olympus"}, "not a time zone"),
        ({"custom.unheard": "x"}, "There is no field"),
        ({"name": "x" * 201}, "At most 200 characters"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_half_written(
    ridgeline: Business, wanted: dict[str, Any], told: str
) -> None:
    renee = ridgeline.contact()
    with pytest.raises(ValueError, match=told):
        change_contact(renee, {"place": "Conway"} | wanted, by=ridgeline.ben, at=TUESDAY)
    renee.refresh_from_db()
    assert renee.place == ""
    assert not Event.objects.filter(key="contact.changed").exists()


def test_nobody_is_added_who_has_neither_name_nor_address(ridgeline: Business) -> None:
    with pytest.raises(Refused, match="one of them is needed"):
        add_contact({"place": "Conway"}, by=ridgeline.ben, at=TUESDAY)

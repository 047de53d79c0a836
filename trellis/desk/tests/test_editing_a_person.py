"""What is known of somebody is changed on a page of its own, with the fields that the business added."""

from datetime import timedelta

from tests.cast import TUESDAY, Business
from trellis.desk.tests.conftest import Desk
from trellis.people.changing import change_contact
from trellis.people.custom import define_field
from trellis.people.models import Contact


def test_a_person_is_edited_told_on_the_timeline_and_taken_back(desk: Desk, ridgeline: Business) -> None:
    define_field(noun="contact", label="Roof age", kind="number", by=ridgeline.maya, at=TUESDAY)
    renee = ridgeline.contact(phone="+15015550142")
    desk.at += timedelta(seconds=1)
    desk.send(
        f"/contacts/{renee.pk}/edit",
        **{
            "name": "Renee Castillo",
            "company": "Castillo Bakery",
            "emails": "renee@example.com\nr@castillo.example",
            "phones": "(501) 555-0142",
            "custom.roof_age": "12",
        },
    )
    renee = Contact.objects.get(pk=renee.pk)
    assert renee.company.name == "Castillo Bakery"
    assert renee.custom == {"roof_age": "12"}
    assert renee.points.count() == 3
    assert "Roof age 12" in desk.words
    assert "changed company, Roof age and email" in desk.words
    desk.send(desk.undo)
    renee = Contact.objects.get(pk=renee.pk)
    assert (renee.company, renee.custom, renee.points.count()) == (None, {}, 2)


def test_what_does_not_fit_is_told_beside_its_field(desk: Desk, ridgeline: Business) -> None:
    define_field(noun="contact", label="Roof age", kind="number", by=ridgeline.maya, at=TUESDAY)
    renee = ridgeline.contact()
    for field, value, told in (
        ("custom.roof_age", "old", "not a number"),
        ("time_zone", "Mars", "not a time zone"),
        ("emails", "nobody", "not an email address"),
    ):
        desk.send(f"/contacts/{renee.pk}/edit", **{"name": "Renee", "emails": "renee@example.com", field: value})
        assert desk.status == 422
        assert told in desk.words
    renee.refresh_from_db()
    assert renee.name == "Renee Castillo"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(desk: Desk, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    change_contact(renee, {"place": "Conway"}, by=ridgeline.ben, at=TUESDAY)
    seen = (TUESDAY - timedelta(minutes=1)).isoformat()
    desk.send(f"/contacts/{renee.pk}/edit", name="Rita", emails="renee@example.com", seen_at=seen)
    assert "Somebody else changed this record" in desk.words
    assert Contact.objects.get(pk=renee.pk).place == "Conway"


def test_somebody_is_written_down_with_nothing_open(desk: Desk, ridgeline: Business) -> None:
    desk.send("/contacts/new", name="Lin Zhao", emails="lin@example.com")
    lin = Contact.objects.get(name="Lin Zhao")
    assert desk.address == f"/contacts/{lin.pk}/"
    assert not lin.journeys.exists()
    desk.send("/contacts/new", place="Conway")
    assert "one of them is needed" in desk.words


def test_whoever_is_here_already_is_named_before_a_second_one_is_written_down(desk: Desk, ridgeline: Business) -> None:
    ridgeline.contact("Tasha Greer", "tasha.greer@example.com", "+15015550103")
    told = {"name": "Tasha Greer", "phones": "(501) 555-0103"}
    desk.send("/contacts/new", **told)
    assert "This looks like somebody we know" in desk.words
    assert Contact.objects.count() == 1
    desk.send("/contacts/new", **told, anyway="1")
    assert Contact.objects.count() == 2

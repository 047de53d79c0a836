"""Merging on the page: what is asked and shown, what changed meanwhile, who may, and where old links lead."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.journeys.audit import audit
from trellis.people.custom import define_field
from trellis.people.jobs import look_for_duplicates
from trellis.people.matching import suspect
from trellis.people.models import Contact, ContactPoint, Merge, PossibleDuplicate
from trellis.team.models import User


@pytest.fixture
def screen(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen(client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: screen.at)
    return screen.log_in(ridgeline.ben)


@pytest.fixture
def tasha(ridgeline: Business) -> Contact:
    contact = ridgeline.contact("Tasha Greer", "tasha@example.com", "+15015550101")
    Contact.objects.filter(pk=contact.pk).update(place="Conway, AR")
    return contact


@pytest.fixture
def again(ridgeline: Business, tasha: Contact) -> Contact:
    contact = ridgeline.contact("Natasha Greer", "ng@example.net")
    Contact.objects.filter(pk=contact.pk).update(place="Little Rock, AR", address="4410 Maple Ridge Rd")
    ridgeline.lead(contact)
    PossibleDuplicate.objects.create(
        contact=contact, other=tasha, reason="Same phone number", per_mille=930, found_at=TUESDAY
    )
    return contact


def form_of(screen: Screen, one: Contact, other: Contact) -> dict[str, Any]:
    """What the page would send: what it says it has seen, and what is picked."""
    screen.open(f"/contacts/{one.pk}/merge/{other.pk}/")
    seen = re.search(r'name="seen" value="(.*?)">', screen.page)
    assert seen
    picked = re.findall(r'name="([\w.]+)" id="[^"]+" value="([^"]+)" checked', screen.page)
    return {"seen": seen[1], **dict(picked)}


def test_the_pair_is_listed_with_both_sides_and_reasons(screen: Screen, tasha: Contact, again: Contact) -> None:
    screen.open("/contacts/")
    assert "May be the same 1" in screen.words
    screen.open("/contacts/duplicates/")
    for words in ("Tasha Greer", "Natasha Greer", "tasha@example.com", "Same phone number", "93 % likely"):
        assert words in screen.words
    screen.open(f"/contacts/{tasha.pk}/")
    assert f"/contacts/{tasha.pk}/merge/{again.pk}/" in screen.page
    screen.open("/find?palette=1&q=merge")
    assert "Who may be here twice" in screen.words


def test_nobody_of_the_sample_is_offered_with_a_customer(screen: Screen, tasha: Contact, again: Contact) -> None:
    """They could not be merged: the sample goes one day."""
    Contact.objects.filter(pk=tasha.pk).update(sampled_at=TUESDAY)
    screen.open("/contacts/duplicates/")
    assert "Nobody is here twice" in screen.words
    Contact.objects.filter(pk=again.pk).update(sampled_at=TUESDAY)
    screen.open("/contacts/duplicates/")
    assert "Natasha Greer" in screen.words


def test_each_field_is_picked_and_what_only_one_knows_is_kept(screen: Screen, tasha: Contact, again: Contact) -> None:
    asked = form_of(screen, tasha, again)
    assert "1 lead" in screen.words
    screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", **asked | {"name": str(again.pk)})
    assert screen.address == f"/contacts/{tasha.pk}/"
    assert "Merged. Everything of Natasha Greer is here now." in screen.words
    tasha.refresh_from_db()
    assert (tasha.name, tasha.place, tasha.address) == ("Natasha Greer", "Conway, AR", "4410 Maple Ridge Rd")
    assert tasha.journeys.count() == 1
    assert audit()["violations"] == 0
    screen.open("/contacts/duplicates/")
    assert "Nobody is here twice" in screen.words


def test_a_field_of_the_business_is_picked_like_any_other(screen: Screen, tasha: Contact, again: Contact) -> None:
    for label, kind in (("Roof age", "number"), ("Gate code", "text"), ("Roof type", "text")):
        define_field(noun="contact", label=label, kind=kind, by=None, at=TUESDAY)
    Contact.objects.filter(pk=tasha.pk).update(custom={"roof_age": "12", "gate_code": "77"})
    Contact.objects.filter(pk=again.pk).update(custom={"roof_age": "20", "gate_code": "88", "roof_type": "Slate"})
    asked = form_of(screen, tasha, again)
    assert {"custom.roof_age", "custom.gate_code"} < asked.keys()
    assert "custom.roof_type" not in asked
    sent = asked | {"custom.roof_age": str(again.pk)}
    Contact.objects.filter(pk=again.pk).update(custom={"roof_age": "21", "gate_code": "88", "roof_type": "Slate"})
    screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", **sent)
    assert "Natasha Greer changed since you opened this page: your own fields." in screen.words
    sent = form_of(screen, tasha, again) | {"custom.roof_age": str(again.pk)}
    screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", **sent)
    tasha.refresh_from_db()
    assert tasha.custom == {"roof_age": "21", "gate_code": "77", "roof_type": "Slate"}
    screen.send(screen.undo)
    tasha.refresh_from_db()
    assert tasha.custom == {"roof_age": "12", "gate_code": "77"}


def test_the_other_may_be_the_one_who_stays(screen: Screen, tasha: Contact, again: Contact) -> None:
    asked = form_of(screen, tasha, again)
    screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", **asked | {"keep": str(again.pk)})
    assert screen.address == f"/contacts/{again.pk}/"
    again.refresh_from_db()
    assert (again.name, again.place) == ("Tasha Greer", "Conway, AR")
    assert set(again.points.values_list("value", flat=True)) == {"tasha@example.com", "+15015550101", "ng@example.net"}


def test_old_links_lead_to_whoever_stayed(screen: Screen, tasha: Contact, again: Contact) -> None:
    screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", **form_of(screen, tasha, again))
    screen.open(f"/contacts/{again.pk}/")
    assert screen.address == f"/contacts/{tasha.pk}/"
    screen.open(f"/contacts/{tasha.pk}/merge/{again.pk}/")
    assert screen.address == f"/contacts/{tasha.pk}/"
    assert "merged with somebody already" in screen.words


def test_what_changed_meanwhile_is_shown_before_anything_is_merged(
    screen: Screen, tasha: Contact, again: Contact
) -> None:
    asked = form_of(screen, tasha, again)
    Contact.objects.filter(pk=again.pk).update(place="Bryant, AR")
    ContactPoint.objects.create(
        contact=again, kind="phone", value="+15015550188", raw="", created_at=TUESDAY, held_at=TUESDAY
    )
    screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", **asked)
    assert screen.status == 409
    assert "Natasha Greer changed since you opened this page: place and addresses." in screen.words
    assert "Bryant, AR" in screen.words
    assert not Merge.objects.exists()
    screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", **form_of(screen, tasha, again))
    assert Merge.objects.count() == 1


def test_a_form_that_saw_nothing_merges_nothing(screen: Screen, tasha: Contact, again: Contact) -> None:
    for seen in ("", "[]", "{", '{"x": 1}'):
        screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", seen=seen, keep=str(tasha.pk))
        assert screen.status == 409
    assert not Merge.objects.exists()


def test_a_merge_is_taken_back_from_the_toast_or_days_later(screen: Screen, tasha: Contact, again: Contact) -> None:
    screen.send(f"/contacts/{tasha.pk}/merge/{again.pk}/", **form_of(screen, tasha, again))
    undo = screen.undo
    screen.send(undo)
    assert "Taken back. Natasha Greer has a page of their own again." in screen.words
    assert again.journeys.count() == 1
    screen.send(undo)
    assert "taken back already" in screen.words
    screen.open("/contacts/duplicates/")
    assert "93 % likely" in screen.words


def test_who_was_told_apart_is_asked_again_once_that_is_taken_back(
    screen: Screen, tasha: Contact, again: Contact
) -> None:
    pair = PossibleDuplicate.objects.get()
    screen.send(f"/contacts/duplicates/{pair.pk}/apart")
    assert "Two people, then." in screen.words
    assert "Nobody is here twice" in screen.words
    undo = screen.undo
    screen.send(f"/contacts/duplicates/{pair.pk}/apart")
    assert "decided about these two already" in screen.words
    screen.send(undo)
    assert "93 % likely" in screen.words


def test_a_viewer_may_look_but_not_decide(screen: Screen, tasha: Contact, again: Contact, ridgeline: Business) -> None:
    User.objects.filter(pk=ridgeline.ben.pk).update(role="viewer")
    screen.open("/contacts/duplicates/")
    assert "93 % likely" in screen.words
    assert "Merge…" not in screen.words
    pair = PossibleDuplicate.objects.get()
    for address in (f"/contacts/{tasha.pk}/merge/{again.pk}/", f"/contacts/duplicates/{pair.pk}/apart"):
        screen.send(address)
        assert screen.status == 403
    assert PossibleDuplicate.objects.open().count() == 1


def test_a_second_one_is_made_only_when_that_is_meant(screen: Screen, tasha: Contact) -> None:
    look_for_duplicates(at=TUESDAY, hour=12)
    told = {"name": "Tasha Greer", "email": "tasha@mail.example", "kind": "call", "token": "t1"}
    screen.send("/leads/new", **told)
    assert screen.status == 409
    assert "This looks like somebody we know" in screen.words
    assert "Open Tasha Greer" in screen.words
    assert Contact.objects.count() == 1
    screen.send("/leads/new", **told, anyway="1")
    assert Contact.objects.count() == 2
    assert not tasha.journeys.exists()


@pytest.mark.parametrize("door", ["/leads/new", "/contacts/new"])
def test_who_is_added_anyway_waits_with_the_other_to_be_decided(screen: Screen, tasha: Contact, door: str) -> None:
    look_for_duplicates(at=TUESDAY, hour=12)
    told = {"name": "Tasha Greer", "email": "tasha@mail.example", "emails": "tasha@mail.example", "kind": "call"}
    screen.send(door, **told, anyway="1", token="t1")
    undo = screen.undo
    screen.open("/contacts/duplicates/")
    for words in ("Tasha Greer", "tasha@mail.example", "Same name", "% likely"):
        assert words in screen.words
    pair = PossibleDuplicate.objects.get()
    screen.send(undo)
    assert "Taken back" in screen.words
    assert "Tasha" not in (screen.open("/contacts/duplicates/") and screen.words)
    screen.send(door, **told, anyway="1", token="t2")
    pair = PossibleDuplicate.objects.exclude(pk=pair.pk).get()
    screen.send(f"/contacts/duplicates/{pair.pk}/apart")
    suspect(pair.contact, by=None, at=TUESDAY)
    look_for_duplicates(at=TUESDAY, hour=12)
    assert not PossibleDuplicate.objects.open().of_living().exists()


def test_who_is_recognized_anyway_is_not_asked_about(screen: Screen, tasha: Contact) -> None:
    for number, told in enumerate(
        [
            {"name": "Tasha Greer", "email": "tasha@example.com"},
            {"name": "Natasha Greer", "phone": "501 555 0101", "email": "new@example.net"},
        ]
    ):
        screen.send("/leads/new", **told, kind="call", token=f"t{number}")
        assert screen.address == f"/contacts/{tasha.pk}/"
    assert Contact.objects.count() == 1

"""Merging two whom nobody proposed: the other one is looked for, or both are selected in the list of contacts."""

import pytest

from tests.cast import TUESDAY, Business
from trellis.desk.tests.conftest import Desk
from trellis.people.models import Contact, Merge
from trellis.team.models import User


@pytest.fixture
def tasha(ridgeline: Business) -> Contact:
    return ridgeline.contact("Tasha Greer", "tasha@example.com")


@pytest.fixture
def natasha(ridgeline: Business) -> Contact:
    return ridgeline.contact("Natasha Bright", "n.bright@example.net", "+15015550101")


def merging(one: Contact, other: Contact) -> str:
    return f"/contacts/{one.pk}/merge/{other.pk}/"


def test_the_other_one_is_found_as_anywhere_else_and_compared_before_they_are_merged(
    desk: Desk, tasha: Contact, natasha: Contact
) -> None:
    page = f"/contacts/{tasha.pk}/"
    assert f"{page}merge" in desk.open(page)
    for text in ("bright", "n.bright@", "555-0101", "natsha"):
        found = desk.open(f"{page}merge?q={text}")
        assert merging(tasha, natasha) in found, text
    desk.open(f"{merging(tasha, natasha)}?next={page}merge")
    assert "Who stays" in desk.words
    assert f'href="{page}merge"' in desk.page, "Whoever thinks better of it looks for another."
    assert not Merge.objects.exists()
    desk.send(merging(tasha, natasha), keep=str(tasha.pk), seen="{}", name=str(tasha.pk))
    assert "changed since you opened this page" in desk.words


def test_whoever_bears_the_same_name_stands_there_at_once_and_they_themselves_do_not(
    desk: Desk, ridgeline: Business, tasha: Contact
) -> None:
    again = ridgeline.contact("Tasha Greer", "greer@example.org")
    page = desk.open(f"/contacts/{tasha.pk}/merge")
    assert merging(tasha, again) in page
    assert merging(tasha, tasha) not in page
    desk.open(f"/contacts/{tasha.pk}/merge?q=nobody+at+all")
    assert "Nobody else whom you may change is found by that." in desk.words


def test_two_that_are_selected_in_the_list_are_compared(desk: Desk, tasha: Contact, natasha: Contact) -> None:
    listed = "/lists/contacts/"
    assert "/contacts/merge" in desk.open(listed)
    desk.send("/contacts/merge", pick=[str(tasha.pk), str(natasha.pk)], next=listed)
    assert desk.address == merging(tasha, natasha)
    assert f'href="{listed}"' in desk.page
    assert "/contacts/merge" not in desk.open("/lists/companies/")


@pytest.mark.parametrize("picked", [0, 1, 3])
def test_to_merge_others_than_two_is_refused_with_a_sentence(desk: Desk, ridgeline: Business, picked: int) -> None:
    people = [ridgeline.contact(f"Person {number}", f"p{number}@example.com") for number in range(3)]
    desk.send("/contacts/merge", pick=[str(one.pk) for one in people[:picked]], next="/lists/contacts/")
    assert desk.address == "/lists/contacts/"
    assert "Select the two people who are one." in desk.words


def test_what_is_no_pair_of_people_is_refused_as_well(desk: Desk, tasha: Contact) -> None:
    desk.send("/contacts/merge", pick=["nobody", str(tasha.pk)], next="/lists/contacts/")
    assert "Select the two people who are one." in desk.words


def test_a_sample_is_not_merged_with_a_customer(desk: Desk, tasha: Contact, natasha: Contact) -> None:
    Contact.objects.filter(pk=natasha.pk).update(sampled_at=TUESDAY)
    desk.send("/contacts/merge", pick=[str(tasha.pk), str(natasha.pk)], next="/lists/contacts/")
    assert "One of them belongs to the sample and goes with it. Keep them apart." in desk.words


def test_whoever_may_not_change_people_merges_nobody(
    desk: Desk, ridgeline: Business, tasha: Contact, natasha: Contact
) -> None:
    User.objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    desk.log_in(ridgeline.tom)
    assert "Merge with" not in desk.open(f"/contacts/{tasha.pk}/")
    desk.open(f"/contacts/{tasha.pk}/merge")
    assert desk.status == 403
    desk.send("/contacts/merge", pick=[str(tasha.pk), str(natasha.pk)])
    assert desk.status == 403


def test_whoever_was_merged_meanwhile_leads_to_who_they_are_now(desk: Desk, tasha: Contact, natasha: Contact) -> None:
    Contact.objects.filter(pk=natasha.pk).update(merged_into=tasha, taken_back_at=TUESDAY)
    desk.open(f"/contacts/{natasha.pk}/merge")
    assert desk.address == f"/contacts/{tasha.pk}/"

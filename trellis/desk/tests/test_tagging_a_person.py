"""Tags are put on somebody and taken off on their page, and either is taken back from the toast."""

import re
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.desk.tests.conftest import Desk
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import TagAdded
from trellis.events.models import Event
from trellis.journeys.publish import publish_playbook
from trellis.journeys.tests.test_asking_about_the_person import with_rules
from trellis.people.actions import add_tags
from trellis.people.merging import merge_contacts
from trellis.people.models import Contact, Tag
from trellis.team.models import User


@pytest.fixture
def renee(ridgeline: Business) -> Contact:
    """Known, with nothing open."""
    return ridgeline.contact("Renee Castillo", "renee@example.com")


def worn(contact: Contact) -> list[str]:
    return sorted(contact.tags.values_list("name", flat=True))


def test_a_tag_is_put_on_and_taken_back(desk: Desk, renee: Contact) -> None:
    page = f"/contacts/{renee.pk}/"
    assert "Not tagged yet." in (desk.open(page) and desk.words)
    desk.send(f"{page}tags", add="Storm", next=page)
    assert "Renee is tagged Storm." in desk.words
    assert 'aria-label="Take off Storm"' in desk.page
    assert worn(renee) == ["Storm"]
    desk.send(desk.undo)
    assert worn(renee) == []


def test_a_tag_is_taken_off_and_taken_back(desk: Desk, renee: Contact) -> None:
    add_tags(renee, ["Storm", "Hail, large"], at=TUESDAY)
    desk.send(f"/contacts/{renee.pk}/tags", remove="Hail, large")
    assert "Hail, large is taken off Renee." in desk.words
    assert worn(renee) == ["Storm"]
    desk.send(desk.undo)
    assert worn(renee) == ["Hail, large", "Storm"]


def test_several_are_put_on_at_once_and_taken_back_together(desk: Desk, renee: Contact) -> None:
    add_tags(renee, ["Storm"], at=TUESDAY)
    desk.send(f"/contacts/{renee.pk}/tags", add="Storm, VIP; Hail")
    assert worn(renee) == ["Hail", "Storm", "VIP"]
    told = Event.objects.filter(contact_id=renee.pk, key="tag.added", by__name="Maya Ortiz")
    assert sorted(one.payload["tag"] for one in told) == ["Hail", "VIP"]
    desk.send(desk.undo)
    assert worn(renee) == ["Storm"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"add": " , "}, "Write a tag first."),
        ({}, "Write a tag first."),
        ({"add": "x" * 61}, "A tag has at most 60 characters."),
        ({"add": "Storm"}, "Nothing was different."),
        ({"remove": "Hail"}, "Nothing was different."),
    ],
)
def test_what_changes_nothing_is_said(desk: Desk, renee: Contact, sent: dict[str, str], said: str) -> None:
    add_tags(renee, ["Storm"], at=TUESDAY)
    desk.send(f"/contacts/{renee.pk}/tags", **sent)
    assert said in desk.words
    assert worn(renee) == ["Storm"]
    assert Tag.objects.count() == 1


def test_tags_that_there_are_are_offered_for_what_is_typed(desk: Desk, ridgeline: Business, renee: Contact) -> None:
    add_tags(ridgeline.contact("Ana", "ana@example.com"), ["Storm 2026", "VIP", "Hailstorm", "<b>"], at=TUESDAY)
    add_tags(renee, ["Storm 2025"], at=TUESDAY)
    address = f"/contacts/{renee.pk}/tags"
    assert re.findall(r'value="([^"]+)"', desk.open(f"{address}?add=STORM")) == ["Hailstorm", "Storm 2026"]
    assert '<option value="&lt;b&gt;"></option>' in desk.client.get(address, {"add": "<"}).content.decode()


def test_whoever_may_not_change_people_reads_the_tags(desk: Desk, ridgeline: Business, renee: Contact) -> None:
    add_tags(renee, ["Storm"], at=TUESDAY)
    User.objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    page = desk.log_in(ridgeline.tom).open(f"/contacts/{renee.pk}/")
    assert "Storm" in desk.words
    assert "Take off Storm" not in page
    desk.send(f"/contacts/{renee.pk}/tags", add="VIP")
    assert desk.status == 403
    assert worn(renee) == ["Storm"]


def test_somebody_who_was_merged_meanwhile_is_not_tagged(desk: Desk, ridgeline: Business, renee: Contact) -> None:
    again = ridgeline.contact("R. Castillo", "castillo@example.com")
    merge_contacts(renee, again, by=ridgeline.maya, at=TUESDAY)
    desk.send(f"/contacts/{again.pk}/tags", add="Storm")
    assert "They were merged with somebody meanwhile." in desk.words
    assert desk.address == f"/contacts/{renee.pk}/"
    assert worn(again) == []


def test_the_timeline_says_who_put_a_tag_on(desk: Desk, ridgeline: Business, renee: Contact) -> None:
    """Each as its neighbors are told: a person, a rule, whoever brought a file and which."""
    page = f"/contacts/{renee.pk}/"
    desk.send(f"{page}tags", add="VIP")
    desk.at += timedelta(minutes=1)
    desk.send(f"{page}tags", add="Storm, Hail", next=page)
    publish_playbook(with_rules("{id: mark, tag: Urgent}"), by=None, at=TUESDAY)
    ridgeline.lead(renee, at=desk.at)
    told = TagAdded(tag="Roof", why="import of people.csv")
    announce([Announcement(fact=told, at=desk.at + timedelta(minutes=1), contact_id=renee.pk, by=ridgeline.ben.pk)])
    desk.open(page)
    assert "Maya put on the tag VIP" in desk.words
    assert "Maya put on the tags Hail, Storm" in desk.words
    assert "Rule mark put on the tag Urgent" in desk.words
    assert "Ben put on the tag Roof · import of people.csv" in desk.words

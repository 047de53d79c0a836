"""Whoever is erased is named by no view and no segment any more, nor by what would bring one of these back."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.cast import TUESDAY, Business
from tests.segments import segment, settle
from trellis.events.models import Event
from trellis.lists.actions import remove_view, save_view
from trellis.lists.models import SavedView
from trellis.lists.tests.conftest import Lists
from trellis.people.models import Contact, Erasure, Segment, SegmentMember
from trellis.team.models import Change, Run

NAME, PLACE = {"field": "name", "is": "Renée Castillo"}, {"field": "place", "is": "Conway"}
NOBODY = {"field": "name", "is": "Erased"}


@pytest.fixture
def renee(ridgeline: Business) -> Contact:
    return ridgeline.contact("Renée Castillo", "renee@example.com", "+15015550142")


def erase(lists: Lists, contact: Contact) -> str:
    return lists.send(f"/contacts/{contact.pk}/erase", why="asked", typed=contact.name)


def kept(office: Business, condition: Any, name: str = "Mine", listing: str = "contacts") -> SavedView:
    return save_view(listing=listing, name=name, asks={"condition": condition}, by=office.ben, at=TUESDAY)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (NAME, None),
        ({"field": "name", "contains": " renee  CASTILLO "}, None),
        ({"field": "email", "is_not": "Renee@Example.com"}, None),
        ({"field": "phone", "contains": "(501) 555-0142"}, None),
        ({"all": [NAME, PLACE]}, {"all": [PLACE]}),
        ({"any": [{"none": [NAME]}, PLACE]}, {"any": [PLACE]}),
        ({"none": [NAME]}, None),
        ({"field": "name", "one_of": ["Renée Castillo", "Ann Lee"]}, {"field": "name", "one_of": ["Ann Lee"]}),
        ({"field": "name", "contains": "castil"}, None),
        ({"field": "name", "contains": "Ren"}, {"field": "name", "contains": "Ren"}),
        ({"field": "name", "contains": "Castillo & Sons"}, {"field": "name", "contains": "Castillo & Sons"}),
        ({"all": [PLACE, {"field": "name", "is_not": "CASTILLO"}]}, {"all": [PLACE]}),
        ({"field": "email", "contains": "renee@"}, None),
        ({"field": "email", "contains": "example.com"}, {"field": "email", "contains": "example.com"}),
        ({"field": "phone", "contains": "555-0142"}, None),
        ({"field": "phone", "contains": "501"}, {"field": "phone", "contains": "501"}),
        ({"field": "phone", "contains": "none"}, {"field": "phone", "contains": "none"}),
        ({"field": "address", "contains": "Castillo"}, {"field": "address", "contains": "Castillo"}),
        ({"field": "tags", "is": "Renée Castillo"}, {"field": "tags", "is": "Renée Castillo"}),
        ({"field": "name", "is": ""}, {"field": "name", "is": ""}),
        ({"field": "email", "known": True}, {"field": "email", "known": True}),
        ({"field": "custom.gone", "is": "Renée Castillo"}, None),
    ],
)
def test_a_view_that_names_her_asks_for_the_rest(
    lists: Lists, ridgeline: Business, renee: Contact, asked: Any, left: Any
) -> None:
    """A part of her name, an address or a number too, where nobody else has it."""
    ridgeline.contact("Renate Lee", "lee@example.com", "+15015550199")
    view = kept(ridgeline, asked)
    erase(lists, renee)
    view.refresh_from_db()
    assert view.asks["condition"] == left
    assert Erasure.objects.get().counts.get("views that name them", 0) == (asked != left)


def test_a_part_of_her_name_is_no_companys(lists: Lists, ridgeline: Business, renee: Contact) -> None:
    part = {"field": "name", "contains": "Castillo"}
    view, lead = kept(ridgeline, part, listing="companies"), {"field": "contact.name", "contains": "Castillo"}
    asked = segment(ridgeline, "Them", {"any": [PLACE, part]})
    given = {"listing": "leads", "act": "tag", "asks": {"condition": lead}, "picked": [], "told": {}}
    told = {"kind": "bulk", "title": "Tag", "given": given, "by": ridgeline.ben, "created_at": TUESDAY}
    run = Run.objects.create(**told, ended_at=TUESDAY)
    erase(lists, renee)
    for row in (view, asked, run):
        row.refresh_from_db()
    assert view.asks["condition"] == part
    assert asked.condition == {"any": [PLACE, {"field": "name", "contains": "Erased"}]}
    assert run.given["asks"] == {}


def test_a_file_that_was_taken_by_her_name_is_told_without_it(lists: Lists, renee: Contact) -> None:
    for name in ("Renée Castillo", "Ann"):
        query = urlencode({"match": "all", "f": "name", "o": "is", "v": name})
        lists.client.get(f"/lists/contacts/export.csv?{query}").getvalue()
    erase(lists, renee)
    told = Event.objects.filter(key="list.exported").order_by("pk").values_list("payload__asked", "payload__what")
    assert list(told) == [("…", "1 contact"), ("Name is Ann", "0 contacts")]


def test_it_is_foreseen_and_remembered_by_numbers(lists: Lists, ridgeline: Business, renee: Contact) -> None:
    kept(ridgeline, NAME)
    segment(ridgeline, "Like Renée Castillo", PLACE)
    lists.open(f"/contacts/{renee.pk}/erase")
    assert "Segments that name them (1)" in lists.words
    assert "Views that name them (1)" in lists.words
    erase(lists, renee)
    counts = Erasure.objects.get().counts
    assert (counts["views that name them"], counts["segments that name them"]) == (1, 1)


def test_a_view_for_a_lead_and_one_that_is_called_by_her(lists: Lists, ridgeline: Business, renee: Contact) -> None:
    kept(ridgeline, {"field": "contact.name", "is": "Renée Castillo"}, listing="leads")
    for name in ("Jobs for Renee Castillo", "renee@example.com", "Erased"):
        kept(ridgeline, PLACE, name=name)
    erase(lists, renee)
    assert SavedView.objects.get(listing="leads").asks["condition"] is None
    contacts = SavedView.objects.filter(listing="contacts")
    assert sorted(contacts.values_list("name", flat=True)) == ["Erased", "Erased 2", "Erased 3"]


def test_a_name_of_one_word_is_hers_only_where_names_are_asked_for(lists: Lists, ridgeline: Business) -> None:
    cabot = ridgeline.contact("Cabot", "cabot@example.com")
    views = [kept(ridgeline, {"field": name, "is": "Cabot"}, name=name) for name in ("name", "place")]
    titled = kept(ridgeline, PLACE, name="Roofs in Cabot")
    erase(lists, cabot)
    for view in (*views, titled):
        view.refresh_from_db()
    assert [view.asks["condition"] for view in views] == [None, {"field": "place", "is": "Cabot"}]
    assert titled.name == "Roofs in Cabot"


def test_a_segment_takes_in_nobody_who_was_not_in_it(lists: Lists, ridgeline: Business, renee: Contact) -> None:
    ann = ridgeline.contact("Ann Lee", "ann@example.com")
    Contact.objects.update(place="Conway")
    asked = segment(ridgeline, "Two", {"all": [PLACE, {"field": "name", "one_of": ["Renée Castillo", "Ann Lee"]}]})
    alone = segment(ridgeline, "One", {"all": [PLACE, NAME]})
    settle(TUESDAY)
    erase(lists, renee)
    settle(TUESDAY)
    for one in (asked, alone):
        one.refresh_from_db()
    assert asked.condition["all"][1]["one_of"] == ["Erased", "Ann Lee"]
    assert alone.condition == {"all": [PLACE, NOBODY]}
    assert set(SegmentMember.objects.values_list("segment", "contact")) == {(asked.pk, ann.pk)}


def test_a_segment_that_was_called_by_her_is_found_by_views_under_its_new_name(
    lists: Lists, ridgeline: Business, renee: Contact
) -> None:
    near = segment(ridgeline, "Near Renée Castillo", {"field": "name", "known": True})
    view = kept(ridgeline, {"field": "segment", "is": near.key})
    ridgeline.contact("Ann Lee", "ann@example.com")
    settle(TUESDAY)
    erase(lists, renee)
    near.refresh_from_db()
    view.refresh_from_db()
    assert (near.name, near.key, view.asks["condition"]["is"]) == ("Erased", "erased", "erased")
    lists.log_in(ridgeline.ben).open(f"/lists/contacts/?view={view.pk}")
    assert lists.names == ["Ann Lee"]


def test_what_would_bring_it_back_is_gone(lists: Lists, ridgeline: Business, renee: Contact) -> None:
    query = urlencode({"match": "all", "f": "name", "o": "is", "v": "Renée Castillo"})
    lists.send(f"/lists/contacts/save?{query}", name="Renée Castillo")
    lists.send(f"/lists/segments/new?{query}", name="Renée Castillo")
    remove_view(kept(ridgeline, NAME), by=ridgeline.ben, at=TUESDAY)
    asks = {"condition": {"field": "name", "is_not": "Renée Castillo"}}
    given = {"listing": "contacts", "act": "tag", "asks": asks, "picked": [], "told": {}}
    told = {"kind": "bulk", "title": "Tag", "given": given, "by": ridgeline.ben, "created_at": TUESDAY}
    run = Run.objects.create(**told, ended_at=TUESDAY)
    assert Change.objects.exists()
    erase(lists, renee)
    run.refresh_from_db()
    assert run.given["asks"] == {}
    assert not Change.objects.exists()
    assert (SavedView.objects.get().name, Segment.objects.get().condition) == ("Erased", NOBODY)


def test_a_change_of_many_that_names_her_ends_first(lists: Lists, ridgeline: Business, renee: Contact) -> None:
    given = {"listing": "contacts", "act": "tag", "asks": {"condition": NAME}, "picked": [], "told": {}}
    Run.objects.create(kind="bulk", title="Tag", given=given, by=ridgeline.ben, created_at=TUESDAY)
    erase(lists, renee)
    assert "is under way" in lists.words
    assert not Erasure.objects.exists()

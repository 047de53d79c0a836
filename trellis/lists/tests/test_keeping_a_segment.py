"""A filter of the contacts is kept as a segment, opened, combined, given another filter, removed, and taken back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from tests.segments import names, settle
from trellis.core.memory import forget
from trellis.journeys.actions import assign_journey
from trellis.lists.tests.conftest import Lists
from trellis.people.models import Contact, Segment
from trellis.team.models import Grant, User

CONWAY = "match=all&f=place&o=is&v=Conway"
IN_CONWAY = "match=all&f=segment&o=is&v=in-conway"


@pytest.fixture
def kept(lists: Lists, ridgeline: Business) -> Segment:
    """Ana and Cy live in Conway, Bo does not."""
    for name, place in (("Ana", "Conway"), ("Bo", "Cabot"), ("Cy", "Conway")):
        one = ridgeline.contact(name, f"{name}@example.com")
        Contact.objects.filter(pk=one.pk).update(place=place)
    lists.send(f"/lists/segments/new?{CONWAY}", name="In Conway")
    settle(lists.at)
    lists.at += timedelta(seconds=1)
    return Segment.objects.get()


def test_a_filter_is_kept_and_opened_as_the_list_of_those_who_fit(lists: Lists, kept: Segment) -> None:
    lists.open(f"/lists/contacts/?{CONWAY}")
    assert "Keep as a segment" in lists.words
    lists.open("/lists/segments/")
    assert "In Conway Place is Conway 2" in lists.words
    lists.open(f"/lists/contacts/?{IN_CONWAY}&columns=name,segment&sort=name")
    assert lists.names == ["Ana", "Cy"]
    assert "In segment is In Conway" in lists.words
    assert "Keep as a segment" not in lists.words, "it is kept already"
    lists.open(f"/lists/contacts/?{IN_CONWAY}&f=name&o=is&v=Cy")
    assert lists.names == ["Cy"]
    lists.open("/lists/contacts/?match=none&f=segment&o=is&v=in-conway")
    assert lists.names == ["Bo"]
    lists.open("/lists/contacts/?match=all&f=segment&o=is&v=no-such-one")
    assert lists.names == []


def test_a_contact_says_in_which_segments_it_is(lists: Lists, kept: Segment) -> None:
    lists.open(f"/contacts/{Contact.objects.get(name='Ana').pk}/")
    assert "Segments In Conway" in lists.words
    lists.open(f"/contacts/{Contact.objects.get(name='Bo').pk}/")
    assert "In Conway" not in lists.words


def test_its_filter_is_changed_in_the_list_itself_and_taken_back(lists: Lists, kept: Segment) -> None:
    lists.open(f"/lists/contacts/?shaping={kept.pk}&sort=name")
    assert lists.names == ["Ana", "Cy"]
    assert "Save filter" in lists.words
    query = f"shaping={kept.pk}&match=all&f=place&o=is&v=Cabot"
    lists.open(f"/lists/contacts/?{query}")
    assert lists.names == ["Bo"]
    assert names(kept) == ["Ana", "Cy"], "nothing is kept yet"
    lists.send(f"/lists/segments/{kept.pk}/filter", query=query)
    assert "0% so far" in lists.words
    undo = lists.undo
    settle(lists.at)
    lists.open(f"/lists/contacts/?{IN_CONWAY}")
    assert lists.names == ["Bo"]
    lists.at += timedelta(minutes=1)
    lists.send(undo)
    settle(lists.at)
    assert names(kept) == ["Ana", "Cy"]


def test_a_name_is_free_and_a_filter_can_be_asked(lists: Lists, kept: Segment) -> None:
    for query, name, said in (
        (CONWAY, "in conway", "already"),
        (CONWAY, " ", "has a name"),
        ("match=all", "Everybody", "filter the list first"),
        (IN_CONWAY, "Again", "cannot ask who is in a segment"),
        ("match=all&f=created_at&o=is&v=whenever", "Odd", "Mend the filter first"),
    ):
        lists.send(f"/lists/segments/new?{query}", name=name)
        assert said in lists.words, query
    lists.send(f"/lists/segments/{kept.pk}/filter", query=f"shaping={kept.pk}&match=all")
    assert "filter the list first" in lists.words
    assert Segment.objects.count() == 1


def test_a_removed_segment_is_found_by_nobody_and_its_name_is_free(lists: Lists, kept: Segment) -> None:
    lists.send(f"/lists/segments/{kept.pk}", name="Near us")
    lists.open(f"/lists/contacts/?{IN_CONWAY}&sort=name")
    assert lists.names == ["Ana", "Cy"], "filters go on to find it"
    lists.at += timedelta(seconds=1)
    lists.send(f"/lists/segments/{kept.pk}/remove")
    undo = lists.undo
    lists.open(f"/lists/contacts/?{IN_CONWAY}")
    assert lists.names == []
    lists.at += timedelta(seconds=1)
    lists.send(undo)
    lists.open("/lists/segments/")
    assert "Near us" in lists.words


def test_whoever_sees_some_contacts_is_told_of_those_alone(
    lists: Lists, kept: Segment, ridgeline: Business, client: Client
) -> None:
    """Priya sees her own people: not who else is in a segment, and not how many."""
    Grant.objects.create(role=ridgeline.priya.role, noun="contact", verb="see", reach=1)
    forget()
    ana = Contact.objects.get(name="Ana")
    assign_journey(ridgeline.lead(ana), owner=ridgeline.priya, by=ridgeline.maya, at=TUESDAY)
    priya = Screen(Client()).log_in(ridgeline.priya)
    priya.open("/lists/segments/")
    assert "In Conway Place is Conway 1 " in priya.words
    priya.open(f"/lists/contacts/?{IN_CONWAY}")
    assert "Ana" in priya.words
    assert "Cy" not in priya.words


def test_only_who_may_shape_segments_is_let_to_and_only_who_may_see_them_finds_them(
    lists: Lists, kept: Segment, ridgeline: Business, client: Client
) -> None:
    ben = Screen(Client()).log_in(ridgeline.ben)
    assert User.objects.get(pk=ridgeline.ben.pk).role == "sales"
    ben.open(f"/lists/contacts/?{CONWAY}")
    assert "Keep as a segment" not in ben.words
    for address in (f"new?{CONWAY}", f"{kept.pk}", f"{kept.pk}/filter", f"{kept.pk}/remove"):
        ben.send(f"/lists/segments/{address}", name="Ben's")
        assert ben.status == 403
    ben.open("/lists/segments/")
    assert "In Conway" in ben.words
    Grant.objects.create(role="sales", noun="segment", verb="see", reach=0)
    forget()
    for address in ("/lists/segments/", f"/lists/contacts/?{IN_CONWAY}&columns=name,segment"):
        ben.open(address)
        assert "In Conway" not in ben.words
    ben.open(f"/contacts/{Contact.objects.get(name='Ana').pk}/")
    assert "In Conway" not in ben.words


def test_a_segment_about_leads_is_made_by_whoever_sees_all_leads(lists: Lists, ridgeline: Business) -> None:
    Grant.objects.create(role="sales", noun="segment", verb="change", reach=3)
    Grant.objects.create(role="sales", noun="journey", verb="see", reach=1)
    forget()
    ben = Screen(Client()).log_in(ridgeline.ben)
    ben.send("/lists/segments/new?match=all&f=stage&o=is&v=new", name="New")
    assert "not all of them are yours to see" in ben.words
    assert not Segment.objects.exists()


def test_the_page_of_segments_asks_as_much_for_many_as_for_one(lists: Lists, kept: Segment) -> None:
    counts = []
    for number in range(2):
        forget()
        with CaptureQueriesContext(connection) as captured:
            lists.open("/lists/segments/")
        counts.append(len(captured))
        for more in range(5):
            lists.send(f"/lists/segments/new?{CONWAY}", name=f"More {number} {more}")
        settle(lists.at)
    assert counts[0] == counts[1] <= 12


def test_the_list_of_a_segment_says_how_many_are_in_it(lists: Lists, kept: Segment) -> None:
    lists.open(f"/lists/contacts/?{IN_CONWAY}")
    assert "Contacts 2 " in lists.words
    lists.open(f"/lists/contacts/?{IN_CONWAY}&f=name&o=is&v=Cy")
    assert "Contacts 1 " in lists.words

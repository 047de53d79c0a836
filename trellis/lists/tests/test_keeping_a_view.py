"""A list is kept under a name, opened again, shared, pinned, changed, and taken back."""

from datetime import timedelta

from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.lists.models import SavedView
from trellis.lists.tests.conftest import Lists

QUERY = "match=all&f=place&o=is&v=Conway&columns=name,place&sort=-name"


def test_a_view_is_kept_and_opened_again(lists: Lists, ridgeline: Business) -> None:
    for name, place in (("Ana", "Conway"), ("Bo", "Cabot"), ("Cy", "Conway")):
        one = ridgeline.contact(name, f"{name}@example.com")
        type(one).objects.filter(pk=one.pk).update(place=place)
    lists.send(f"/lists/contacts/save?{QUERY}", name="In Conway")
    assert lists.names == ["Cy", "Ana"]
    view = SavedView.objects.get()
    lists.open(f"/lists/contacts/?view={view.pk}")
    assert lists.names == ["Cy", "Ana"]
    assert "Email" not in lists.page.partition("<thead>")[2].partition("</thead>")[0]


def test_a_list_opens_with_the_view_that_was_chosen_for_it(lists: Lists, ridgeline: Business) -> None:
    ridgeline.contact("Ana", "ana@example.com")
    lists.send(f"/lists/contacts/save?{QUERY}", name="In Conway", is_first="on", is_pinned="on")
    lists.open("/lists/contacts/")
    assert lists.names == []
    lists.open("/lists/contacts/?view=")
    assert lists.names == ["Ana"]


def test_a_shared_view_is_seen_by_others_and_changed_by_its_owner_alone(
    lists: Lists, ridgeline: Business, client: Client
) -> None:
    lists.send(f"/lists/contacts/save?{QUERY}", name="In Conway", is_shared="on")
    lists.send(f"/lists/contacts/save?{QUERY}", name="Mine alone")
    view = SavedView.objects.get(name="In Conway")
    ben = Screen(Client()).log_in(ridgeline.ben)
    ben.open("/lists/contacts/")
    assert "In Conway" in ben.words
    assert "Mine alone" not in ben.words
    ben.send(f"/lists/views/{view.pk}", name="Taken over")
    assert ben.status == 404
    ben.send(f"/lists/views/{view.pk}/remove")
    assert ben.status == 404


def test_a_view_is_changed_and_removed_and_that_is_taken_back(lists: Lists, ridgeline: Business) -> None:
    lists.send(f"/lists/contacts/save?{QUERY}", name="In Conway")
    view = SavedView.objects.get()
    lists.send(f"/lists/views/{view.pk}/keep", query="match=all&f=place&o=is&v=Cabot")
    view.refresh_from_db()
    assert view.asks["condition"] == {"field": "place", "is": "Cabot"}
    lists.at += timedelta(seconds=1)
    lists.send(f"/lists/views/{view.pk}/remove")
    assert not SavedView.objects.exists()
    lists.send(lists.undo)
    assert SavedView.objects.get().name == "In Conway"


def test_a_view_needs_a_name_that_is_free(lists: Lists, ridgeline: Business) -> None:
    lists.send(f"/lists/contacts/save?{QUERY}", name="In Conway")
    lists.send(f"/lists/contacts/save?{QUERY}", name="in conway")
    assert "already" in lists.words
    lists.send(f"/lists/contacts/save?{QUERY}", name="  ")
    assert "has a name" in lists.words
    assert SavedView.objects.count() == 1


def test_a_view_whose_field_is_gone_shows_everybody_rather_than_somebody_else(
    lists: Lists, ridgeline: Business
) -> None:
    ridgeline.contact("Ana", "ana@example.com")
    asks = {"condition": {"field": "custom.gone", "is": "x"}, "columns": ["name", "custom.gone"], "sort": "custom.gone"}
    view = SavedView.objects.create(listing="contacts", name="Old", asks=asks, owner=ridgeline.maya, created_at=TUESDAY)
    lists.open(f"/lists/contacts/?view={view.pk}")
    assert lists.names == ["Ana"]


def test_a_filter_that_cannot_be_asked_is_mended_before_it_is_kept(lists: Lists, ridgeline: Business) -> None:
    lists.send("/lists/contacts/save?match=all&f=created_at&o=is&v=whenever", name="Odd")
    assert lists.status == 200
    assert "Mend the filter first" in lists.words
    assert not SavedView.objects.exists()

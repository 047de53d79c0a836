"""Whatever is done to all that a view finds is done to those alone, however its filter hangs together."""

import csv
import io
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from trellis.lists import exporting
from trellis.lists.models import SavedView
from trellis.lists.tests.conftest import Lists
from trellis.people.custom import define_field, retire_field
from trellis.people.models import Contact

ANA_OR_BO = {
    "all": [{"field": "place", "is": "Conway"}, {"any": [{"field": "name", "is": one} for one in ("Ana", "Bo")]}]
}


@pytest.fixture
def people(ridgeline: Business) -> None:
    for name in ("Cy", "Bo", "Ana", "Dee"):
        contact = ridgeline.contact(name, f"{name.lower()}@example.com")
        Contact.objects.filter(pk=contact.pk).update(place="Conway", job_title=name)


def kept(ridgeline: Business, condition: Any) -> SavedView:
    asks = {"condition": condition, "columns": ["name", "email"], "sort": "name", "group": ""}
    return SavedView.objects.create(
        listing="contacts", name="Kept", asks=asks, owner=ridgeline.maya, created_at=TUESDAY
    )


def exported(lists: Lists, query: str) -> list[str]:
    response = lists.client.get(f"/lists/contacts/export.csv?{query}")
    assert response.status_code == 200, response.headers
    told = b"".join(response.streaming_content).decode("utf-8-sig")
    return [row[0] for row in csv.reader(io.StringIO(told))][1:]


@pytest.mark.usefixtures("people")
def test_a_filter_with_groups_goes_along_with_a_file_and_with_a_change_of_all(
    lists: Lists, ridgeline: Business
) -> None:
    query = f"view={kept(ridgeline, ANA_OR_BO).pk}&columns=name&sort=name"
    assert exported(lists, query) == ["Ana", "Bo"]
    lists.send("/lists/contacts/do/tag", query=query, whole="1")
    assert "Tag: 2 contacts" in lists.words
    lists.send("/lists/contacts/do/tag", query=query, whole="1", said="1", tags="Roof")
    assert {*Contact.objects.filter(tags__name="Roof").values_list("name", flat=True)} == {"Ana", "Bo"}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("is_grouped", [False, True])
def test_a_view_that_asks_of_a_field_that_is_gone_says_so_and_means_nobody(
    lists: Lists, ridgeline: Business, is_grouped: bool
) -> None:
    field = define_field(noun="contact", label="Roof age", kind="number", by=ridgeline.maya, at=TUESDAY)
    asked = {"field": f"custom.{field.key}", "known": True}
    view = kept(ridgeline, {"all": [asked, ANA_OR_BO]} if is_grouped else asked)
    retire_field(field, by=ridgeline.maya, at=TUESDAY)
    lists.open(f"/lists/contacts/?view={view.pk}")
    assert "Everything is shown until then" in lists.words
    lists.open(f"/lists/contacts/export.csv?view={view.pk}")
    assert "Mend the filter first" in lists.words
    lists.send("/lists/contacts/do/tag", query=f"view={view.pk}", whole="1", said="1", tags="Roof")
    assert "Mend the filter first" in lists.words
    lists.send(f"/lists/views/{view.pk}/keep", query=f"view={view.pk}")
    view.refresh_from_db()
    assert view.asks["condition"], "What it asked is kept until somebody says otherwise."
    assert not Contact.objects.filter(tags__name="Roof").exists()


@pytest.mark.usefixtures("people")
def test_a_filter_that_cannot_be_asked_takes_nothing_away(lists: Lists) -> None:
    faulty = "match=all&f=heard_at&o=before&v=nonsense"
    lists.open(f"/lists/contacts/export.csv?{faulty}")
    assert "Mend the filter first" in lists.words
    lists.send("/lists/contacts/do/tag", query=faulty, whole="1")
    assert "Mend the filter first" in lists.words


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("sort", "first"), [("name", "Ana"), ("-name", "Dee"), ("job_title", "Ana"), ("-job_title", "Dee")]
)
def test_a_file_stands_in_the_order_of_the_list(
    lists: Lists, monkeypatch: pytest.MonkeyPatch, sort: str, first: str
) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    names = exported(lists, f"columns=name&sort={sort}")
    assert len(names) == 4
    assert names == sorted(names, reverse=first == "Dee")

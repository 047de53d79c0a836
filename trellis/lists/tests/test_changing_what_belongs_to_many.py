"""The open leads of many contacts are assigned, the contacts of many leads tagged: counted first, and taken back."""

from tests.cast import TUESDAY, Business
from trellis.journeys.actions import close_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.lists.tests.conftest import Lists
from trellis.people.models import Contact


def test_what_is_open_with_contacts_is_assigned_and_comes_back_by_undo(lists: Lists, ridgeline: Business) -> None:
    people = [ridgeline.contact(name, f"{name.lower()}@example.com") for name in ("Ana", "Bo", "Cy")]
    leads = [ridgeline.lead(one) for one in people[:2]]
    close_journey(leads[1], outcome="lost", reason="Moved away", by=ridgeline.maya, at=TUESDAY)
    owners = [lead.owner for lead in leads]
    picked = [str(one.pk) for one in people]
    lists.send("/lists/contacts/do/assign", pick=picked)
    assert "Assign: 3 contacts" in lists.words
    assert "2 of them stay as they are: no lead of theirs is open" in lists.words
    lists.send("/lists/contacts/do/assign", pick=picked, said="1", owner=str(ridgeline.tom.pk))
    assert "1 contact assigned. 2 could not be: they stay as they were." in lists.words
    assert [Journey.objects.get(pk=lead.pk).owner for lead in leads] == [ridgeline.tom, owners[1]]
    lists.send(lists.undo)
    assert [Journey.objects.get(pk=lead.pk).owner for lead in leads] == owners
    assert audit()["violations"] == 0


def test_the_contacts_of_leads_are_tagged_and_untagged(lists: Lists, ridgeline: Business) -> None:
    people = [ridgeline.contact(name, f"{name.lower()}@example.com") for name in ("Ana", "Bo")]
    leads = [str(ridgeline.lead(one).pk) for one in people]
    lists.send("/lists/leads/do/tag", pick=leads)
    assert "Tag: 2 leads The contact of each is tagged." in lists.words
    lists.send("/lists/leads/do/tag", pick=leads, said="1", tags="Hail")
    assert "2 leads tagged" in lists.words
    assert worn() == [["Hail"], ["Hail"]]
    lists.send("/lists/leads/do/untag", pick=leads[:1], said="1", tags="Hail")
    assert worn() == [[], ["Hail"]]
    lists.send(lists.undo)
    assert worn() == [["Hail"], ["Hail"]]


def worn() -> list[list[str]]:
    return [[tag.name for tag in one.tags.all()] for one in Contact.objects.order_by("name")]

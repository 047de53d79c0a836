"""A cell is changed in its place; many records are changed together, counted first, and taken back as a whole."""

import re
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.events.models import Event
from trellis.journeys.actions import close_journey, park_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.lists.queries import counting
from trellis.lists.tests.conftest import Lists, look_over
from trellis.lists.views import bulk as door
from trellis.people.changing import change_contact
from trellis.people.custom import define_field, retire_field
from trellis.people.models import Contact
from trellis.team.models import Run
from trellis.team.runs import pause_run, work_runs


def work_until_done() -> None:
    while work_runs(at=TUESDAY):
        pass


@pytest.fixture
def three(ridgeline: Business) -> list[Contact]:
    return [ridgeline.contact(name, f"{name.lower()}@example.com") for name in ("Ana", "Bo", "Cy")]


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("place", "Conway", lambda one: one.place),
        ("company", "Conway", lambda one: one.company.name),
        ("tags", "Conway", lambda one: one.tags.get().name),
        ("email", "conway@example.com", lambda one: one.points.get().value),
    ],
)
def test_a_cell_is_changed_in_its_place_and_taken_back(
    lists: Lists, three: list[Contact], field: str, value: str, read: object
) -> None:
    ana = three[0]
    lists.send(f"/lists/contacts/{ana.pk}/{field}", value=value)
    assert lists.address == "/lists/contacts/"
    ana = Contact.objects.get(pk=ana.pk)
    assert read(ana) == value
    lists.send(lists.undo)
    ana = Contact.objects.get(pk=ana.pk)
    assert not ana.place
    assert ana.company is None
    assert not ana.tags.exists()
    assert ana.points.get().value == "ana@example.com"


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
@pytest.mark.parametrize(
    ("was", "back"),
    [
        ("http://testserver/lists/contacts/?sort=name&view=", "/lists/contacts/?sort=name&view="),
        ("http://elsewhere.example/lists/contacts/?sort=name", "/lists/contacts/"),
        ("javascript:alert(1)", "/lists/contacts/"),
        ("", "/lists/contacts/"),
    ],
)
def test_a_cell_leads_back_to_the_list_as_it_was(
    lists: Lists, three: list[Contact], header: str, was: str, back: str
) -> None:
    form = lists.open(f"/lists/contacts/{three[0].pk}/place", headers={header: was})
    assert f'name="next" value="{back}"' in form


def test_what_does_not_fit_in_a_cell_is_told_in_it(lists: Lists, ridgeline: Business, three: list[Contact]) -> None:
    define_field(noun="contact", label="Roof age", kind="number", by=ridgeline.maya, at=TUESDAY)
    ana = three[0]
    for field, value, told in (
        ("custom.roof_age", "old", "not a number"),
        ("email", "nobody", "not an email address"),
        ("time_zone", "Mars", "not a time zone"),
    ):
        lists.send(f"/lists/contacts/{ana.pk}/{field}", value=value)
        assert lists.status == 422
        assert told in lists.words
    assert Contact.objects.get(pk=ana.pk).custom == {}
    lists.send(f"/lists/contacts/{ana.pk}/heard_at", value="2026-01-01")
    assert lists.status == 404


def test_those_that_were_picked_are_tagged_together_and_untagged_by_undo(lists: Lists, three: list[Contact]) -> None:
    picked = [str(one.pk) for one in three[:2]]
    lists.send("/lists/contacts/do/tag", pick=picked)
    assert "Tag: 2 contacts" in lists.words
    assert not Run.objects.exists(), "It is asked first."
    lists.send("/lists/contacts/do/tag", pick=picked, said="1", tags="Hail, VIP")
    assert "2 contacts tagged" in lists.words
    assert sorted(three[0].tags.values_list("name", flat=True)) == ["Hail", "VIP"]
    assert not three[2].tags.exists()
    lists.send(lists.undo)
    assert "Taken back. Everything is as it was before." in lists.words, "A few at once, without a worker."
    assert not three[0].tags.exists()


def test_all_that_the_list_finds_are_changed_step_by_step(
    lists: Lists, ridgeline: Business, three: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are done at once: a worker goes on, and a person may stop it in between."""
    monkeypatch.setattr(door, "AT_ONCE", 0)
    monkeypatch.setattr("trellis.lists.jobs.BATCH", 1)
    query = "match=all&f=name&o=one_of&v=Ana,Cy"
    lists.send("/lists/contacts/do/set", whole="1", query=query, said="1", field="place", value="Cabot", why="Moved")
    assert "goes on by itself" in lists.words
    assert 'see how far it is under <a href="/runs/">Work</a>.' in lists.page
    run = Run.objects.get()
    assert work_runs(at=TUESDAY, turn=0) == 1
    pause_run(run, at=TUESDAY)
    assert work_runs(at=TUESDAY) == 0
    lists.send(f"/runs/{run.pk}/resume")
    work_until_done()
    assert list(Contact.objects.order_by("name").values_list("place", flat=True)) == ["Cabot", "", "Cabot"]
    event = Event.objects.get(contact_id=three[0].pk, key="contact.changed")
    assert (event.by, event.payload["why"]) == (ridgeline.maya, "Moved")
    lists.open("/runs/")
    assert "2 contacts changed" in lists.words


def test_where_others_match_by_then_it_is_asked_anew(lists: Lists, ridgeline: Business, three: list[Contact]) -> None:
    told = {"whole": "1", "query": "match=all"}
    lists.send("/lists/contacts/do/tag", **told)
    assert 'name="counted" value="3"' in lists.page
    ridgeline.contact("Dee", "dee@example.com")
    lists.send("/lists/contacts/do/tag", **told, said="1", tags="Hail", counted="3")
    assert "Tag: 4 contacts" in lists.words
    assert "look at the number again" in lists.words
    assert not Run.objects.exists()
    lists.send("/lists/contacts/do/tag", **told, said="1", tags="Hail", counted="4")
    assert "4 contacts tagged" in lists.words


def test_work_is_reached_from_a_list_and_from_the_palette_by_whoever_may_have_some(
    lists: Lists, ridgeline: Business
) -> None:
    pages = ("/lists/contacts/", "/find?palette=1&q=work", "/find?palette=1&q=progress")
    for page in pages:
        assert 'href="/runs/"' in lists.open(page)
    type(ridgeline.tom).objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    lists.log_in(type(ridgeline.tom).objects.get(pk=ridgeline.tom.pk))
    for page in pages:
        assert 'href="/runs/"' not in lists.open(page)


def test_a_filter_whose_field_is_gone_by_then_means_nobody(
    lists: Lists, ridgeline: Business, three: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "AT_ONCE", 0)
    field = define_field(noun="contact", label="Region", kind="text", by=None, at=TUESDAY)
    change_contact(three[0], {"custom.region": "north"}, by=None, at=TUESDAY)
    query = "match=all&f=custom.region&o=is&v=north"
    lists.send("/lists/contacts/do/tag", whole="1", query=query, said="1", tags="Hail")
    retire_field(field, by=None, at=TUESDAY)
    work_until_done()
    assert not any(one.tags.exists() for one in three)
    assert "A field of its filter is gone" in Run.objects.get().said


def test_what_somebody_changed_since_stays_when_a_change_of_many_is_taken_back(
    lists: Lists, three: list[Contact]
) -> None:
    picked = [str(one.pk) for one in three]
    lists.send("/lists/contacts/do/set", pick=picked, said="1", field="place", value="Cabot")
    lists.send(f"/lists/contacts/{three[0].pk}/place", value="Conway")
    lists.send(f"/runs/{Run.objects.get().pk}/undo")
    work_until_done()
    assert list(Contact.objects.order_by("name").values_list("place", flat=True)) == ["Conway", "", ""]
    lists.open("/runs/")
    assert "but for 1 that somebody changed since" in lists.words


def test_leads_are_assigned_together_and_the_promise_holds(lists: Lists, ridgeline: Business) -> None:
    leads = [ridgeline.lead(ridgeline.contact(f"Lead {n}", f"lead{n}@example.com")) for n in range(3)]
    owners = [lead.owner for lead in leads]
    picked = [str(lead.pk) for lead in leads]
    lists.send("/lists/leads/do/assign", pick=picked, said="1", owner=str(ridgeline.tom.pk))
    assert {lead.owner for lead in Journey.objects.filter(pk__in=picked)} == {ridgeline.tom}
    assert audit()["violations"] == 0
    lists.send(lists.undo)
    work_until_done()
    assert [Journey.objects.get(pk=lead.pk).owner for lead in leads] == owners
    assert audit()["violations"] == 0


@pytest.mark.parametrize(
    ("act", "told", "status", "reason"),
    [
        ("park", {"weeks": "26", "reason": "After the winter"}, "parked", "parked_reason"),
        ("close", {"outcome": "lost", "reason": "Moved away"}, "closed", "closed_reason"),
    ],
)
def test_leads_are_parked_or_closed_together_and_stand_as_before_by_undo(
    lists: Lists, ridgeline: Business, act: str, told: dict[str, str], status: str, reason: str
) -> None:
    leads = [ridgeline.lead(ridgeline.contact(f"Lead {n}", f"lead{n}@example.com")) for n in range(2)]
    stood = list(Journey.objects.order_by("pk").values("status", "owner", "next_task__title", "due_at"))
    lists.send(f"/lists/leads/do/{act}", pick=[str(lead.pk) for lead in leads], said="1", **told | {"reason": ""})
    assert "This field is required" in lists.words
    lists.send(f"/lists/leads/do/{act}", pick=[str(lead.pk) for lead in leads], said="1", **told)
    assert f"2 leads {status}" in lists.words
    assert set(Journey.objects.values_list("status", reason)) == {(status, told["reason"])}
    assert audit()["violations"] == 0
    lists.send(lists.undo)
    work_until_done()
    assert list(Journey.objects.order_by("pk").values("status", "owner", "next_task__title", "due_at")) == stood
    assert audit()["violations"] == 0


def test_leads_to_which_it_cannot_be_done_are_told_before_and_left(lists: Lists, ridgeline: Business) -> None:
    leads = [ridgeline.lead(ridgeline.contact(f"Lead {n}", f"lead{n}@example.com")) for n in range(3)]
    close_journey(leads[0], outcome="lost", reason="Moved away", by=ridgeline.maya, at=TUESDAY)
    park_journey(leads[1], until=TUESDAY + timedelta(weeks=4), reason="Waits", by=ridgeline.maya, at=TUESDAY)
    picked = [str(lead.pk) for lead in leads]
    lists.at += timedelta(hours=1)
    for act, told, left in (
        ("assign", {"owner": str(ridgeline.tom.pk)}, 1),
        ("move", {"stage": "qualified"}, 2),
        ("park", {"weeks": "4", "reason": "Waits"}, 2),
        ("close", {"outcome": "lost", "reason": "Price"}, 1),
    ):
        lists.at += timedelta(minutes=1)
        lists.send(f"/lists/leads/do/{act}", pick=picked)
        assert re.search(f"{left} of them stays? as", lists.words), act
        lists.send(f"/lists/leads/do/{act}", pick=picked, said="1", **told)
        assert f"{left} could not be" in lists.words, act


def test_leads_are_assigned_to_nobody_who_only_looks(lists: Lists, ridgeline: Business) -> None:
    type(ridgeline.tom).objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    lead = ridgeline.lead()
    lists.send("/lists/leads/do/assign", pick=[str(lead.pk)])
    assert f'value="{ridgeline.ben.pk}"' in lists.page
    assert f'value="{ridgeline.tom.pk}"' not in lists.page
    lists.send("/lists/leads/do/assign", pick=[str(lead.pk)], said="1", owner=str(ridgeline.tom.pk))
    assert "is not one of the available choices" in lists.words


def test_nobody_is_changed_where_nobody_is_selected(lists: Lists, three: list[Contact]) -> None:
    lists.send("/lists/contacts/do/tag", said="1", tags="Hail", pick=["not-an-id"])
    assert not any(one.tags.exists() for one in three)


def test_a_viewer_looks_and_changes_nothing(lists: Lists, ridgeline: Business, three: list[Contact]) -> None:
    type(ridgeline.tom).objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    lists.log_in(type(ridgeline.tom).objects.get(pk=ridgeline.tom.pk))
    lists.open("/lists/contacts/")
    assert "Select Ana" not in lists.page
    for address, fields in (
        (f"/lists/contacts/{three[0].pk}/place", {"value": "Conway"}),
        ("/lists/contacts/do/tag", {"pick": str(three[0].pk), "said": "1", "tags": "x"}),
    ):
        lists.send(address, **fields)
        assert lists.status == 403
    assert not three[0].tags.exists()


def test_of_very_many_how_many_match_is_said_beside_the_question(
    lists: Lists, ridgeline: Business, three: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    Contact.objects.filter(pk__in=[one.pk for one in three[:2]]).update(job_title="Owner")
    monkeypatch.setattr(counting, "QUICK", 2)
    look_over()
    query = "match=all&f=job_title&o=is&v=Owner"
    lists.send("/lists/contacts/do/tag", query=query, whole="1")
    assert "all contacts that match" in lists.words
    asked = re.search(r'hx-get="([^"]+)"[^>]*>being counted', lists.page)
    assert asked
    counted = lists.client.get(asked[1].replace("&amp;", "&"))
    assert counted.content.decode().strip() == "2"

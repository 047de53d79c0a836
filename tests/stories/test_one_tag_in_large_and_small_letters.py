"""“storm” and “Storm” are one tag: whoever types it otherwise, at any door, wears the one that is there."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from tests.api.conftest import Caller
from tests.cast import TUESDAY, Business
from tests.screen import Screen
from tests.segments import names, segment, settle
from trellis.core.condition_query import to_q
from trellis.core.conditions import Condition, holds
from trellis.events.models import Event
from trellis.journeys.publish import publish_playbook
from trellis.journeys.tests.test_asking_about_the_person import with_rules
from trellis.people.actions import add_tags, remove_tags
from trellis.people.fields import columns, fields_of_contacts, reading
from trellis.people.models import Contact, ContactTag, Tag
from trellis.steps.capture.actions.open_form import open_form
from trellis.team.runs import work_runs
from trellis.transfer.actions import start_import, take_file


@pytest.fixture
def ana(ridgeline: Business) -> Contact:
    """She wears both; whoever comes next types them as they please."""
    ana = ridgeline.contact("Ana Ruiz", "ana@example.com")
    add_tags(ana, ["Storm", "Ölheizung"], at=TUESDAY)
    return ana


@pytest.fixture
def bo(ridgeline: Business, ana: Contact) -> Contact:
    return ridgeline.contact("Bo Lind", "bo@example.com")


@pytest.fixture
def screen(client: Client, ridgeline: Business) -> Screen:
    return Screen(client).log_in(ridgeline.maya)


def worn(contact: Contact) -> list[str]:
    """With what is told of it: the names as the tags are called."""
    told = Event.objects.filter(contact_id=contact.pk, key="tag.added").values_list("payload", flat=True)
    found = sorted(contact.tags.values_list("name", flat=True))
    assert sorted(one["tag"] for one in told) == found
    assert Tag.objects.count() == 2
    return found


def test_on_a_page(screen: Screen, bo: Contact) -> None:
    screen.send(f"/contacts/{bo.pk}/tags", add="STORM, storm, ölheizung", next=f"/contacts/{bo.pk}/")
    assert "Bo is tagged Storm, Ölheizung." in screen.words
    assert worn(bo) == ["Storm", "Ölheizung"]
    screen.send(f"/contacts/{bo.pk}/tags", remove="sTORM")
    assert [tag.name for tag in bo.tags.all()] == ["Ölheizung"]
    remove_tags(bo, ["ÖLHEIZUNG"], at=TUESDAY)
    assert 'value="Ölheizung"' in screen.open(f"/contacts/{bo.pk}/tags?add=ÖLHEI")


def test_on_many_and_in_a_cell(screen: Screen, ana: Contact, bo: Contact) -> None:
    screen.send("/lists/contacts/do/tag", pick=[str(ana.pk), str(bo.pk)], said="1", tags="storm, ÖLHEIZUNG")
    assert worn(bo) == worn(ana) == ["Storm", "Ölheizung"]
    screen.send("/lists/contacts/do/untag", pick=[str(ana.pk)], said="1", tags="storm")
    screen.send(f"/lists/contacts/{bo.pk}/tags", value="STORM")
    assert [[tag.name for tag in one.tags.all()] for one in (ana, bo)] == [["Ölheizung"], ["Storm"]]


def test_by_a_program(ridgeline: Business, bo: Contact) -> None:
    caller = Caller(by=ridgeline.maya)
    answer = caller.send("PATCH", f"/contacts/{bo.pk}/tags", {"add": ["storm", "ÖLHEIZUNG"], "remove": []})
    assert answer.json() == {"tags": ["Storm", "Ölheizung"]}
    assert caller.send("PUT", f"/contacts/{bo.pk}/tags", {"tags": ["sTorm", "ölheizung"]}).json() == answer.json()
    assert worn(bo) == ["Storm", "Ölheizung"]


def test_in_a_file_and_taken_back_with_it(
    ridgeline: Business, ana: Contact, bo: Contact, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    told = (
        'Name,Email,Tags\nBo Lind,bo@example.com,"storm;STORM;ölheizung"\nCy Fox,cy@example.com,storm\n'
        "Cy Fox,cy@example.com,STORM\nAna Ruiz,ana@example.com,STORM\n"
    ).encode()
    imported = take_file("people.csv", [told], size=len(told), by=ridgeline.maya, at=TUESDAY)
    start_import(imported, by=ridgeline.maya, at=TUESDAY)
    while work_runs(at=TUESDAY):
        pass
    imported.refresh_from_db()
    assert imported.counts == {"changed": 1, "added": 1, "twice": 1, "same": 1}
    assert worn(bo) == worn(ana) == ["Storm", "Ölheizung"]
    assert [tag.name for tag in Contact.objects.get(name="Cy Fox").tags.all()] == ["Storm"]
    told = "Maya put on the tags Storm, Ölheizung · import of people.csv"
    screen = Screen(Client()).log_in(ridgeline.maya)
    assert told in (screen.open(f"/contacts/{bo.pk}/") and screen.words)
    screen.send(f"/runs/{imported.run_id}/undo")
    while work_runs(at=TUESDAY):
        pass
    assert not bo.tags.exists()


def test_by_a_form_and_by_a_rule(ridgeline: Business, ana: Contact) -> None:
    rules = "{id: mark, tag: ölheizung}", "{id: urgent, if: {field: contact.tags, is: STORM}, priority: A storm}"
    published = publish_playbook(with_rules(*rules), by=None, at=TUESDAY)
    open_form(key="roof", title="Your roof", playbook=published.key, tags=["STORM"], at=TUESDAY)
    fields = {"name": "Dee Fox", "email": "dee@example.com", "message": "A leak"}
    assert Client().post("/f/roof", fields, content_type="application/json").status_code == 201
    dee = Contact.objects.get(name="Dee Fox")
    assert worn(dee) == ["Storm", "Ölheizung"]
    assert dee.journeys.get().priority_at


@pytest.mark.parametrize("asked", [{"contains": "storm"}, {"is": "STORM"}, {"one_of": ["hail", "ölheizung"]}])
def test_filters_and_segments_find_whoever_wears_it(ridgeline: Business, bo: Contact, asked: dict[str, Any]) -> None:
    condition = Condition.model_validate({"field": "tags", **asked})
    fields = fields_of_contacts(ridgeline.maya)
    assert [one.name for one in Contact.objects.filter(to_q(condition, columns(fields), TUESDAY))] == ["Ana Ruiz"]
    assert [one.name for one in Contact.objects.all() if holds(condition, reading(fields, one))] == ["Ana Ruiz"]
    kept = segment(ridgeline, "Ours", {"field": "tags", **asked})
    settle(TUESDAY)
    assert names(kept) == ["Ana Ruiz"]


def test_the_board_and_search_find_whoever_wears_it(screen: Screen, ridgeline: Business, ana: Contact) -> None:
    ridgeline.lead(ana)
    assert "Ana Ruiz" in screen.open("/board/?tag=ölHEIZUNG")
    assert "Ana Ruiz" in screen.open("/find?q=%23STO")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("real_commits")
def test_two_that_there_are_become_the_older_one(ridgeline: Business, ana: Contact, bo: Contact) -> None:
    """As an update finds them: some wear one, some the other, some both."""
    remove_tags(ana, ["Ölheizung"], at=TUESDAY)
    kept = segment(ridgeline, "Ours", {"field": "tags", "contains": "storm"})
    settle(TUESDAY)
    before, now = [("people", "0013_who_wrote_a_company_down")], [("people", "0014_one_tag_in_large_and_small")]
    try:
        MigrationExecutor(connection).migrate(before)
        old = MigrationExecutor(connection).loader.project_state(before).apps
        other = old.get_model("people", "Tag").objects.create(name="storm")
        for contact in (ana, bo):
            old.get_model("people", "ContactTag").objects.create(contact_id=contact.pk, tag=other)
    finally:
        MigrationExecutor(connection).migrate(now)
    assert {tag.name for tag in Tag.objects.all()} == {"Storm", "Ölheizung"}
    assert [[tag.name for tag in one.tags.all()] for one in (ana, bo)] == [["Storm"], ["Storm"]]
    assert ContactTag.objects.count() == 2
    settle(TUESDAY)
    assert names(kept) == ["Ana Ruiz", "Bo Lind"]

"""Changing many through the machine door: counted first, done as on the page, taken back as a whole."""

from typing import Any

import pytest

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.core.memory import forget
from trellis.journeys.models import Task
from trellis.people.changing import change_contact
from trellis.people.models import Contact
from trellis.team.models import Grant, Run, User
from trellis.team.runs import work_runs

IN_CONWAY = {"field": "place", "is": "Conway"}


@pytest.fixture
def people(ridgeline: Business) -> list[Contact]:
    made = [ridgeline.contact(f"Person {number}", f"p{number}@example.com") for number in range(3)]
    return [change_contact(one, {"place": "Conway"}, by=None, at=TUESDAY) for one in made]


def worn() -> list[list[str]]:
    return [[tag.name for tag in one.tags.all()] for one in Contact.objects.order_by("name")]


def test_many_are_counted_then_tagged_and_that_is_taken_back(ridgeline: Business, people: list[Contact]) -> None:
    api = Caller(by=ridgeline.maya)
    told = {"act": "tag", "condition": IN_CONWAY, "tags": ["storm"]}
    foreseen = api.post("/lists/contacts/bulk", told | {"dry_run": True}).json()
    assert (foreseen["count"]["number"], foreseen["run"], worn()) == (3, None, [[], [], []])
    run = api.post("/lists/contacts/bulk", told).json()["run"]
    assert (run["state"], run["done"], worn()) == ("ended", 3, [["storm"]] * 3)
    api.post(f"/runs/{run['id']}/undo")
    while work_runs(at=TUESDAY):
        pass
    assert worn() == [[], [], []]


def test_those_that_are_picked_are_assigned_or_parked(ridgeline: Business, people: list[Contact]) -> None:
    leads = [ridgeline.lead(one) for one in people]
    told = {"act": "assign", "ids": [str(lead.pk) for lead in leads[:2]], "owner": str(ridgeline.tom.pk)}
    assert Caller(by=ridgeline.maya).post("/lists/leads/bulk", told).json()["run"]["done"] == 2
    rest = {"act": "park", "ids": [str(leads[2].pk)], "weeks": 4, "reason": "Waits for the insurance"}
    assert Caller(by=ridgeline.maya).post("/lists/leads/bulk", rest).json()["run"]["done"] == 1
    for lead in leads:
        lead.refresh_from_db()
    assert [lead.owner == ridgeline.tom for lead in leads[:2]] == [True, True]
    assert leads[2].status == "parked"


def test_steps_are_done_or_snoozed_and_what_is_left_is_told_first(
    ridgeline: Business, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    api = Caller(by=ridgeline.maya)
    steps = [next_step(ridgeline.lead(one)) for one in people[:2]]
    machine = Task.objects.filter(assignee=None, status="open").first()
    assert machine
    told = {"act": "done", "ids": [str(one.pk) for one in (*steps, machine)]}
    told |= {"then": "Look in", "then_due_at": "2026-06-10T09:00:00-05:00"}
    foreseen = api.post("/lists/steps/bulk", told | {"dry_run": True}).json()
    assert (foreseen["count"]["number"], foreseen["left"]) == (3, 1)
    answer = api.post("/lists/steps/bulk", told).json()
    assert (answer["run"]["done"], answer["left"]) == (3, 1)
    assert {next_step(one.journey).title for one in steps} == {"Look in"}
    later = {"act": "snooze", "ids": [str(next_step(one.journey).pk) for one in steps]}
    assert api.post("/lists/steps/bulk", later | {"until": "2026-06-12T09:00:00-05:00"}).json()["left"] == 0
    assert {next_step(one.journey).due_at for one in steps} == {chicago("2026-06-12 09:00")}
    said = problem(api.post("/lists/steps/bulk", later), 422, "bad_fields")
    assert said["errors"][0]["pointer"] == "#/until"
    past = told | {"then_due_at": "2026-06-08T09:00:00-05:00"}
    said = problem(api.post("/lists/steps/bulk", past), 422, "bad_fields")
    assert said["errors"][0]["pointer"] == "#/then_due_at"


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"act": "tag", "tags": ["x"]}, "#/ids"),
        ({"act": "tag", "condition": None}, "#/tags"),
        ({"act": "move", "condition": None, "stage": "new"}, "#/act"),
        ({"act": "set", "condition": None, "field": "name", "value": "x"}, "#/field"),
        ({"act": "tag", "condition": {"field": "fax", "is": "x"}, "tags": ["x"]}, "#/condition/field"),
    ],
)
def test_what_cannot_be_done_is_pointed_at_and_nothing_begins(
    ridgeline: Business, people: list[Contact], told: dict[str, Any], pointer: str
) -> None:
    said = problem(Caller(by=ridgeline.maya).post("/lists/contacts/bulk", told), 422, "bad_fields")
    assert said["errors"][0]["pointer"] == pointer
    assert not Run.objects.exists()


def test_a_machine_changes_no_more_than_its_own_role_reaches(ridgeline: Business, people: list[Contact]) -> None:
    told = {"act": "tag", "condition": None, "tags": ["storm"]}
    problem(Caller("viewer", by=ridgeline.maya).post("/lists/contacts/bulk", told), 403, "not_allowed")
    problem(Caller().post("/lists/contacts/bulk", told), 409, "not_a_persons")
    owner = ridgeline.lead(people[1]).owner
    User.objects.filter(pk=owner.pk).update(role="admin")
    Grant.objects.create(role="sales", noun="contact", verb="change", reach=1)
    forget()
    said = Caller("sales", by=User.objects.get(pk=owner.pk)).post("/lists/contacts/bulk", told).json()
    assert (said["count"]["number"], worn()) == (1, [[], ["storm"], []])


def test_what_changes_more_than_the_record_itself_takes_a_token_that_reaches_as_far_as_its_person(
    ridgeline: Business, people: list[Contact]
) -> None:
    lead = ridgeline.lead(people[0])
    told = {"act": "assign", "condition": None, "owner": str(ridgeline.tom.pk)}
    Grant.objects.create(role="sales", noun="journey", verb="change", reach=1)
    forget()
    problem(Caller("sales", by=ridgeline.maya).post("/lists/contacts/bulk", told), 403, "not_allowed")
    said = Caller("admin", by=ridgeline.maya).post("/lists/contacts/bulk", told).json()
    assert (said["count"]["number"], said["left"]) == (3, 2)
    lead.refresh_from_db()
    assert lead.owner == ridgeline.tom


def test_a_machine_takes_back_nothing_that_it_could_not_have_done(ridgeline: Business, people: list[Contact]) -> None:
    told = {"act": "tag", "condition": None, "tags": ["storm"]}
    run = Caller("admin", by=ridgeline.maya).post("/lists/contacts/bulk", told).json()["run"]
    Grant.objects.create(role="sales", noun="contact", verb="change", reach=1)
    forget()
    for act in ("undo", "pause", "resume"):
        problem(Caller("sales", by=ridgeline.maya).post(f"/runs/{run['id']}/{act}"), 403, "not_allowed")
    while work_runs(at=TUESDAY):
        pass
    assert worn() == [["storm"]] * 3

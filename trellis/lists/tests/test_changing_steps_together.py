"""Steps are done together as each is done by its button: what asks something stays, and all of it is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.events.models import Event
from trellis.journeys.actions import close_journey, plan_step
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey, Task
from trellis.lists.tests.conftest import Lists
from trellis.lists.tests.test_changing_in_a_list import work_until_done
from trellis.lists.views import bulk as door
from trellis.team.models import Run

HOUR = timedelta(hours=1)
THEN = {"then": "Check in again", "then_due_at": "2026-06-10T09:00"}


@pytest.fixture
def leads(ridgeline: Business) -> list[Journey]:
    """Three new leads, each with a call that is due and what Trellis does if nobody calls."""
    return [ridgeline.lead(ridgeline.contact(f"Lead {n}", f"lead{n}@example.com")) for n in range(3)]


def picks(leads: list[Journey]) -> list[str]:
    return [str(next_step(lead).pk) for lead in leads]


def stood() -> list[dict[str, Any]]:
    names = ("status", "stage__key", "owner", "next_task__title", "next_task__due_at", "due_at")
    return list(Journey.objects.order_by("pk").values(*names))


def closed(picked: list[str]) -> int:
    return Task.objects.filter(pk__in=picked).exclude(status="open").count()


def test_steps_are_done_together_and_stand_as_before_by_undo(lists: Lists, leads: list[Journey]) -> None:
    before, picked = stood(), picks(leads)
    lists.send("/lists/steps/do/done", pick=picked)
    assert "Done: 3 steps" in lists.words
    assert "2026-06-10T08:00" in lists.page, "What may well come next is offered."
    assert closed(picked) == 0, "It is asked first."
    lists.send("/lists/steps/do/done", pick=picked, said="1", **THEN)
    assert "3 steps done." in lists.words
    assert set(Task.objects.filter(pk__in=picked).values_list("status", flat=True)) == {"done"}
    assert audit()["violations"] == 0
    lists.send(lists.undo)
    assert "Taken back. Everything is as it was before." in lists.words
    assert stood() == before
    assert audit()["violations"] == 0


def test_what_trellis_does_by_itself_is_left_and_counted(lists: Lists, leads: list[Journey]) -> None:
    by_itself = Task.objects.filter(journey=leads[0], status="open", assignee=None)
    picked = [*picks(leads), *(str(one.pk) for one in by_itself[:2])]
    lists.send("/lists/steps/do/done", pick=picked)
    assert "Done: 5 steps" in lists.words
    assert "2 of them stay as they are: Trellis does it by itself" in lists.words
    lists.send("/lists/steps/do/done", pick=picked, said="1", **THEN)
    assert "3 steps done. 2 could not be: they stay as they were." in lists.words
    assert closed(picks(leads)) == 0, "Whoever was called is looked after again."


def test_a_step_of_which_no_rule_says_what_comes_next_stays_open_without_a_word(
    lists: Lists, ridgeline: Business, leads: list[Journey]
) -> None:
    planned, asks = leads[:2]
    plan_step(planned, title="Bring the samples", due_at=TUESDAY + 3 * HOUR, by=ridgeline.maya, at=TUESDAY)
    picked = picks([planned, asks])
    lists.send("/lists/steps/do/done", pick=picked, said="1", then="Look in")
    assert "A next step needs both" in lists.words
    lists.send("/lists/steps/do/done", pick=picked, said="1", **THEN | {"then_due_at": "2026-06-08T09:00"})
    assert "That time has passed" in lists.words
    lists.send("/lists/steps/do/done", pick=picked, said="1")
    assert "1 step done. 1 could not be" in lists.words
    assert next_step(planned).title == "Bring the samples"
    lists.send("/lists/steps/do/done", pick=picks([asks]), said="1", **THEN)
    assert next_step(asks).title == THEN["then"]


def test_all_that_match_are_done_once_however_many_steps_follow(
    lists: Lists, leads: list[Journey], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after a step is a step too: it was not there when it was counted."""
    monkeypatch.setattr(door, "AT_ONCE", 0)
    monkeypatch.setattr("trellis.lists.jobs.BATCH", 1)
    before = stood()
    told = {"whole": "1", "query": "match=all&f=status&o=is&v=open&f=assignee&o=known:yes&v="}
    lists.send("/lists/steps/do/done", **told)
    assert "Done: 3 steps" in lists.words
    lists.send("/lists/steps/do/done", **told, said="1", **THEN)
    work_until_done()
    run = Run.objects.get()
    assert (run.done, run.failed, run.said) == (3, 0, "3 steps done.")
    lists.send(f"/runs/{run.pk}/undo")
    work_until_done()
    assert stood() == before


def test_several_steps_of_one_lead_are_taken_back_as_one(
    lists: Lists, ridgeline: Business, leads: list[Journey], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small the stretches are in which it is done."""
    monkeypatch.setattr("trellis.lists.jobs.BATCH", 1)
    lead = leads[0]
    for hours in (2, 3):
        plan_step(lead, title=f"Look in {hours}", due_at=TUESDAY + hours * HOUR, by=ridgeline.maya, at=TUESDAY)
    before = stood()
    picked = [str(one.pk) for one in Task.objects.filter(journey=lead, status="open").exclude(assignee=None)]
    assert len(picked) == 3
    lists.at += HOUR
    lists.send("/lists/steps/do/done", pick=picked, said="1", **THEN)
    assert closed(picked) == 3
    lists.send(lists.undo)
    assert "Taken back. Everything is as it was before." in lists.words
    assert stood() == before
    assert audit()["violations"] == 0


def test_a_step_that_a_colleague_did_meanwhile_is_left_and_said(
    lists: Lists, ridgeline: Business, leads: list[Journey]
) -> None:
    picked = picks(leads)
    lists.send("/lists/steps/do/done", pick=picked)
    lists.send(f"/steps/{picked[0]}/done", asked="1", **THEN)
    lists.send("/lists/steps/do/done", pick=picked, said="1", **THEN)
    assert "2 steps done. 1 could not be: it stays as it was." in lists.words


def test_the_leads_of_steps_are_assigned_once_each_and_come_back_by_undo(
    lists: Lists, ridgeline: Business, leads: list[Journey]
) -> None:
    plan_step(leads[0], title="Look in", due_at=TUESDAY + 3 * HOUR, by=ridgeline.maya, at=TUESDAY)
    close_journey(leads[2], outcome="lost", reason="Moved away", by=ridgeline.maya, at=TUESDAY)
    before = stood()
    of_closed = Task.objects.filter(journey=leads[2]).first()
    of_first = Task.objects.filter(journey=leads[0], status="open")
    assert of_closed
    picked = [*(str(one.pk) for one in of_first), str(next_step(leads[1]).pk), str(of_closed.pk)]
    lists.at += HOUR
    lists.send("/lists/steps/do/assign", pick=picked)
    assert "1 of them stays as it is: its lead is closed." in lists.words
    lists.send("/lists/steps/do/assign", pick=picked, said="1", owner=str(ridgeline.tom.pk))
    assert f"{len(picked) - 1} steps assigned. 1 could not be" in lists.words
    assert [Journey.objects.get(pk=lead.pk).owner == ridgeline.tom for lead in leads] == [True, True, False]
    assert Event.objects.filter(key="owner.chosen", at=lists.at).count() == 2
    lists.send(lists.undo)
    assert "Taken back. Everything is as it was before." in lists.words
    assert stood() == before
    assert audit()["violations"] == 0


def test_steps_are_snoozed_together_and_due_as_before_by_undo(lists: Lists, leads: list[Journey]) -> None:
    before, picked = stood(), picks(leads)
    by_itself = Task.objects.filter(journey=leads[0], status="open", assignee=None).first()
    assert by_itself
    picked.append(str(by_itself.pk))
    lists.send("/lists/steps/do/snooze", pick=picked)
    assert "Snooze: 4 steps" in lists.words
    assert "1 of them stays as it is" in lists.words
    lists.send("/lists/steps/do/snooze", pick=picked, said="1", until="other", other="2026-06-08T09:00")
    assert "That time has passed" in lists.words
    lists.send("/lists/steps/do/snooze", pick=picked, said="1", until="other", other="2026-06-11T09:00")
    assert "3 steps snoozed. 1 could not be" in lists.words
    assert {next_step(lead).due_at for lead in leads} == {chicago("2026-06-11 09:00")}
    assert audit()["violations"] == 0
    lists.send(lists.undo)
    assert stood() == before
    assert audit()["violations"] == 0


def test_when_a_step_is_due_is_changed_in_its_place_and_taken_back(lists: Lists, leads: list[Journey]) -> None:
    before, step = stood(), next_step(leads[0])
    by_itself = Task.objects.filter(journey=leads[0], status="open", assignee=None).first()
    assert by_itself
    lists.open("/lists/steps/")
    cell = f"/lists/steps/{step.pk}/due_at"
    assert cell in lists.page
    assert f"/lists/steps/{by_itself.pk}/due_at" not in lists.page
    assert 'value="2026-06-09T10:05"' in lists.open(cell)
    for value, told in (("", "required"), ("soon", "Write a date"), ("2026-06-08T09:00", "That time has passed")):
        lists.send(cell, value=value)
        assert (lists.status, told in lists.words) == (422, True), told
    lists.send(f"/lists/steps/{by_itself.pk}/due_at", value="2026-06-11T09:00")
    assert "is done by Trellis" in lists.words
    lists.send(cell, value="2026-06-11T09:00")
    assert lists.address == "/lists/steps/"
    assert f"Due of {step.title} is changed." in lists.words
    assert next_step(leads[0]).due_at == chicago("2026-06-11 09:00")
    lists.send(lists.undo)
    assert stood() == before
    assert audit()["violations"] == 0

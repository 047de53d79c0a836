"""Leads that begin with a list: as chosen, by the engine, foreseen, and taken back with the import."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.conversations.models import Message
from trellis.core.refusal import Refused
from trellis.journeys.actions import complete_task
from trellis.journeys.models import VOID, Journey
from trellis.journeys.queries import audit
from trellis.people.models import Consent, Contact
from trellis.team.models import User
from trellis.team.runs import undo_run, work_runs
from trellis.transfer.actions import set_plan, start_import
from trellis.transfer.importing.plan import Plan
from trellis.transfer.models import Import, ImportedRow
from trellis.transfer.queries import preview_of
from trellis.transfer.tests.test_importing_contacts import _files_of_its_own, bring, work

__all__ = ["_files_of_its_own", "bring"]

Bring = Callable[..., Import]
LATER = TUESDAY + timedelta(minutes=5)
ROWS = "Name,Email\nAna Ruiz,ana@example.com\nBo Lind,bo@example.com\n"


@pytest.fixture
def let_begin(ridgeline: Business, bring: Bring) -> Bring:
    """A file whose people become leads in a stage of the playbook that the business walks."""

    def chosen(text: str = ROWS, stage: str = "new") -> Import:
        imported = bring(text)
        return set_plan(imported, Plan.of(imported.plan | {"begins": f"{ridgeline.playbook.key}/{stage}"}))

    return chosen


@pytest.fixture
def mail_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trellis.conversations.transports.is_connected", lambda channel: channel == "email")


def test_nothing_begins_where_nobody_asked_for_it(ridgeline: Business, bring: Bring) -> None:
    work(bring(ROWS))
    assert not Journey.objects.exists()
    assert not Message.objects.exists()


def test_each_becomes_a_lead_with_owner_next_step_and_deadline(ridgeline: Business, let_begin: Bring) -> None:
    imported = work(let_begin())
    leads = list(Journey.objects.select_related("next_task", "stage").order_by("contact__name"))
    assert [lead.contact.name for lead in leads] == ["Ana Ruiz", "Bo Lind"]
    assert all(lead.owner and lead.next_task and lead.due_at and lead.stage.key == "new" for lead in leads)
    assert set(ImportedRow.objects.values_list("journey_id", flat=True)) == {lead.pk for lead in leads}
    assert audit()["violations"] == 0
    assert imported.counts == {"added": 2}


def test_a_lead_begins_in_the_stage_and_with_the_owner_that_were_chosen(ridgeline: Business, let_begin: Bring) -> None:
    imported = let_begin(f"Name,Email,Rep\nAna Ruiz,ana@example.com,{ridgeline.tom.email}\n", stage="in-conversation")
    plan = Plan.of(imported.plan)
    columns = [{"target": target, "policy": "fill"} for target in ("name", "email", "journey_owner")]
    work(set_plan(imported, Plan.of(plan.told() | {"columns": columns})))
    lead = Journey.objects.get()
    assert (lead.stage.key, lead.owner) == ("in-conversation", ridgeline.tom)


def test_whoever_walks_the_playbook_already_goes_on_as_they_stand(ridgeline: Business, let_begin: Bring) -> None:
    renee = ridgeline.contact()
    lead = ridgeline.lead(renee)
    work(let_begin("Name,Email\nRenee Castillo,renee@example.com\n"))
    assert Journey.objects.get() == lead


@pytest.mark.usefixtures("mail_leaves")
def test_a_preview_acts_it_out_and_leaves_no_trace(ridgeline: Business, let_begin: Bring) -> None:
    imported = let_begin(ROWS + "Cy Twomb,cy@example.com\n", stage="qualified")
    cy = ridgeline.contact("Cy Twomb", "cy@example.com")
    for purpose in ("service", "marketing"):
        Consent.objects.create(contact=cy, channel="email", purpose=purpose, granted=False, source="them", at=TUESDAY)
    leads = preview_of(imported, at=TUESDAY).leads
    assert leads is not None
    ana, bo, cy_told = leads.beginnings
    assert (ana.name, bo.name) == ("Ana Ruiz", "Bo Lind")
    assert ana.owner
    assert ana.step
    assert ana.due_at > TUESDAY
    assert [said.reason for said in cy_told.says if not said.is_later] == ["they asked us not to write"]
    assert leads.leaving == 2
    assert leads.unsent == 1
    assert not Journey.objects.exists()
    assert not Message.objects.exists()
    assert not Contact.objects.filter(name="Ana Ruiz").exists()


@pytest.mark.usefixtures("mail_leaves")
def test_the_night_of_those_who_did_not_reach_out_is_kept(ridgeline: Business, let_begin: Bring) -> None:
    night = TUESDAY.replace(hour=3)
    leads = preview_of(let_begin(stage="qualified"), at=night).leads
    assert leads is not None
    assert (leads.leaving, leads.unsent) == (0, 0)
    assert all(said.at > night for one in leads.beginnings for said in one.says if said.at)


def test_leads_are_taken_back_with_the_import_but_for_those_who_went_on(ridgeline: Business, let_begin: Bring) -> None:
    imported = work(let_begin(stage="qualified"))
    bo = Journey.objects.get(contact__name="Bo Lind")
    complete_task(bo.tasks.filter(status="open").exclude(assignee=None).first(), by=ridgeline.maya, at=LATER)
    undone = undo_run(imported.run, by=ridgeline.maya, at=LATER)
    while work_runs(at=LATER):
        pass
    undone.refresh_from_db()
    assert undone.failed == 1
    assert list(Contact.objects.genuine().values_list("name", flat=True)) == ["Bo Lind"]
    assert Journey.objects.get(contact__name="Ana Ruiz").outcome == VOID
    assert not Message.objects.filter(contact__name="Ana Ruiz", state="queued").exists()
    assert audit()["violations"] == 0


def test_whoever_stands_in_the_file_twice_is_taken_back_like_the_others(ridgeline: Business, let_begin: Bring) -> None:
    imported = work(let_begin(ROWS + "Ana Ruiz,ana@example.com\n"))
    assert imported.counts == {"added": 2, "twice": 1}
    assert imported.run is not None
    undo_run(imported.run, by=ridgeline.maya, at=LATER)
    while work_runs(at=LATER):
        pass
    assert not Contact.objects.genuine().exists()
    assert set(Journey.objects.values_list("outcome", flat=True)) == {VOID}


def test_whoever_may_not_begin_leads_and_a_stage_that_is_gone_are_refused(
    ridgeline: Business, let_begin: Bring
) -> None:
    with pytest.raises(Refused, match="no longer published"):
        start_import(let_begin(stage="never"), by=ridgeline.maya, at=TUESDAY)
    User.objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    with pytest.raises(Refused, match="may not let leads begin"):
        start_import(let_begin(), by=User.objects.get(pk=ridgeline.tom.pk), at=TUESDAY)

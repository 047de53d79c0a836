"""Z takes back what was just done; only whoever did it can, and only while nothing else has happened."""

import re
from datetime import timedelta

import pytest

from tests.cast import Business, next_step
from trellis.conversations.models import Call, Message
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import assign_journey, close_journey
from trellis.journeys.models import Act, Journey
from trellis.people.actions import write_note


@pytest.fixture
def lead(desk: Desk, ridgeline: Business) -> Journey:
    """Renee, a minute before anybody acts."""
    lead = ridgeline.lead()
    desk.at += timedelta(minutes=1)
    return lead


def undo_address(page: str) -> str:
    found = re.search(r'action="(/acts/[^"]+/undo)"', page)
    assert found, "the toast offers no undo"
    return found[1]


def undo(desk: Desk, page: str) -> str:
    """A few seconds later."""
    desk.at += timedelta(seconds=4)
    return desk.send(undo_address(page))


def test_a_snoozed_step_comes_back(desk: Desk, lead: Journey) -> None:
    step = next_step(lead)
    page = desk.send(f"/steps/{step.pk}/snooze", until="week")
    assert "Undo" in page
    page = undo(desk, page)
    assert "Taken back. Next for Renee: call Renee" in page
    assert next_step(lead).due_at == step.due_at
    assert 'class="toast__undo"' not in page


def test_a_move_is_taken_back_with_all_that_followed(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/journeys/{lead.pk}/stage", stage="qualified")
    assert "Moved to Qualified" in page
    page = undo(desk, page)
    lead.refresh_from_db()
    assert lead.stage.key == "new"
    story = desk.open(f"/contacts/{lead.contact_id}/")
    assert "took back: chose another stage" in story
    assert "Moved to Qualified" not in story
    desk.open("/board/")
    assert "Web form · 1m ago" in desk.words
    assert "Qualified · just now" not in desk.words


def test_a_message_is_taken_back_before_it_leaves(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/contacts/{lead.contact_id}/email", text="On our way. Are you home?", journey=lead.pk)
    page = undo(desk, page)
    assert Message.objects.get(written_by__isnull=False).state == "suppressed"
    assert "Maya took it back" in desk.open(f"/contacts/{lead.contact_id}/")


def test_a_call_and_a_note_are_taken_back(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/contacts/{lead.contact_id}/call", outcome="answered", minutes=3, journey=lead.pk)
    undo(desk, page)
    assert Call.objects.get().taken_back_at
    page = desk.send(f"/contacts/{lead.contact_id}/note", text="The wrong Renee", journey=lead.pk)
    undo(desk, page)
    story = desk.open(f"/contacts/{lead.contact_id}/")
    assert "The wrong Renee" not in story
    assert "by phone" not in story.split('class="timeline"')[1].replace("took back: spoke by phone", "")


@pytest.mark.parametrize(
    ("way", "fields"),
    [
        ("note", {"text": "The wrong Renee"}),
        ("call", {"outcome": "answered", "minutes": 3, "note": "The wrong Renee"}),
        ("email", {"text": "The wrong Renee"}),
    ],
)
def test_what_is_said_outside_of_any_lead_is_taken_back_too(
    desk: Desk, lead: Journey, ridgeline: Business, way: str, fields: dict[str, object]
) -> None:
    close_journey(lead, outcome="lost", reason="Price", by=ridgeline.ben, at=desk.at)
    desk.at += timedelta(minutes=1)
    page = desk.send(f"/contacts/{lead.contact_id}/{way}", journey=lead.pk, **fields)
    assert "The wrong Renee" in desk.open(f"/contacts/{lead.contact_id}/").split('class="timeline"')[1]
    page = undo(desk, page)
    assert "Taken back." in page
    story = desk.open(f"/contacts/{lead.contact_id}/").split('class="timeline"')[1]
    assert "took back" in story
    assert ("Maya took it back" in story) if way == "email" else ("The wrong Renee" not in story)
    assert not Message.objects.filter(written_by=ridgeline.maya, state="queued").exists()
    assert not Call.objects.filter(taken_back_at=None).exists()


def test_what_was_said_outside_of_any_lead_stays_once_they_answered(
    desk: Desk, lead: Journey, ridgeline: Business
) -> None:
    close_journey(lead, outcome="lost", reason="Price", by=ridgeline.ben, at=desk.at)
    desk.at += timedelta(minutes=1)
    page = desk.send(f"/contacts/{lead.contact_id}/note", text="The wrong Renee")
    write_note(lead.contact, text="No, the right one", by=ridgeline.ben, at=desk.at + timedelta(seconds=1))
    assert "Something else happened here since then." in undo(desk, page)


def test_nobody_takes_back_what_a_colleague_did(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    desk.send(f"/journeys/{lead.pk}/stage", stage="qualified")
    act = Act.objects.get()
    Act.objects.update(by=ridgeline.ben)
    assert "Something else happened here since then." in desk.send(f"/acts/{act.pk}/undo")
    lead.refresh_from_db()
    assert lead.stage.key == "qualified"


def test_what_a_colleague_did_since_stays(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    page = desk.send(f"/steps/{next_step(lead).pk}/snooze", until="week")
    lead.refresh_from_db()
    act = Act.objects.get()
    assign_journey(lead, owner=ridgeline.priya, by=ridgeline.ben, at=act.at.replace(year=act.at.year + 1))
    assert "Something else happened here since then." in undo(desk, page)
    lead.refresh_from_db()
    assert lead.owner == ridgeline.priya


def test_a_step_without_a_rule_after_it_asks_what_comes_next(desk: Desk, lead: Journey) -> None:
    step = next_step(lead)
    page = desk.send(f"/steps/{step.pk}/done")
    assert "No rule plans what comes after this. Say it here." in page
    step.refresh_from_db()
    assert step.status == "open"

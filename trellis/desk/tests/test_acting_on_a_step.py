"""Done, snooze, reassign, move, plan, park, close, reopen and answers: plain forms that post and come back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import move_journey
from trellis.journeys.models import Journey, Task
from trellis.team.actions.people import create_user


def test_the_page_of_an_act_says_what_will_follow(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    move_journey(lead, stage="booked", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=1))
    page = desk.open(f"/steps/{next_step(lead).pk}/done")
    assert "Done: Do the work for Renee" in page
    assert "After this, it moves to Delivered" in page


def test_doing_a_step_with_a_plan_sets_the_step_after_it(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    step = next_step(lead)
    page = desk.send(
        f"/steps/{step.pk}/done", note="She is home until 2", then="Send the tarp crew", then_due_at="2026-06-09T12:30"
    )
    step.refresh_from_db()
    assert step.status == "done"
    assert step.closed_by == ridgeline.maya
    assert next_step(lead).title == "Send the tarp crew"
    assert next_step(lead).due_at == chicago("2026-06-09 12:30")
    assert "Done. Next for Renee: send the tarp crew, 12:30 PM." in page


def test_a_plan_needs_both_what_and_when(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/steps/{next_step(lead).pk}/done", then="Send the tarp crew")
    assert desk.status == 422
    assert "A next step needs both: what to do, and by when." in page
    assert next_step(lead).title == "Call Renee"


def test_snoozing_moves_the_deadline(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/steps/{next_step(lead).pk}/snooze", until="hours")
    assert next_step(lead).due_at == TUESDAY + timedelta(hours=3)
    assert "Snoozed. Next for Renee: call Renee, 1:00 PM." in page


def test_snoozing_to_tomorrow_means_when_the_office_opens(desk: Desk, lead: Journey) -> None:
    desk.send(f"/steps/{next_step(lead).pk}/snooze", until="tomorrow")
    assert next_step(lead).due_at == chicago("2026-06-10 08:00")


def test_snoozing_to_any_time_is_read_in_the_persons_own_zone(desk: Desk, lead: Journey) -> None:
    desk.send(f"/steps/{next_step(lead).pk}/snooze", until="other", other="2026-06-11T16:45")
    assert next_step(lead).due_at == chicago("2026-06-11 16:45")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"until": "other", "other": "2026-06-08T09:00"}, "That time has passed."),
        ({"until": "other", "other": "tomorrow-ish"}, "Write a date and a time"),
        ({"until": "other"}, "Choose a time, or write one."),
        ({}, "Choose a time, or write one."),
    ],
)
def test_a_snooze_that_makes_no_sense_is_refused_in_words(
    desk: Desk, lead: Journey, fields: dict[str, str], sentence: str
) -> None:
    before = next_step(lead).pk
    assert sentence in desk.send(f"/steps/{before}/snooze", **fields)
    assert desk.status == 422
    assert next_step(lead).pk == before


def test_a_step_that_a_colleague_did_meanwhile_is_said_to_be_closed(desk: Desk, lead: Journey) -> None:
    step = next_step(lead)
    desk.send(f"/steps/{step.pk}/done", asked="1")
    assert f"“{step.title}” is closed already." in desk.send(f"/steps/{step.pk}/done", asked="1")
    assert desk.status == 422


def test_reassigning_gives_the_step_to_the_new_owner(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    assert "On duty" in desk.open(f"/journeys/{lead.pk}/owner")
    page = desk.send(f"/journeys/{lead.pk}/owner", owner=ridgeline.tom.pk)
    lead.refresh_from_db()
    assert lead.owner == ridgeline.tom
    assert next_step(lead).assignee == ridgeline.tom
    assert "Tom is the owner now." in page


def test_nobody_can_be_chosen_who_is_not_here(desk: Desk, lead: Journey) -> None:
    desk.send(f"/journeys/{lead.pk}/owner", owner=uuid4())
    assert desk.status == 422


def test_moving_to_a_stage_sets_that_stages_step(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/journeys/{lead.pk}/stage", stage="qualified")
    lead.refresh_from_db()
    assert lead.stage.key == "qualified"
    assert "Moved to Qualified. Next for Renee:" in page


def test_planning_a_step_by_hand(desk: Desk, lead: Journey) -> None:
    desk.send(f"/journeys/{lead.pk}/plan", title="Bring the ladder", kind="do", due_at="2026-06-09T10:02")
    assert next_step(lead).title == "Bring the ladder"


def test_parking_and_waking(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/journeys/{lead.pk}/park", weeks="4", reason="Waits for the insurance")
    lead.refresh_from_db()
    assert lead.status == "parked"
    assert "Renee is parked until Jul 7." in page
    assert "Waits for the insurance" in page
    desk.send(f"/journeys/{lead.pk}/reopen")
    lead.refresh_from_db()
    assert lead.status == "open"


def test_parking_needs_a_reason(desk: Desk, lead: Journey) -> None:
    assert "This field is required." in desk.send(f"/journeys/{lead.pk}/park", weeks="4", reason="")
    assert desk.status == 422


def test_closing_and_reopening(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/journeys/{lead.pk}/close", outcome="lost", reason="Chose another roofer")
    lead.refresh_from_db()
    assert (lead.status, lead.outcome) == ("closed", "lost")
    assert "Closed as lost" in page
    desk.send(f"/journeys/{lead.pk}/reopen")
    lead.refresh_from_db()
    assert lead.status == "open"


def test_an_answer_is_written_down(desk: Desk, lead: Journey) -> None:
    assert "Do you own the building?" in desk.open(f"/journeys/{lead.pk}/answers/owner")
    desk.send(f"/journeys/{lead.pk}/answers/owner", answer="yes")
    lead.refresh_from_db()
    assert lead.answers["owner"] == "yes"


def test_a_question_that_nobody_asks_is_not_there(desk: Desk, lead: Journey) -> None:
    desk.open(f"/journeys/{lead.pk}/answers/shoe-size")
    assert desk.status == 404


@pytest.mark.parametrize("address", ["/steps/{}/done", "/steps/{}/snooze", "/journeys/{}/owner", "/contacts/{}/"])
def test_what_does_not_exist_is_not_found(desk: Desk, address: str) -> None:
    desk.open(address.format(uuid4()))
    assert desk.status == 404


def test_the_person_goes_back_to_the_page_they_came_from(desk: Desk, lead: Journey) -> None:
    desk.send(f"/steps/{next_step(lead).pk}/snooze", until="hour", next="/?who=team")
    assert "Due in the next hour" in desk.page


def test_a_viewer_sees_all_and_changes_nothing(desk: Desk, lead: Journey) -> None:
    viewer = create_user(name="Vic Viewer", email="vic@ridgeline.example", role="viewer", by=None, at=TUESDAY)
    page = desk.log_in(viewer).open("/")
    assert "Renee Castillo" in page
    assert 'data-keys-for="Done"' not in page
    for address in (f"/steps/{next_step(lead).pk}/done", f"/journeys/{lead.pk}/close", "/leads/new"):
        assert "This is not yours to change" in desk.send(address)
        assert desk.status == 403
    assert Task.objects.filter(journey=lead, status="done").count() == 0


def test_in_a_dialog_only_the_form_comes_back_and_its_faults_stay_in_it(
    client: Client, desk: Desk, lead: Journey
) -> None:
    address = f"/steps/{next_step(lead).pk}/snooze"
    shown = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in shown.content.decode()
    faulty = client.post(address, {"until": "other"}, headers={"HX-Request": "true"})
    assert faulty.status_code == 422
    assert faulty.headers["HX-Retarget"] == "#dialog"
    done = client.post(
        address, {"until": "hour", "next": "/"}, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/"}
    )
    assert (done.status_code, done.headers["Location"]) == (302, "/")
    lead.refresh_from_db()
    elsewhere = client.post(
        f"/steps/{next_step(lead).pk}/snooze",
        {"until": "hour", "next": "/"},
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/signals/"},
    )
    assert (elsewhere.status_code, elsewhere.headers["HX-Redirect"]) == (204, "/")


def test_somebody_who_did_not_come_is_noted_from_their_page(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    move_journey(lead, stage="qualified", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=1))
    step = next_step(lead)
    assert "They did not come" in desk.open(f"/contacts/{lead.contact_id}/")
    assert "what the playbook says of a no-show happens" in desk.open(f"/steps/{step.pk}/missed")
    desk.at = TUESDAY + timedelta(minutes=2)
    page = desk.send(f"/steps/{step.pk}/missed", asked="1", note="")
    assert "Noted: they did not come." in page
    step.refresh_from_db()
    assert (step.status, step.closed_reason) == ("cancelled", "They did not come")


def test_the_next_stage_is_chosen_beforehand_and_where_it_is_moves_nothing(desk: Desk, lead: Journey) -> None:
    page = desk.open(f"/journeys/{lead.pk}/stage")
    chosen = page.partition(" checked")[0].rpartition('value="')[2].partition('"')[0]
    assert chosen == "in-conversation"
    page = desk.send(f"/journeys/{lead.pk}/stage", stage="new")
    assert desk.status == 422
    assert "It is in New already. Choose another stage." in page


def test_the_button_of_what_can_never_be_taken_back_looks_like_no_other(desk: Desk, lead: Journey) -> None:
    assert '<button class="button button--final">Erase for good' in desk.open(f"/contacts/{lead.contact_id}/erase")
    assert "button--final" not in desk.open(f"/journeys/{lead.pk}/stage")

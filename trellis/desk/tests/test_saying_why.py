"""Whoever asks why, or why not, reads it on one page, in their own time."""

import re
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import move_journey
from trellis.journeys.models import Journey
from trellis.team.models import Grant


def test_the_page_says_what_was_done_what_was_not_and_what_comes(
    desk: Desk, lead: Journey, ridgeline: Business
) -> None:
    move_journey(lead, stage="in-conversation", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=9))
    desk.open(f"/journeys/{lead.pk}/why")
    assert desk.status == 200
    assert "Renee reached out: web form" in desk.words
    assert "Queued “We got it” by email: New: form" in desk.words
    assert "Did not. “Still need help?” was not sent: Moved on to In conversation" in desk.words
    assert "Ask Renee the four questions" in desk.words
    assert "4 working hours after 10:09 AM" in desk.words
    assert "On duty then" in desk.words
    assert "Maya Ortiz, Ben Whitfield" in desk.words


def test_only_what_was_not_done_is_shown_when_asked_for(desk: Desk, lead: Journey) -> None:
    desk.open(f"/journeys/{lead.pk}/why?show=did_not")
    assert "“Mark as priority: Water is coming in” does not apply here" in desk.words
    assert "Queued “We got it”" not in desk.words


def test_each_rule_leads_to_its_cell_on_the_playbooks_page(desk: Desk, lead: Journey) -> None:
    desk.open(f"/journeys/{lead.pk}/why")
    assert 'href="/playbooks/storm-and-repair/?stage=new#new-messaging"' in desk.page
    assert 'href="/playbooks/storm-and-repair/versions/1/"' in desk.page
    desk.open("/playbooks/storm-and-repair/?stage=new")
    for row in ("stages", "timing", "messaging", "recovery"):
        assert f'id="new-{row}"' in desk.page


def test_a_question_is_answered_whether_or_not_anything_was_decided(desk: Desk, lead: Journey) -> None:
    desk.open(f"/journeys/{lead.pk}/why?ask=still+need+help")
    assert "Not yet. It waits: due Wed 10:00 AM." in desk.words
    desk.open(f"/journeys/{lead.pk}/why?ask=why+was+the+sorry+text+not+sent")
    assert "It was not done. It answers to a missed call: nothing of the kind came while it was in New." in desk.words
    desk.open(f"/journeys/{lead.pk}/why?ask=a+zebra")
    assert "No rule of this playbook is called that" in desk.words


def test_the_contact_page_leads_there_from_the_step_the_card_and_each_automatic_line(desk: Desk, lead: Journey) -> None:
    address = f"/journeys/{lead.pk}/why"
    desk.open(f"/contacts/{lead.contact_id}/")
    assert f'href="{address}">Why, and what comes after' in desk.page
    assert f'href="{address}">All of it' in desk.page
    first = desk.page.partition(f"{address}?before=")[2].partition('"')[0]
    desk.open(f"{address}?before={first}")
    assert "Queued “We got it” by email" in desk.words
    assert "Show the newest" in desk.words


def test_it_costs_few_questions_and_one_for_all_that_was_decided(
    desk: Desk, lead: Journey, ridgeline: Business
) -> None:
    for minute in range(1, 30):
        stage = ("in-conversation", "new")[minute % 2]
        move_journey(lead, stage=stage, by=ridgeline.maya, at=TUESDAY + timedelta(minutes=minute))
    with CaptureQueriesContext(connection) as captured:
        desk.open(f"/journeys/{lead.pk}/why?ask=text")
    assert len(captured) <= 15
    told = [query["sql"] for query in captured if "journeys_decision" in query["sql"]]
    assert len(told) == 2  # The page, and the newest word on each rule that was asked about.
    desk.open(f"/journeys/{lead.pk}/why")
    assert "Show what was before" in desk.words


def test_what_did_not_leave_is_told_with_the_reason_to_whoever_may_read_it(
    desk: Desk, lead: Journey, ridgeline: Business
) -> None:
    desk.send(f"/contacts/{lead.contact_id}/email", text="On our way, is Monday fine?", journey=str(lead.pk))
    desk.open(f"/journeys/{lead.pk}/why")
    told = desk.words.partition("What did not leave")[2].partition("What comes next")[0]
    assert "On our way, is Monday fine?" in told
    assert "Maya wrote it" in told
    assert "Not connected: kept here." in told
    assert "Not sent:" in told, "The automatic answer, which a person took over."
    Grant.objects.create(role="sales", noun="conversation", verb="see", reach=0)
    forget()
    desk.log_in(ridgeline.priya).open(f"/journeys/{lead.pk}/why")
    assert desk.status == 200
    assert "What did not leave" not in desk.words


def test_each_stage_on_the_line_leads_to_the_move_there(desk: Desk, lead: Journey) -> None:
    desk.open(f"/contacts/{lead.contact_id}/")
    assert f'href="/journeys/{lead.pk}/stage?stage=booked"' in desk.page
    assert f"/journeys/{lead.pk}/stage?stage=new" not in desk.page, "It is there."
    desk.open(f"/journeys/{lead.pk}/stage?stage=booked")
    assert re.search(r'value="booked"[^>]*checked', desk.page)
    desk.open(f"/journeys/{lead.pk}/stage?stage=nowhere")
    assert re.search(r'value="in-conversation"[^>]*checked', desk.page)


def test_a_journey_that_is_not_there_has_no_reasons(desk: Desk, lead: Journey) -> None:
    desk.open(f"/journeys/{lead.contact_id}/why")
    assert desk.status == 404
    desk.open(f"/journeys/{lead.pk}/why?before=nonsense&show=zebra")
    assert desk.status == 200


def test_what_was_withdrawn_stands_under_what_made_it_needless(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    move_journey(lead, stage="in-conversation", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=9))
    desk.open(f"/journeys/{lead.pk}/why?show=did_not")
    first = desk.words.partition("What was decided")[2].partition("Renee reached out")[0]
    assert "Maya chose another stage" in first
    assert "“Still need help?” was not sent: Moved on to In conversation" in first
    assert "Meanwhile" not in first

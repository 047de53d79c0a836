"""What a first signal leads to, at once and later."""

from datetime import timedelta

from tests.cast import TUESDAY, Business, chicago, due_later, next_step
from trellis.conversations.models import Message
from trellis.events.models import Event
from trellis.journeys.audit import audit
from trellis.journeys.models import Clock, Decision
from trellis.journeys.wake import work_once


def test_a_form_gets_an_owner_a_next_step_a_deadline_and_an_answer(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    step = next_step(journey)
    assert (journey.stage.key, journey.owner, step.title) == ("new", ridgeline.maya, "Call Renee")
    assert step.due_at == journey.due_at == chicago("2026-06-09 10:05")
    answer = Message.objects.get()
    assert answer.recipient == "renee@example.com"
    assert answer.text == (
        "Hi Renee, this is Ridgeline Roofing. We got your message. Is water coming in right now? "
        "Maya will call you by 10:05 AM."
    )
    assert audit()["violations"] == 0


def test_the_whole_future_is_set_at_once(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    assert due_later(journey) == [
        ("first-reply-late", "Tue 10:05"),
        ("first-reply-very-late", "Tue 10:20"),
        ("again", "Tue 13:00"),
        ("nudge", "Wed 10:00"),
        ("new-too-long", "Fri 10:00"),
        ("last-note", "Fri 10:00"),
        ("rest", "Mon 10:00"),
    ]


def test_nobody_calls_in_five_minutes_so_it_moves_and_both_are_told(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    assert work_once(at=chicago("2026-06-09 10:04")) == 0
    assert work_once(at=chicago("2026-06-09 10:05")) == 1
    step = next_step(journey)
    assert (journey.owner, step.assignee, step.title) == (ridgeline.ben, ridgeline.ben, "Call Renee")
    assert step.due_at == chicago("2026-06-09 10:10")
    told = {notice.user for notice in ridgeline.maya.notices.all()} | {n.user for n in ridgeline.ben.notices.all()}
    assert told == {ridgeline.maya, ridgeline.ben}
    assert Clock.objects.get(kind="first_response").met_at is None


def test_every_decision_says_why_and_keeps_what_it_used(ridgeline: Business) -> None:
    ridgeline.lead()
    decisions = {decision.rule_id: decision for decision in Decision.objects.all()}
    assert decisions["ack"].sentence == "Queued “We got it” by email: New: form"
    assert decisions["ack"].world["customer"]["reachable"] == ["email"]
    assert decisions["urgent"].did is False
    events = set(Event.objects.values_list("id", flat=True))
    assert {decision.event_id for decision in decisions.values()} <= events
    owner = Decision.objects.get(sentence__startswith="Maya is the owner")
    assert owner.world["people"]


def test_leads_are_dealt_in_turn(ridgeline: Business) -> None:
    owners = [
        ridgeline.lead(ridgeline.contact(f"Lead {n}", f"{n}@example.com"), at=TUESDAY + timedelta(minutes=n)).owner
        for n in range(4)
    ]
    assert owners == [ridgeline.maya, ridgeline.ben, ridgeline.maya, ridgeline.ben]

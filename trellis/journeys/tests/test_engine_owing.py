"""What is owed to whom: the clocks of replies, and the steps of the people who must give them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.effects import HoldBack, StopClock, Withdraw
from trellis.journeys.tests.sandbox import (
    RENEE,
    TUESDAY,
    Walk,
    done,
    local,
    replied,
    signal,
    spoke,
    started,
    tried,
    wrote,
)


def in_conversation() -> Walk:
    """Maya reached Renee by phone at 10:03 and knows the four answers are missing."""
    walk = started()
    walk.tell(spoke("maya"), at="2026-06-09 10:03")
    return walk


@pytest.mark.parametrize(
    "fact",
    [
        facts.StageChosen(stage="qualified", by="maya"),
        facts.OwnerChosen(owner="ben", by="maya"),
        facts.AnswerGiven(question="urgency", answer="yes"),
        facts.MessageHandedOver(message_id="m", channel="email", rule_id="ack"),
        facts.MessageDelivered(message_id="m"),
        facts.StepPlanned(title="Look at the photos", due_at=TUESDAY + timedelta(days=1), by="maya"),
        tried("maya"),
    ],
    ids=lambda fact: fact.key,
)
def test_no_edit_of_ours_stops_the_clock_of_a_first_reply(fact: Fact) -> None:
    walk = started()
    walk.tell(fact)
    assert "first_response" in walk.clocks
    assert "first-reply-late" in walk.rules


def test_marking_the_call_as_done_does_not_stop_the_clock() -> None:
    walk = started()
    walk.tell(done(walk.mine("first-call"), "maya"))
    assert "first_response" in walk.clocks


@pytest.mark.parametrize("fact", [spoke("maya"), replied("maya")], ids=["call", "message"])
def test_a_call_that_is_answered_or_a_persons_message_stops_it(fact: Fact) -> None:
    walk = started()
    step = walk.tell(fact, at="2026-06-09 10:03")
    assert "first_response" not in walk.clocks
    assert ("first_response", "maya") in [(stop.kind, stop.by) for stop in step.of(StopClock)]
    assert not {"first-reply-late", "first-reply-very-late", "nudge"} & set(walk.rules)
    assert step.of(Withdraw)
    assert walk.state.taken_over


def test_nobody_calls_in_five_minutes_so_the_lead_and_its_call_move_on() -> None:
    walk = started()
    walk.until("2026-06-09 10:05")
    assert walk.state.owner == "ben"
    assert (walk.next_step.title, walk.next_step.assignee) == ("Call Renee", "ben")
    assert walk.next_step.due_at == local("2026-06-09 10:10")
    assert "first_response" in walk.clocks


def test_a_late_lead_that_moves_on_brings_a_step_even_when_the_call_was_ticked_off() -> None:
    walk = started()
    walk.tell(done(walk.mine("first-call"), "maya"))
    walk.until("2026-06-09 10:05")
    assert walk.state.owner == "ben"
    assert (walk.next_step.title, walk.next_step.assignee) == ("Answer Renee", "ben")


def test_nobody_else_is_free_so_it_stays_and_that_is_said() -> None:
    walk = started()
    walk.staff = tuple(someone for someone in walk.staff if someone.id in ("maya", "tom"))
    walk.until("2026-06-09 10:05")
    assert walk.state.owner == "maya"
    assert "Nobody else is free, so Maya keeps it" in [effect.why for effect in walk.steps[-1].of(HoldBack)]


def test_whoever_writes_twice_has_somebody_with_a_step_even_when_the_first_was_ticked_off() -> None:
    walk = in_conversation()
    walk.tell(wrote(), at="2026-06-09 11:00")
    walk.tell(done(walk.mine("answer"), "maya"))
    for task in walk.state.person_tasks:
        walk.tell(done(task, "maya"))
    walk.tell(wrote(), at="2026-06-09 11:30")
    assert walk.next_step.title == "Answer Renee"
    assert walk.next_step.assignee == "maya"


def test_a_question_that_waits_is_not_lost_when_the_stage_changes() -> None:
    walk = in_conversation()
    walk.tell(wrote(), at="2026-06-09 11:00")
    walk.tell(facts.StageChosen(stage="loyal", by="maya"))
    assert "reply" in walk.clocks
    assert walk.next_step.title == "Answer Renee"


def test_their_silence_does_not_count_while_we_owe_them_a_reply() -> None:
    walk = in_conversation()
    walk.tell(wrote(), at="2026-06-09 11:00")
    assert not {"four-questions", "quiet-rest"} & set(walk.rules)
    walk.tell(facts.StageChosen(stage="qualified", by="maya"))
    assert not {"offer-nudge", "offer-rest"} & set(walk.rules)
    walk.tell(replied("maya"), at="2026-06-09 12:00")
    assert {"offer-nudge", "offer-rest"} <= set(walk.rules)


def test_a_letter_after_a_first_call_that_we_answered_is_owed_a_reply() -> None:
    walk = started("call", "phone")
    walk.tell(wrote(), at="2026-06-09 10:30")
    assert walk.state.stage == "in-conversation"
    assert walk.clocks == ["reply", "stage"]


def test_a_missed_call_after_a_first_call_that_we_answered_is_owed_a_reply() -> None:
    walk = started("call", "phone")
    walk.tell(facts.CallMissed(call_id="c"), at="2026-06-09 10:30")
    assert "reply" in walk.clocks


def test_a_missed_call_is_called_back_in_time_although_a_call_is_planned_for_friday() -> None:
    walk = in_conversation()
    friday = local("2026-06-12 15:00")
    for task in walk.state.person_tasks:
        walk.tell(done(task, "maya"))
    walk.tell(facts.StepPlanned(title="Call about the estimate", due_at=friday, kind="call", by="maya"))
    walk.tell(facts.CallMissed(call_id="c"), at="2026-06-09 11:00")
    assert (walk.next_step.rule_id, walk.next_step.due_at) == ("call-back-again", local("2026-06-09 11:15"))


def test_a_call_today_leaves_the_call_that_is_planned_for_friday() -> None:
    walk, friday = in_conversation(), local("2026-06-12 15:00")
    walk.tell(facts.StepPlanned(title="Call about the estimate", due_at=friday, kind="call", by="maya"))
    walk.tell(spoke("maya"), at="2026-06-09 11:00")
    assert [task.title for task in walk.state.person_tasks] == ["Call about the estimate"]


def test_one_call_to_make_is_enough() -> None:
    walk = started()
    walk.tell(facts.CallMissed(call_id="c"), at="2026-06-09 10:02")
    assert [task.title for task in walk.state.person_tasks] == ["Call Renee"]
    assert walk.said() == ["we-got-it", "sorry-we-missed-you"]


def test_a_call_that_is_overdue_gets_a_new_time_when_they_call_again() -> None:
    """The text that says sorry names the time of the call: it must be still to come."""
    walk = started()
    walk.tell(facts.CallMissed(call_id="c"), at="2026-06-09 15:00")
    assert [task.kind for task in walk.state.person_tasks] == ["call"]
    assert walk.next_step.due_at == local("2026-06-09 15:15")


def test_two_forms_in_a_row_are_answered_once() -> None:
    walk = started()
    walk.tell(signal(), at="2026-06-09 10:01")
    assert walk.said() == ["we-got-it"]
    assert [task.title for task in walk.state.person_tasks] == ["Call Renee"]


def test_whoever_asked_us_to_stop_is_not_written_to_and_that_is_said() -> None:
    walk = started()
    walk.customer = replace(RENEE, opted_out=frozenset({"email", "sms"}))
    walk.until("2026-06-10 10:00")
    assert walk.said() == ["we-got-it"]
    assert "not sent: they asked us not to write" in walk.steps[-1].effects[-1].why

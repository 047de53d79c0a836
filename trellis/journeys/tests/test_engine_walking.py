"""The path from a first signal to a customer who calls us first, fact by fact."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from trellis.events import catalogue as facts
from trellis.journeys.engine.effects import Assign, HoldBack, MoveStage, Send, SetPriority, StartClock, Tell
from trellis.journeys.engine.owners import NobodyCanOwn
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Trigger
from trellis.journeys.tests.sandbox import (
    OFFICE,
    PACK,
    RENEE,
    Walk,
    done,
    local,
    person,
    replied,
    signal,
    spoke,
    started,
    tried,
    wrote,
)

FOUR = {"urgency": "yes", "address": "12 Elm St", "owner": "yes", "insurance": "no"}


def qualified() -> Walk:
    walk = started(answers={**FOUR, "owner": ""})
    walk.tell(spoke("maya"), at="2026-06-09 10:03")
    walk.tell(facts.AnswerGiven(question="owner", answer="yes"), at="2026-06-09 10:06")
    return walk


def booked() -> Walk:
    walk = qualified()
    walk.tell(done(walk.mine("book-visit"), "ben"), at="2026-06-09 11:00")
    return walk


def delivered() -> Walk:
    walk = booked()
    walk.tell(done(walk.mine("repair"), "tom"), at="2026-06-12 15:00")
    return walk


def test_water_coming_in_is_a_priority_at_once() -> None:
    assert started(answers={"urgency": "yes"}).state.priority
    assert not started(answers={"urgency": "no"}).state.priority


@pytest.mark.parametrize(
    ("kind", "said", "step"),
    [
        ("form", ["we-got-it"], "Call Renee"),
        ("referral", ["we-got-it"], "Call Renee"),
        ("message", ["we-got-it"], "Call Renee"),
        ("missed_call", ["sorry-we-missed-you"], "Call Renee back"),
        ("call", [], "Write down what Renee needs"),
    ],
)
def test_every_kind_of_signal_has_its_answer_and_its_step(kind: str, said: list[str], step: str) -> None:
    walk = started(kind)
    assert walk.said() == said
    assert walk.next_step.title == step
    assert ("first_response" in walk.clocks) == (kind != "call")


def test_answers_that_nobody_asked_for_are_left_out() -> None:
    assert started(answers={"urgency": "yes", "shoe_size": "44", "owner": ""}).state.answers == {"urgency": "yes"}


def test_the_last_answer_qualifies_and_the_estimators_take_over() -> None:
    walk = qualified()
    assert (walk.state.stage, walk.state.owner, walk.next_step.title) == ("qualified", "ben", "Agree a time with Renee")
    assert walk.said()[-1] == "what-we-check"
    assert not {"gather", "four-questions", "conversation-too-long"} & set(walk.rules)


def test_a_tenant_with_all_the_answers_is_not_qualified() -> None:
    walk = started(answers={**FOUR, "owner": ""})
    walk.tell(spoke("maya"), at="2026-06-09 10:03")
    walk.tell(facts.AnswerGiven(question="owner", answer="no"))
    assert walk.state.stage == "in-conversation"


def test_the_agreed_visit_books_and_the_crew_takes_over() -> None:
    walk = booked()
    assert (walk.state.stage, walk.state.owner) == ("booked", "tom")
    assert walk.said()[-1] == "you-are-booked"
    assert walk.next_step.title == "Do the work for Renee"


def test_the_work_done_is_followed_by_all_that_comes_after_it() -> None:
    walk = delivered()
    assert walk.state.stage == "delivered"
    assert {"cleanup", "review", "warranty", "referral-ask", "two-weeks"} <= set(walk.rules)
    walk.until("2026-07-30 10:00")
    assert walk.state.stage == "loyal"
    assert walk.said()[-3:] == ["review-request", "warranty-pack", "know-someone"]


def test_what_comes_after_the_work_comes_once() -> None:
    walk = delivered()
    walk.tell(facts.StageChosen(stage="booked", by="maya"))
    walk.tell(facts.StageChosen(stage="delivered", by="maya"))
    assert walk.rules.count("review") == 1


def test_a_customer_of_a_year_is_cared_for_and_then_the_journey_ends_well() -> None:
    walk = delivered()
    walk.until("2027-12-31 10:00")
    assert walk.state.status == "closed"
    assert "Wish Renee a good roof birthday" in [
        getattr(effect, "title", "") for step in walk.steps for effect in step.effects
    ]


def test_an_answer_of_ours_that_is_late_is_told_to_the_manager_and_then_passed_on() -> None:
    walk = started()
    walk.tell(spoke("ben"), at="2026-06-09 10:03")
    walk.tell(wrote(), at="2026-06-09 10:30")
    walk.until("2026-06-09 16:00")
    assert walk.state.priority
    told = [effect for step in walk.steps for effect in step.of(Tell)]
    assert "maya" in told[-1].users
    before = walk.state.owner
    walk.until("2026-06-10 12:00")
    assert walk.state.owner != before


def test_the_manager_is_told_while_it_is_a_priority_already() -> None:
    walk = started(answers={"urgency": "yes"})
    step = walk.do(walk.mine("first-reply-very-late"))
    assert step.of(Tell)
    assert not step.of(SetPriority)


def test_a_promise_that_was_kept_is_never_late() -> None:
    walk = started()
    late = walk.mine("first-reply-late")
    walk.tell(replied("maya"), at="2026-06-09 10:02")
    assert walk.tell(facts.TaskDue(task_id=late.id), at="2026-06-09 10:05").effects == []


def test_a_call_that_nobody_picked_up_is_a_try_and_the_next_one_is_set() -> None:
    walk = started()
    walk.tell(tried("maya"), at="2026-06-09 10:03")
    assert [task.title for task in walk.state.person_tasks] == ["Try Renee again"]
    assert walk.next_step.due_at == local("2026-06-09 13:03")


def test_a_step_put_off_keeps_its_place_and_its_rule() -> None:
    walk = started()
    step = walk.tell(facts.TaskSnoozed(task_id=walk.mine("first-call").id, until=local("2026-06-10 09:00"), by="maya"))
    assert [task.due_at for task in walk.state.person_tasks] == [local("2026-06-10 09:00")]
    assert walk.mine("first-call").title == "Call Renee"
    assert not step.of(StartClock)


def test_what_was_done_and_planned_by_hand_leads() -> None:
    walk, tomorrow = started(), local("2026-06-10 09:00")
    walk.tell(done(walk.mine("first-call"), "maya", then="Send the photos", then_due_at=tomorrow))
    assert (walk.next_step.title, walk.next_step.due_at) == ("Send the photos", tomorrow)


def test_a_step_planned_by_hand_outlives_the_stage() -> None:
    walk = started()
    walk.tell(facts.StepPlanned(title="Order shingles", due_at=local("2026-06-11 09:00"), by="maya"))
    walk.tell(facts.StageChosen(stage="booked", by="maya"))
    assert "Order shingles" in [task.title for task in walk.state.person_tasks]


def test_given_to_somebody_else_every_open_step_goes_along_and_they_are_told() -> None:
    walk = started()
    step = walk.tell(facts.OwnerChosen(owner="tom", by="maya"))
    assert {task.assignee for task in walk.state.person_tasks} == {"tom"}
    assert [tell.users for tell in step.of(Tell)] == [("tom",)]


def test_whoever_takes_it_is_not_told_that_they_did() -> None:
    assert not started().tell(facts.OwnerChosen(owner="ben", by="ben")).of(Tell)


@pytest.mark.parametrize(
    ("fact", "title"),
    [
        (facts.MessageFailed(message_id="m", channel="sms", reason="no such number"), "Reach Renee another way"),
        (facts.MessageInDoubt(message_id="m", channel="email", reason="it broke"), "Ask Renee if our message arrived"),
    ],
)
def test_a_message_that_may_not_have_arrived_becomes_one_step_of_the_owner(
    fact: facts.MessageFailed | facts.MessageInDoubt, title: str
) -> None:
    walk = started()
    walk.tell(fact)
    walk.tell(fact)
    assert [task.title for task in walk.state.person_tasks] == ["Call Renee", title]


def test_nudges_keep_out_of_the_night_and_say_so() -> None:
    """The worker comes late: the nudge of ten in the morning is looked at at nine in the evening."""
    walk = started()
    nudge = walk.mine("nudge")
    step = walk.tell(facts.TaskDue(task_id=nudge.id), at="2026-06-10 21:00")
    assert not step.of(Send)
    said = "Quiet hours for them until 08:00, by the business's time zone"
    assert [held.why for held in step.of(HoldBack)] == [said]
    again = walk.mine("nudge")
    assert again.due_at == local("2026-06-11 08:00")
    assert walk.do(again).of(Send)


def test_an_answer_to_what_they_just_did_goes_at_any_hour() -> None:
    assert started("missed_call", "phone", at="2026-06-13 21:40").said() == ["sorry-we-missed-you"]


def test_no_more_than_so_many_automatic_messages_a_day() -> None:
    walk = started()
    walk.customer = replace(RENEE, touches=2)
    walk.until("2026-06-10 10:00")
    [held] = walk.steps[-1].of(Send)
    assert held.suppressed == "they already had 2 automatic messages in 24 hours"
    assert walk.said() == ["we-got-it"]


def test_whoever_left_only_a_phone_number_is_texted() -> None:
    walk = Walk(customer=replace(RENEE, reachable=frozenset({"sms"})))
    [sent] = walk.tell(signal()).of(Send)
    assert sent.channel == "sms"


def test_whoever_left_nothing_to_reach_them_by_is_not_written_to_and_that_is_said() -> None:
    walk = Walk(customer=replace(RENEE, reachable=frozenset()))
    [sent] = walk.tell(signal()).of(Send)
    assert sent.suppressed == "we have no address of theirs"
    assert walk.next_step.title == "Call Renee"


def test_a_saturday_night_waits_for_monday_but_is_planned_at_once() -> None:
    walk = started("missed_call", "phone", at="2026-06-13 21:40")
    assert walk.next_step.due_at == local("2026-06-15 08:15")
    assert walk.mine("first-reply-late").due_at == local("2026-06-15 08:05")
    assert walk.mine("nudge").due_at == local("2026-06-16 08:00")


def test_leads_of_the_night_go_to_whoever_is_back_first() -> None:
    walk = Walk()
    walk.away["maya"] = local("2026-06-16 08:00")
    walk.tell(signal(), at="2026-06-13 21:40")
    assert walk.state.owner == "ben"


def test_what_is_for_a_team_that_is_away_altogether_goes_to_a_manager() -> None:
    walk = qualified()
    walk.away["tom"] = local("2026-06-29 08:00")
    step = walk.tell(done(walk.mine("book-visit"), "ben"), at="2026-06-09 11:00")
    assert (walk.state.stage, walk.state.owner) == ("booked", "maya")
    assert [given.why for given in step.of(Assign)] == ["Tom is away, Maya is next free"]


def test_what_is_for_a_team_that_is_home_for_the_night_waits_for_it() -> None:
    walk = qualified()
    walk.tell(done(walk.mine("book-visit"), "ben"), at="2026-06-09 20:00")
    assert (walk.state.stage, walk.state.owner) == ("booked", "tom")


def test_a_business_without_anybody_cannot_take_a_lead_and_says_so() -> None:
    with pytest.raises(NobodyCanOwn):
        Walk(staff=()).tell(signal())


def test_who_only_looks_on_is_given_no_lead() -> None:
    viewer, seller = person("Vera", "viewer", ["front-desk"], 0), person("Sam", "sales", ["front-desk"], 1)
    walk = Walk(staff=(viewer, seller))
    walk.tell(signal())
    assert walk.state.owner == "sam"
    with pytest.raises(NobodyCanOwn):
        Walk(staff=(viewer,)).tell(signal())


def test_it_moves_at_most_once_for_one_fact() -> None:
    walk = started(answers=FOUR)
    step = walk.tell(spoke("maya"), at="2026-06-09 10:03")
    assert [move.stage for move in step.of(MoveStage)] == ["in-conversation"]


def test_a_waiting_stage_moves_on_when_its_time_has_come() -> None:
    walk = delivered()
    walk.until(local("2026-06-26 14:59"))
    assert walk.state.stage == "delivered"
    walk.until(local("2026-06-26 15:00") + timedelta(minutes=1))
    assert walk.state.stage == "loyal"
    assert walk.hours is OFFICE


def test_a_playbook_can_wait_for_nothing_that_never_comes() -> None:
    """Every word that a rule may wait for is said by some fact."""
    said = {fact.trigger for fact in (signal(kind) for kind in ("form", "call", "missed_call", "message", "referral"))}
    said |= {fact.trigger for fact in (wrote(), replied("maya"), spoke(), tried("maya"), facts.CallMissed(call_id="c"))}
    said |= {facts.MeetingMissed(task_id="t").trigger, facts.JourneyFollowed(title="Storm & repair").trigger}
    said |= {facts.AnswerGiven(question="urgency", answer="no").trigger}
    assert said | {"answers_complete"} == set(get_args(Trigger))


def test_whoever_was_answered_on_their_first_call_and_goes_quiet_is_not_forgotten() -> None:
    walk = started("call", "phone")
    assert {task.rule_id for task in walk.state.tasks} > {"note-call", "again", "nudge", "last-note", "rest"}


def test_a_way_whose_time_has_come_but_whose_condition_does_not_hold_says_so() -> None:
    walk = delivered()
    text = PACK.read_text().replace(
        "{id: two-weeks, to: loyal, after: 14d}",
        '{id: two-weeks, to: loyal, after: 14d, if: {field: answers.insurance, is: "yes"}}',
    )
    walk.playbook = load_playbook(text)
    (timer,) = [task for task in walk.state.tasks if task.rule_id == "two-weeks"]
    step = walk.tell(facts.TaskDue(task_id=timer.id), at=timer.due_at)
    held = [effect.why for effect in step.effects if isinstance(effect, HoldBack)]
    assert held == ["“Move to Loyal” does not apply here"]
    assert walk.state.stage == "delivered"

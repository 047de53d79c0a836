"""Parking, waking, ending and opening again."""

from datetime import timedelta

from trellis.events import catalogue as facts
from trellis.journeys.engine.effects import Close, Park, Tell, Void, Withdraw
from trellis.journeys.engine.state import State
from trellis.journeys.tests.sandbox import Walk, done, local, replied, signal, spoke, started, wrote


def put_to_rest(walk: Walk, until: str = "2026-08-03 09:00") -> None:
    walk.tell(facts.ParkChosen(until=local(until), reason="Asked us to call in August", by="maya"))


def parked(kind: str = "form") -> Walk:
    walk = started(kind)
    put_to_rest(walk)
    return walk


def test_a_quiet_lead_is_tried_a_bounded_number_of_times_and_then_rests_with_a_reason_and_a_date() -> None:
    walk = started()
    walk.until("2026-06-15 10:00")
    rest = walk.steps[-1].of(Park)[0]
    assert walk.said() == ["we-got-it", "still-need-help", "shall-we-close"]
    assert (walk.state.status, rest.why, walk.next_step.due_at) == ("parked", "No answer", local("2026-09-14 08:00"))


def test_whoever_rested_twice_without_an_answer_is_closed() -> None:
    walk = started()
    walk.until("2027-06-01 10:00")
    assert (walk.state.status, walk.state.parks) == ("closed", 2)


def test_a_rest_that_we_chose_is_no_rest_without_an_answer() -> None:
    walk = started()
    for month in (8, 9, 10):
        put_to_rest(walk, f"2026-{month:02}-03 09:00")
    assert walk.state.parks == 0


def test_an_answer_in_between_makes_the_rests_count_anew() -> None:
    walk = started()
    walk.until("2026-09-20 10:00")
    assert (walk.state.status, walk.state.parks) == ("parked", 2)
    walk.tell(wrote())
    walk.tell(replied("maya"))
    walk.until("2026-11-01 10:00")
    assert (walk.state.status, walk.state.parks) == ("parked", 1)


def test_a_rest_put_off_ends_when_it_was_put_off_to_and_not_before() -> None:
    walk = parked()
    put_to_rest(walk, "2026-10-05 09:00")
    assert [task.due_at for task in walk.state.tasks] == [local("2026-10-05 09:00")]
    walk.until("2026-10-05 09:00")
    assert walk.state.status == "open"
    assert "wake" not in {task.kind for task in walk.state.tasks}


def test_after_the_rest_there_is_a_call_to_make_and_nobody_is_late() -> None:
    walk = parked()
    walk.until("2026-08-03 09:00")
    assert (walk.state.status, walk.next_step.title) == ("open", "See if Renee still needs us")
    assert walk.clocks == ["stage"]
    assert set(walk.rules) == {"wake-call", "again", "nudge", "new-too-long", "last-note", "rest"}


def test_a_reply_to_a_parked_journey_opens_it_moves_it_on_and_times_its_new_stage() -> None:
    walk = parked()
    walk.tell(wrote(), at="2026-07-01 10:00")
    assert (walk.state.status, walk.state.stage) == ("open", "in-conversation")
    assert walk.clocks == ["reply", "stage"] or walk.clocks == ["first_response", "stage"]
    assert "conversation-too-long" in walk.rules
    assert {"gather", "answer"} <= set(walk.rules)


def test_a_form_of_somebody_who_rests_is_answered_like_the_first() -> None:
    walk = parked()
    walk.tell(signal(), at="2026-07-01 10:00")
    assert (walk.state.status, walk.state.stage) == ("open", "new")
    assert walk.said() == ["we-got-it", "we-got-it"]
    assert walk.next_step.title == "Call Renee"
    assert walk.clocks == ["first_response", "stage"]


def test_opened_again_it_stays_with_the_owner_who_knows_them() -> None:
    walk = parked()
    owner = walk.state.owner
    for _ in range(2):
        walk.tell(wrote(), at=walk.at + timedelta(days=1))
        assert walk.state.owner == owner
        put_to_rest(walk)
    walk.until("2026-08-03 09:00")
    assert walk.state.owner == owner
    assert not [effect for step in walk.steps for effect in step.of(Tell)]


def test_opened_again_while_the_owner_is_away_it_goes_to_the_next_free() -> None:
    walk = parked()
    walk.away["maya"] = local("2026-07-20 08:00")
    walk.tell(wrote(), at="2026-07-01 10:00")
    assert walk.state.owner == "ben"


def test_opened_again_at_night_it_waits_for_whoever_is_back_first() -> None:
    walk = parked()
    walk.away["maya"] = local("2026-07-20 08:00")
    walk.tell(wrote(), at="2026-07-01 23:00")
    assert walk.state.owner == "ben"


def test_opened_by_hand_nobody_is_late_and_the_quiet_path_begins_again() -> None:
    walk = parked()
    walk.tell(facts.ReopenChosen(by="maya"), at="2026-07-01 10:00")
    assert walk.clocks == ["stage"]
    assert set(walk.rules) == {"again", "nudge", "new-too-long", "last-note", "rest"}


def test_a_call_that_reaches_somebody_who_rests_opens_it() -> None:
    walk = parked()
    walk.tell(spoke("maya"), at="2026-07-01 10:00")
    assert (walk.state.status, walk.state.stage) == ("open", "in-conversation")
    assert walk.clocks == ["stage"]


def test_our_letter_to_somebody_who_rests_leaves_them_resting() -> None:
    by_hand, by_rule = parked(), started()
    by_rule.until("2026-06-20 10:00")
    for walk in (by_hand, by_rule):
        walk.tell(replied("maya"), at="2026-07-01 10:00")
        assert (walk.state.status, walk.next_step.kind) == ("parked", "wake")


def test_nothing_is_left_to_do_on_a_closed_journey() -> None:
    walk = started()
    walk.tell(facts.CloseChosen(outcome="lost", reason="Too far away", by="maya"))
    assert walk.state == State(
        **{name: getattr(walk.state, name) for name in ("stage", "owner", "episode", "timed", "fired")}, status="closed"
    )
    before = walk.state
    for fact in (
        replied("maya"),
        facts.TaskDue(task_id="0+5"),
        facts.MessageFailed(message_id="m", channel="sms", reason="No"),
    ):
        assert walk.tell(fact).effects == []
    assert walk.state == before


def test_what_began_by_mistake_is_over_and_in_nobodys_hands() -> None:
    walk = started()
    undone = walk.tell(facts.ActUndone(what="a new lead", acted_at=walk.at, before={}, by="maya"))
    assert (walk.state.status, walk.state.owner, walk.state.tasks, walk.state.clocks) == ("closed", "", (), ())
    assert undone.of(Void)
    assert undone.of(Withdraw)
    assert not undone.of(Close)


def test_whoever_reaches_out_after_all_has_an_owner_and_a_step_again() -> None:
    walk = started()
    walk.tell(facts.ActUndone(what="a new lead", acted_at=walk.at, before={}, by="maya"))
    walk.tell(wrote())
    assert (walk.state.status, bool(walk.state.owner), bool(walk.state.tasks)) == ("open", True, True)


def moved_to(stage: str) -> Walk:
    walk = started()
    walk.tell(facts.StageChosen(stage=stage, by="maya"))
    return walk


def test_after_a_rest_the_step_that_leads_on_is_set_again() -> None:
    walk = moved_to("qualified")
    put_to_rest(walk)
    walk.until("2026-08-03 09:00")
    walk.tell(done(walk.mine("book-visit"), "ben"))
    assert walk.state.stage == "booked"


def test_opened_again_by_their_word_the_step_that_leads_on_is_there_beside_the_reply() -> None:
    walk = moved_to("booked")
    put_to_rest(walk)
    walk.tell(wrote())
    assert {task.rule_id for task in walk.state.person_tasks} == {"answer-crew", "repair"}


def test_after_a_rest_the_time_that_leads_on_runs_again() -> None:
    walk = moved_to("delivered")
    put_to_rest(walk)
    walk.until("2026-08-03 09:00")
    assert walk.mine("two-weeks").due_at == local("2026-08-17 09:00")

"""One journey, two versions: what it keeps, what is withdrawn, what is set anew, what changes its time."""

from datetime import timedelta

import pytest

from trellis.events import catalogue as facts
from trellis.journeys.engine.effects import Send
from trellis.journeys.engine.passage import Passage
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.tests.sandbox import RULES, TUESDAY, Step, Walk, local, spoke, started

TEXT = RULES
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_CALL = '          - {id: first-call, task: {call: "Call {{ contact.first_name }}", due: 5m}}\n'


def version(*changes: tuple[str, str]) -> Playbook:
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return load_playbook(text)


def go_over(walk: Walk, after: Playbook, **mapping: str) -> Step:
    """Bring the walk to the version, told of as our rows would tell it."""
    clocks = {clock.kind: walk.steps[0].at for clock in walk.state.clocks}
    passage = Passage(walk.playbook, after, version=2, mapping=mapping)
    at = walk.steps[0].at
    fact = passage.fact(walk.state, entered_at=at, quiet_since=at, clocks=clocks)
    walk.playbook = after
    return walk.tell(fact)


def test_what_did_not_change_keeps_its_promise_to_the_minute() -> None:
    walk = started()
    before = walk.state
    step = go_over(walk, version(("messages: 2", "messages: 3")))
    assert step.effects == []
    assert walk.state == before


def test_a_message_that_waits_longer_now_comes_later() -> None:
    walk = started()
    go_over(walk, version(("{id: nudge, after: 1d", "{id: nudge, after: 3d")))
    assert walk.mine("nudge").due_at == local("2026-06-12 10:00")
    assert walk.mine("last-note").due_at == local("2026-06-12 10:00")


def test_what_should_have_come_by_the_new_wait_comes_now() -> None:
    walk = started()
    walk.until(TUESDAY + timedelta(hours=3))
    go_over(walk, version(("{id: nudge, after: 1d", "{id: nudge, after: 1h")))
    assert walk.mine("nudge").due_at == walk.at


def test_a_rule_that_is_gone_takes_its_step_along() -> None:
    walk = started()
    go_over(walk, version(("      - {id: nudge, after: 1d, send: still-need-help}\n", "")))
    assert "nudge" not in walk.rules
    assert walk.next_step.rule_id == "first-call"


def test_a_customer_who_waits_is_never_left_without_somebodys_step() -> None:
    walk = started()
    go_over(walk, version((FIRST_CALL, "")))
    assert walk.next_step.title == "Answer Renee"
    assert walk.next_step.due_at == local("2026-06-09 10:05")


def test_a_step_that_a_new_rule_asks_for_in_its_place_keeps_its_time() -> None:
    walk = started()
    go_over(walk, version((FIRST_CALL, FIRST_CALL.replace("first-call", "ring-them").replace("Call", "Ring"))))
    assert (walk.next_step.rule_id, walk.next_step.title) == ("ring-them", "Ring Renee")
    assert walk.next_step.due_at == local("2026-06-09 10:05")


def test_a_new_rule_is_set_when_its_time_is_still_to_come_and_not_when_it_has_passed() -> None:
    quiet = "      - {id: nudge,"
    walk = started()
    walk.until(TUESDAY + 5 * HOUR)
    early, late = "{id: wave, after: 3h, send: we-got-it}", "{id: bow, after: 7h, send: we-got-it}"
    step = go_over(walk, version((quiet, f"      - {early}\n      - {late}\n{quiet}")))
    assert "wave" not in walk.rules
    assert walk.mine("bow").due_at == local("2026-06-09 17:00")
    assert not step.of(Send)


def test_a_new_promise_counts_from_when_it_was_made_and_is_never_late_by_the_change_alone() -> None:
    walk = started()
    walk.at = TUESDAY + timedelta(minutes=2)
    go_over(walk, version(("within: 5m", "within: 10m")))
    assert [clock.due_at for clock in walk.state.clocks if clock.kind == "first_response"] == [
        local("2026-06-09 10:10")
    ]
    assert walk.mine("first-reply-late").due_at == local("2026-06-09 10:10")
    go_over(walk, version(("within: 5m", "within: 1m")))
    assert walk.mine("first-reply-late").due_at == local("2026-06-09 10:03")


def test_a_promise_that_is_broken_stays_broken() -> None:
    walk = started()
    walk.until(TUESDAY + timedelta(minutes=7))
    go_over(walk, version(("within: 5m", "within: 60m")))
    assert [clock.due_at for clock in walk.state.clocks if clock.kind == "first_response"] == [
        local("2026-06-09 10:05")
    ]


def test_whoever_stands_in_a_stage_that_is_gone_goes_where_it_was_said() -> None:
    walk = started()
    walk.tell(facts.StageChosen(stage="qualified", by="maya"))
    start, end = TEXT.index("  qualified:\n"), TEXT.index("  booked:\n")
    shorter = load_playbook((TEXT[:start] + TEXT[end:]).replace("to: qualified", "to: booked"))
    said = walk.said()
    step = go_over(walk, shorter, qualified="booked")
    assert (walk.state.stage, walk.state.owner) == ("booked", "tom")
    assert walk.said() == said
    assert step.after.episode == step.before.episode
    assert "repair" in walk.rules
    assert "book-visit" not in walk.rules


def test_without_a_word_it_goes_to_the_nearest_stage_before() -> None:
    start, end = TEXT.index("  qualified:\n"), TEXT.index("  booked:\n")
    shorter = load_playbook((TEXT[:start] + TEXT[end:]).replace("to: qualified", "to: booked"))
    passage = Passage(started().playbook, shorter, version=2, mapping={})
    assert passage.stage_for("qualified") == "in-conversation"


def hold(walk: Walk) -> Step:
    return walk.tell(facts.PlaybookChanged(how="hold", version=2, what="", stage=walk.state.stage))


def finish(walk: Walk) -> Step:
    return walk.tell(facts.PlaybookChanged(how="finish", version=1, what="", stage=walk.state.stage))


def test_what_stands_still_goes_on_with_the_time_that_was_left() -> None:
    walk = started()
    walk.tell(spoke("maya"), at=TUESDAY + timedelta(minutes=3))
    planned = {task.rule_id: task.due_at for task in walk.state.tasks if not task.is_for_person}
    walk.until("2026-06-10 09:00")
    hold(walk)
    assert {task.kind for task in walk.state.tasks if task.rule_id in planned} <= {"check"}
    assert "Decide whether Renee goes over to version 2" in [task.title for task in walk.state.person_tasks]
    said = walk.said()
    walk.until("2026-06-13 09:00")
    assert walk.said() == said
    finish(walk)
    for rule in ("four-questions", "quiet-rest"):
        assert walk.mine(rule).due_at == planned[rule] + 3 * DAY


@pytest.mark.parametrize("left", ["held", "released"])
def test_a_customer_who_writes_while_it_stands_still_is_owed_a_reply_and_gets_a_person(left: str) -> None:
    walk = started()
    hold(walk)
    walk.tell(facts.MessageReceived(message_id="m", channel="sms", text="Hello?"), at=TUESDAY + HOUR)
    assert "Answer Renee" in [task.title for task in walk.state.person_tasks]
    assert walk.clocks == ["first_response", "stage"]
    if left == "released":
        finish(walk)
        assert "trellis/held" not in walk.rules

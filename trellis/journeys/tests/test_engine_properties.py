"""What holds whatever happens, in whatever order, on the playbook we ship and on any other."""

from collections import Counter
from datetime import timedelta

from hypothesis import given

from tests.proof.effort import effort
from trellis.events import catalogue as facts
from trellis.journeys.engine.decide import decide
from trellis.journeys.engine.effects import (
    AddTask,
    Assign,
    Close,
    EndHandover,
    Fire,
    MoveStage,
    OfferHandover,
    Park,
    Restore,
    Send,
    StartClock,
)
from trellis.journeys.engine.offers import ACCEPT, LAPSE
from trellis.journeys.engine.state import RESPONSE_CLOCKS
from trellis.journeys.engine.timing import out_of_quiet
from trellis.journeys.tests.happenings import ANYTHING, SHIPPED
from trellis.journeys.tests.sandbox import STAFF, Step, Walk

EVERYBODY = {someone.id for someone in STAFF}


def open_has_an_owner_and_a_task_parked_a_wake_up_and_closed_nothing(walk: Walk, step: Step) -> None:
    state = step.after
    assert state.owner in EVERYBODY
    assert state.tasks or state.status == "closed"
    assert state.status == "open" or not state.clocks
    assert state.status != "closed" or not state.tasks
    assert state.status != "parked" or [task.kind for task in state.tasks] == ["wake"]
    assert state.status != "open" or "wake" not in {task.kind for task in state.tasks}


def steps_of_people_are_the_owners_and_those_of_the_machine_nobodys(walk: Walk, step: Step) -> None:
    assert {task.assignee for task in step.after.tasks if task.rule_id != ACCEPT} <= {step.after.owner, ""}
    assert all(bool(task.assignee) == task.is_for_person for task in step.after.tasks)


def no_two_clocks_of_a_kind_run_at_once(walk: Walk, step: Step) -> None:
    kinds = [clock.kind for clock in step.after.clocks]
    assert len(kinds) == len(set(kinds))


def an_open_journey_is_timed_by_the_limit_of_its_stage(walk: Walk, step: Step) -> None:
    if step.after.status == "open":
        limits = walk.playbook.stages[step.after.stage].limits
        wanted = {limit.id for limit in limits if limit.clock == "stage"}
        assert {clock.rule_id for clock in step.after.clocks if clock.kind == "stage"} == wanted


def nothing_that_a_stage_planned_outlives_it(walk: Walk, step: Step) -> None:
    """But for the late rules of a reply that is still owed."""
    running = {clock.rule_id for clock in step.after.clocks}
    for task in step.after.tasks:
        place = walk.playbook.places.get(task.rule_id)
        if place and place.stage and task.kind != "wake":
            assert place.stage == step.after.stage or (place.limit and place.limit.id in running)


def nothing_is_planned_or_sent_after_the_end(walk: Walk, step: Step) -> None:
    ends = [number for number, effect in enumerate(step.effects) if isinstance(effect, Park | Close)]
    if ends:
        assert not [effect for effect in step.effects[ends[0] :] if isinstance(effect, AddTask | Send | StartClock)]


def only_evidence_stops_a_response_clock(walk: Walk, step: Step) -> None:
    """A person's message handed over, or a call answered. Resting and ending give the promise up instead."""
    running = {clock.kind for clock in step.before.clocks} & RESPONSE_CLOCKS
    still = {clock.kind for clock in step.after.clocks} & RESPONSE_CLOCKS
    assert not running - still or is_evidence(step) or step.of(Park, Close)
    assert not (is_evidence(step) and still)


def is_evidence(step: Step) -> bool:
    by_person = isinstance(step.fact, facts.MessageHandedOver) and bool(step.fact.by)
    return by_person or isinstance(step.fact, facts.CallAnswered)


def what_is_set_is_still_to_come(walk: Walk, step: Step) -> None:
    added = [effect for effect in step.effects if isinstance(effect, AddTask)]
    assert all(effect.due_at >= step.at or effect.replaces for effect in added)


def the_machine_never_writes_by_itself_in_their_quiet_hours(walk: Walk, step: Step) -> None:
    sent = [effect for effect in step.effects if isinstance(effect, Send) and not effect.suppressed]
    if sent and isinstance(step.fact, facts.TaskDue):
        assert out_of_quiet(step.at, walk.playbook.quiet_hours, walk.customer.time_zone) == step.at


def a_task_that_is_closed_does_nothing_when_its_time_comes(walk: Walk, step: Step) -> None:
    if isinstance(step.fact, facts.TaskDue) and step.before.task(step.fact.task_id) is None:
        assert not step.effects


def at_every_instant_there_is_one_owner(walk: Walk, step: Step) -> None:
    """Between any two effects too: a handover is never in between."""
    state = step.before
    for effect in step.effects:
        before, state = state, effect.on(state)
        assert state.owner in EVERYBODY or not before.owner
        assert state.owner == before.owner or isinstance(effect, Assign | Restore)


def an_offer_stands_beside_the_owner_with_a_step_and_an_end(walk: Walk, step: Step) -> None:
    state, rules = step.after, [task.rule_id for task in step.after.planned]
    assert (rules.count(ACCEPT), rules.count(LAPSE)) == ((1, 1) if state.offer else (0, 0))
    if state.offer:
        [accept] = [task for task in state.tasks if task.rule_id == ACCEPT]
        assert (accept.assignee, accept.due_at) == (state.offer.taker, state.offer.due_at)
        assert (state.status, state.offer.taker in EVERYBODY - {state.owner}) == ("open", True)


def only_whoever_it_is_offered_to_accepts(walk: Walk, step: Step) -> None:
    for effect in step.effects:
        if isinstance(effect, EndHandover) and effect.how == "accepted":
            assert step.before.offer
            assert effect.by == step.before.offer.taker == step.after.owner


LAWS = (
    at_every_instant_there_is_one_owner,
    an_offer_stands_beside_the_owner_with_a_step_and_an_end,
    only_whoever_it_is_offered_to_accepts,
    open_has_an_owner_and_a_task_parked_a_wake_up_and_closed_nothing,
    steps_of_people_are_the_owners_and_those_of_the_machine_nobodys,
    no_two_clocks_of_a_kind_run_at_once,
    an_open_journey_is_timed_by_the_limit_of_its_stage,
    nothing_that_a_stage_planned_outlives_it,
    nothing_is_planned_or_sent_after_the_end,
    only_evidence_stops_a_response_clock,
    what_is_set_is_still_to_come,
    the_machine_never_writes_by_itself_in_their_quiet_hours,
    a_task_that_is_closed_does_nothing_when_its_time_comes,
)


@effort(quick=300, long=8_000)
@given(ANYTHING)
def test_the_laws_hold_on_any_playbook(walk: Walk) -> None:
    for step in walk.steps:
        for law in LAWS:
            law(walk, step)


@effort(quick=300, long=8_000)
@given(SHIPPED)
def test_the_laws_hold_on_the_playbook_we_ship(walk: Walk) -> None:
    for step in walk.steps:
        for law in (*LAWS, whoever_reached_out_is_owed_a_reply_and_somebody_has_a_step):
            law(walk, step)


def whoever_reached_out_is_owed_a_reply_and_somebody_has_a_step(walk: Walk, step: Step) -> None:
    if step.fact.from_customer and step.fact.trigger != "call":
        assert {clock.kind for clock in step.after.clocks} & RESPONSE_CLOCKS
        assert step.after.person_tasks


@effort(quick=200, long=5_000)
@given(ANYTHING)
def test_no_rule_fires_twice_in_an_episode_and_no_promise_is_timed_twice(walk: Walk) -> None:
    times: Counter[tuple[int, str, str]] = Counter()
    for step in walk.steps:
        state = step.before
        for effect in step.effects:
            state = effect.on(state)
            if isinstance(effect, Fire | Send):
                times[state.episode, type(effect).__name__, effect.rule_id] += 1
            elif isinstance(effect, StartClock):
                times[effect.episode, "StartClock", effect.kind] += 1
    assert not [key for key, count in times.items() if count > 1]


@effort(quick=200, long=5_000)
@given(ANYTHING)
def test_nobody_is_asked_twice_by_the_rule_while_it_stays_in_a_stage(walk: Walk) -> None:
    asked: list[str] = []
    for effect in (effect for step in walk.steps for effect in step.effects):
        if isinstance(effect, MoveStage):
            asked = []
        elif isinstance(effect, OfferHandover) and not effect.by_hand:
            assert effect.taker not in asked
            asked.append(effect.taker)


@effort(quick=200, long=5_000)
@given(ANYTHING)
def test_silence_ends(walk: Walk) -> None:
    """Left to the machine, every journey closes in a bounded number of turns, or waits for a person's step alone."""
    began = walk.at
    for _ in range(200):
        if task := walk.coming():
            walk.do(task)
    assert walk.coming() is None
    assert walk.state.status == "closed" or walk.state.person_tasks
    assert walk.at < began + timedelta(days=3 * 366)


@effort(quick=100, long=2_000)
@given(ANYTHING)
def test_the_same_always_follows_from_the_same(walk: Walk) -> None:
    last = walk.steps[-1]
    walk.at = last.at
    world, told = walk.world(), repr(last.before)
    first, second = (decide(walk.playbook, last.before, last.fact, world, last.at) for _ in range(2))
    assert first == second
    assert repr(last.before) == told

"""Walking the path: entering a stage, leaving it, its clocks and its quiet path. Pure."""

from datetime import datetime

from trellis.events.catalogue import AnswerGiven, CallAnswered, Fact, MessageHandedOver, SignalCaptured, TaskDone
from trellis.journeys.engine.effects import Deliver, DropClock, MoveStage, NextEpisode, StartClock
from trellis.journeys.engine.offers import end_offer
from trellis.journeys.engine.ownership import assign_by_rule
from trellis.journeys.engine.rules import run, schedule
from trellis.journeys.engine.state import RESPONSE_CLOCKS
from trellis.journeys.engine.turn import Turn
from trellis.journeys.engine.wording import clock_name
from trellis.journeys.playbook.schema import Limit, Next, Rule


def open_episode(turn: Turn) -> None:
    """Begin a new turn of the conversation, at most once for one fact."""
    if not turn.opened_episode:
        turn.opened_episode = True
        turn.do(NextEpisode(heard=turn.fact.from_customer or isinstance(turn.fact, CallAnswered)))


def enter_stage(turn: Turn, key: str, *, why: str, rule_id: str = "") -> None:
    """Leave the old stage, and set everything that the new one plans."""
    owed = owes_reply(turn)
    if turn.state.stage:
        leave_stage(turn, f"Moved on to {turn.playbook.stages[key].title}")
        end_offer(turn, "withdrawn", f"Moved on to {turn.playbook.stages[key].title}")
    open_episode(turn)
    turn.do(MoveStage(stage=key, rule_id=rule_id, why=why, used=("people",)))  # Whoever has it may keep it.
    assign_by_rule(turn, rule_id=rule_id, may_offer=True)
    start_clocks(turn)
    for rule in turn.stage.enter:
        run(turn, rule, f"Entered {turn.stage.title}")
    start_timers(turn)
    if not owed:
        start_quiet_path(turn)
    deliver(turn)


def pick_up(turn: Turn) -> None:
    """After a rest or an end: the steps and the time that the ways on wait for are set again, as on entering."""
    waited_for = {id for way in turn.stage.next for id in way.done} - turn.state.fired
    for rule in turn.stage.enter:
        if rule.id in waited_for:
            run(turn, rule, f"Picked up again in {turn.stage.title}")
    start_timers(turn)


def start_timers(turn: Turn) -> None:
    for way in turn.stage.next:
        if way.after:
            schedule(turn, way, f"{turn.stage.title} lasts {way.after}")


def leave_stage(turn: Turn, why: str) -> None:
    """Withdraw what the old stage planned. A reply that is still owed stays owed, with its late rules."""
    owed = {clock.rule_id for clock in turn.state.clocks if clock.kind in RESPONSE_CLOCKS}
    for task in turn.state.planned:
        place = turn.place(task)
        if place and place.stage and not (place.limit and place.limit.id in owed):
            turn.close_task(task, "cancelled", why)
    for clock in turn.state.clocks:
        if clock.kind == "stage":
            turn.do(DropClock(kind="stage", rule_id=clock.rule_id))


def start_clocks(turn: Turn) -> None:
    """The stage limit; and the first response when they reached out and nobody has answered yet."""
    for limit in turn.stage.limits:
        waits = limit.clock == "first_response" and turn.fact.from_customer and not turn.state.taken_over
        if limit.clock == "stage" or (waits and not owes_reply(turn)):
            start_clock(turn, limit)


def owe_reply(turn: Turn) -> None:
    """They spoke: a reply is owed from now on, unless one already is."""
    if not owes_reply(turn):
        for limit in turn.stage.limits:
            if limit.clock == "reply" or (limit.clock == "first_response" and not turn.state.taken_over):
                return start_clock(turn, limit)
    return None


def owes_reply(turn: Turn) -> bool:
    return not RESPONSE_CLOCKS.isdisjoint([clock.kind for clock in turn.state.clocks])


def start_clock(turn: Turn, limit: Limit) -> None:
    """Time the promise once in an episode, and set the task of each late rule now, where everyone can see it."""
    state = turn.state
    if turn.has_ended or limit.clock in state.timed or limit.clock in [clock.kind for clock in state.clocks]:
        return
    due = turn.world.hours.add(turn.at, limit.within)
    turn.do(StartClock(kind=limit.clock, due_at=due, episode=state.episode, rule_id=limit.id, used=("hours",)))
    for rule in limit.late:
        set_late(turn, limit, rule, due)


def set_late(turn: Turn, limit: Limit, rule: Rule, due: datetime) -> None:
    """What happens when the promise is not kept by `due`, as a task that everyone can see."""
    why = f"If the {clock_name(limit.clock)} is late"
    turn.add_task(kind="check", title=turn.title_of(rule), due_at=late_at(turn, rule, due), why=why, rule_id=rule.id)


def late_at(turn: Turn, rule: Rule, due: datetime) -> datetime:
    return turn.world.hours.add(due, rule.after) if rule.after else due


def start_quiet_path(turn: Turn) -> None:
    """Silence counts from the first moment at which somebody could have answered."""
    opening = turn.world.hours.next_open(turn.at)
    for rule in turn.stage.quiet:
        schedule(turn, rule, "If they stay quiet", anchor=opening)


def cancel_quiet_path(turn: Turn, why: str) -> None:
    """What silence would lead to. A step that it has set for a person already stays."""
    quiet = turn.playbook.quiet_rules
    for task in turn.state.planned:
        if task.rule_id in quiet and task.kind != "wake" and not task.is_for_person:
            turn.close_task(task, "cancelled", why)


def cancel_late_rules(turn: Turn, limit: str, why: str) -> None:
    late = turn.playbook.late_rules.get(limit, ())
    for task in turn.state.planned:
        if task.rule_id in late and task.kind != "wake":
            turn.close_task(task, "cancelled", why)


def cancel_wake(turn: Turn, why: str) -> None:
    for task in turn.state.planned:
        if task.kind == "wake":
            turn.close_task(task, "cancelled", why)


def deliver(turn: Turn) -> None:
    """Reaching the stage that counts as delivered sets what comes after, once for the journey."""
    if turn.state.stage == turn.playbook.delivery_stage and not (turn.state.delivered or turn.has_ended):
        turn.do(Deliver())
        for rule in turn.playbook.after_delivery:
            schedule(turn, rule, "After the delivery")


def run_when(turn: Turn) -> None:
    """The stage's own answers to this fact."""
    for rule in turn.stage.answers_to.get(turn.trigger, ()):
        run(turn, rule, f"{turn.stage.title}: {turn.trigger.replace('_', ' ')}")


def move_on(turn: Turn) -> bool:
    """Follow the first way out of the stage that this fact opens."""
    done = done_rule(turn)
    for item in turn.stage.next:
        if not opens(turn, item, done):
            continue
        if turn.allows(item.if_):
            enter_stage(turn, item.to, rule_id=item.id, why=why_moved(turn, item))
            return True
        turn.hold_back(item.id, f"“{turn.title_of(item)}” does not apply here")
    return False


def opens(turn: Turn, item: Next, done: str) -> bool:
    """Whether this fact opens the way; `done` is the rule of the task that was done."""
    if done:
        return done in item.done
    if "answers_complete" in item.on and may_complete(turn.fact):
        return all(turn.state.answers.get(question.key) for question in turn.playbook.questions)
    return turn.trigger in item.on


def may_complete(fact: Fact) -> bool:
    """What somebody said or did; a message of our own must not lead to the stage that sends it."""
    told = isinstance(fact, AnswerGiven | CallAnswered | SignalCaptured)
    return told or (isinstance(fact, MessageHandedOver) and bool(fact.by))


def done_rule(turn: Turn) -> str:
    """The rule of the task that the fact says was done; it is closed by now, so read it off the effects."""
    if not isinstance(turn.fact, TaskDone):
        return ""
    task = turn.fact.task_id
    return next((effect.rule_id for effect in turn.effects if getattr(effect, "task", "") == task), "")


def why_moved(turn: Turn, item: Next) -> str:
    if isinstance(turn.fact, TaskDone):
        return f"“{turn.fact.title}” is done"
    return f"by rule “{(turn.trigger or 'answers complete').replace('_', ' ')}”"

"""The engine: what follows from one fact. A pure function of its arguments: no database, clock or chance."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from trellis.core.durations import Duration
from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.changing import HELD, change
from trellis.journeys.engine.effects import (
    Assign,
    BreakClock,
    Effect,
    MoveStage,
    RecordAnswers,
    Reopen,
    StopClock,
    TakeOver,
    Withdraw,
)
from trellis.journeys.engine.endings import close, park
from trellis.journeys.engine.handover import accepted, declined, lapsed, owner_chosen, taker_gone
from trellis.journeys.engine.offers import ACCEPT, LAPSE
from trellis.journeys.engine.ownership import assign_by_rule
from trellis.journeys.engine.path import (
    cancel_late_rules,
    cancel_quiet_path,
    cancel_wake,
    enter_stage,
    move_on,
    open_episode,
    owe_reply,
    owes_reply,
    pick_up,
    run_when,
    start_clocks,
    start_quiet_path,
)
from trellis.journeys.engine.rules import SOON, perform, run
from trellis.journeys.engine.state import RESPONSE_CLOCKS, State, World
from trellis.journeys.engine.turn import Turn
from trellis.journeys.engine.undoing import undo
from trellis.journeys.engine.wording import clock_name
from trellis.journeys.playbook.schema import Next, Playbook, Rule

# Steps that the engine sets by itself; a playbook's ids cannot contain a slash.
DECIDE, ANSWER, NOT_SENT, IN_DOUBT = "trellis/decide", "trellis/answer", "trellis/not-sent", "trellis/in-doubt"
TOMORROW = Duration(1, "d")


def decide(playbook: Playbook, state: State, fact: Fact, world: World, at: datetime) -> list[Effect]:
    """What follows from `fact`, in order. A state without a stage starts the journey.

    Afterwards an open journey has an owner and at least one open task, whatever came before.
    Raises NobodyCanOwn when the business has no active person.
    """
    return play(playbook, state, fact, world, at).effects


def play(playbook: Playbook, state: State, fact: Fact, world: World, at: datetime, *, mark: str = "") -> Turn:
    """The same decision with the state that it leads to: new tasks go by their refs until they have ids.

    Where nothing is stored, a `mark` that no other decision on the journey has makes the refs such ids at once.
    """
    turn = Turn(playbook, state, fact, world, at, mark=mark)
    if not turn.state.stage:
        start(turn)
    elif isinstance(fact, facts.ActUndone):
        undo(turn, fact)
    elif isinstance(fact, facts.PlaybookChanged):
        if turn.state.status != "closed":
            change(turn, fact)
    elif opens_again(turn.state, fact):
        reopen(turn, "They reached out again" if fact.from_customer else "Opened again")
        follow(turn)
        start_clocks(turn)
        pick_up(turn)
    elif turn.state.status != "closed":
        follow(turn)
    settle(turn)
    turn.state = turn.state.done()
    return turn


def opens_again(state: State, fact: Fact) -> bool:
    """Their word, a call with them or our wish opens it again; planning opens what rests, not what is closed."""
    if state.status == "open":
        return False
    if isinstance(fact, facts.StageChosen | facts.StepPlanned):
        return state.status == "parked"
    return fact.from_customer or isinstance(fact, facts.CallAnswered | facts.ReopenChosen)


def start(turn: Turn) -> None:
    """A first signal: into the first stage, with all that it plans, and an answer. A call was answered already."""
    record_answers(turn)
    enter_stage(turn, getattr(turn.fact, "stage", "") or turn.playbook.first_stage, why=why_started(turn.fact))
    if turn.trigger == "call":
        speak(turn, by="")
    run_when(turn)
    start_quiet_path_unless_owed(turn)


def why_started(fact: Fact) -> str:
    match fact:
        case facts.JourneyFollowed():
            return f"Follows {fact.title}"
        case facts.JourneyImported():
            return f"Brought in from {fact.source}"
    return "They reached out"


def reopen(turn: Turn, why: str) -> None:
    """Open it again where it stood, with its owner if they are there. Clocks start once it is clear where it goes."""
    turn.do(Reopen(why=why, used=("people",)))
    cancel_wake(turn, why)
    open_episode(turn)
    assign_by_rule(turn, keep=True)


def follow(turn: Turn) -> None:
    """The general course: hear them, or note that we spoke; then its own part, the stage's answers, the way on."""
    fact, was_open = turn.fact, bool(turn.state.stage)
    if fact.from_customer:
        hear(turn)
    if turn.trigger in ("call_answered", "person_replied"):
        speak(turn, by=getattr(fact, "by", ""))
    if handler := HANDLERS.get(type(fact)):
        handler(turn, fact)
    if was_open and not turn.has_ended:
        move_on(turn)
        if fact.from_customer:
            owe_reply(turn)
        run_when(turn)
        if (
            fact.from_customer
            or turn.trigger in ("call_answered", "person_replied", "no_show")
            or isinstance(fact, facts.ReopenChosen)
        ):
            start_quiet_path_unless_owed(turn)


def hear(turn: Turn) -> None:
    """They spoke: silence is over, and a reply is owed."""
    cancel_quiet_path(turn, "They answered")
    if not owes_reply(turn):
        open_episode(turn)
    record_answers(turn)
    owe_reply(turn)


def speak(turn: Turn, *, by: str) -> None:
    """We spoke, with evidence: the promises are kept, the machine steps back, and their silence is timed from now."""
    person = turn.world.person(by)
    name = person.first_name if person else "We"
    for clock in turn.state.clocks:
        if clock.kind in RESPONSE_CLOCKS:
            cancel_late_rules(turn, clock.rule_id, f"{name} answered")
            turn.do(
                StopClock(
                    kind=clock.kind, by=by, rule_id=clock.rule_id, why=f"{name} answered in time or late, by evidence"
                )
            )
    turn.do(TakeOver(by=by))
    turn.do(Withdraw(why=f"{name} took over"))
    cancel_quiet_path(turn, f"{name} took over")
    kinds = KINDS_DONE.get(turn.trigger, ())
    for task in turn.state.person_tasks:
        was_meant = task.rule_id or task.due_at <= turn.at  # A call planned by hand for Friday is still to be made.
        if was_meant and task.kind in kinds:
            turn.close_task(task, "done", f"{name} answered", by=by)


# What is done with that: a call answers what they wrote as well.
KINDS_DONE: Mapping[str, tuple[str, ...]] = {"call_answered": ("call", "reply"), "person_replied": ("reply",)}


def start_quiet_path_unless_owed(turn: Turn) -> None:
    """Their silence counts only while we owe them nothing."""
    if not owes_reply(turn):
        start_quiet_path(turn)


def record_answers(turn: Turn) -> None:
    if answers := getattr(turn.fact, "answers", None):
        known = {question.key for question in turn.playbook.questions}
        turn.do(RecordAnswers(answers={key: value for key, value in answers.items() if key in known and value}))


def task_due(turn: Turn, fact: facts.TaskDue) -> None:
    """A task of the machine's time has come: carry out its rule."""
    task = turn.state.task(fact.task_id)
    if task is None:
        return
    turn.close_task(task, "done", "Its time came")
    place = turn.place(task)
    if task.kind == "wake":
        wake(turn)
    elif task.rule_id == LAPSE:
        lapsed(turn)
    elif place and isinstance(place.rule, Next):
        if turn.allows(place.rule.if_) and place.stage == turn.state.stage:
            enter_stage(turn, place.rule.to, rule_id=place.rule.id, why=f"after {place.rule.after}")
        else:
            turn.hold_back(place.rule.id, f"“{turn.title_of(place.rule)}” does not apply here")
    elif place and isinstance(place.rule, Rule) and place.limit:
        late(turn, place.rule, place.limit.id)
    elif place and isinstance(place.rule, Rule):
        perform(turn, place.rule, PART_SENTENCES.get(place.part, "Its time came"))


PART_SENTENCES = {"quiet": "They stayed quiet", "after_delivery": "After the delivery"}


def late(turn: Turn, rule: Rule, limit_id: str) -> None:
    """A promise was not kept in time."""
    clock = next((clock for clock in turn.state.clocks if clock.rule_id == limit_id), None)
    if clock is None:
        return turn.hold_back(rule.id, f"“{turn.title_of(rule)}” was not needed: the promise was kept")
    limit = turn.playbook.places[rule.id].limit
    name = clock_name(clock.kind)
    if limit and rule.id == limit.late[0].id:
        turn.do(BreakClock(kind=clock.kind, title=name, rule_id=rule.id, why=f"The {name} is late"))
    return perform(turn, rule, f"The {name} was late")


def wake(turn: Turn) -> None:
    """The rest is over: open again, and try once more."""
    turn.do(Reopen(why="The rest is over", used=("people",)))
    open_episode(turn)
    assign_by_rule(turn, keep=True)
    start_clocks(turn)
    for rule in turn.playbook.parking.wake:
        run(turn, rule, "The rest is over")
    pick_up(turn)
    start_quiet_path(turn)


def task_done(turn: Turn, fact: facts.TaskDone) -> None:
    task = turn.state.task(fact.task_id)
    if task and task.rule_id == ACCEPT:
        return accepted(turn, facts.HandoverAccepted(by=fact.by))
    if task:
        turn.close_task(task, "done", fact.note or "Done", by=fact.by)
    if fact.then and not turn.has_ended:
        due = fact.then_due_at or turn.world.hours.add(turn.at, TOMORROW)
        turn.add_task(kind="do", title=fact.then, due_at=due, why="Planned by hand", assignee=turn.state.owner)
    return None


def meeting_missed(turn: Turn, fact: facts.MeetingMissed) -> None:
    """They did not come: what was agreed is off, and the stage says what follows."""
    if task := turn.state.task(fact.task_id):
        turn.close_task(task, "cancelled", fact.note or "They did not come", by=fact.by)


def task_snoozed(turn: Turn, fact: facts.TaskSnoozed) -> None:
    task = turn.state.task(fact.task_id)
    if task and task.rule_id != ACCEPT:  # An offer is accepted or declined, never put off.
        turn.replace_task(task, "Snoozed", due_at=fact.until)


def step_planned(turn: Turn, fact: facts.StepPlanned) -> None:
    turn.add_task(
        kind=fact.kind,
        title=fact.title,
        due_at=fact.due_at,
        why=fact.why or "Planned by hand",
        assignee=turn.state.owner,
    )


def call_tried(turn: Turn, fact: facts.CallTried) -> None:
    """An attempt is no answer: the step is done, the clock runs on."""
    for task in turn.state.person_tasks:
        if task.kind == "call":
            return turn.close_task(task, "done", "Tried, nobody picked up", by=fact.by)
    return None


def stage_chosen(turn: Turn, fact: facts.StageChosen) -> None:
    person = turn.world.person(fact.by)
    enter_stage(turn, fact.stage, why=f"by {person.first_name}" if person else "by hand")


def owner_gone(turn: Turn, fact: facts.OwnerGone) -> None:
    if fact.owner == turn.state.owner:
        assign_by_rule(turn, without="" if fact.until else fact.owner, keep=bool(fact.until))


def not_sent(turn: Turn, fact: facts.MessageFailed) -> None:
    title = "Reach {{ contact.first_name }} another way"
    own_step(turn, NOT_SENT, "call", title, f"Our {channel_word(fact.channel)} did not go out: {fact.reason}")


def in_doubt(turn: Turn, fact: facts.MessageInDoubt) -> None:
    title = "Ask {{ contact.first_name }} if our message arrived"
    own_step(turn, IN_DOUBT, "call", title, f"Our {channel_word(fact.channel)} may have been sent: {fact.reason}")


def channel_word(channel: str) -> str:
    return "text" if channel == "sms" else "email"


def own_step(turn: Turn, rule_id: str, kind: str, title: str, why: str, due_at: datetime | None = None) -> None:
    """A step that needs no playbook, unless it is already on the list."""
    if not turn.has_ended and not any(task.rule_id == rule_id for task in turn.state.tasks):
        turn.add_task(
            kind=kind,
            title=turn.worded(title),
            due_at=due_at or turn.world.hours.add(turn.at, SOON),
            why=why,
            rule_id=rule_id,
            assignee=turn.state.owner,
        )


def settle(turn: Turn) -> None:
    """The guarantee: an open journey never ends a decision without a task, and a waiting customer has somebody's."""
    owed = [clock.due_at for clock in turn.state.clocks if clock.kind in RESPONSE_CLOCKS]
    if owed and is_theirs_anew(turn) and not any(task.rule_id != ACCEPT for task in turn.state.person_tasks):
        due = next((due for due in owed if due > turn.at), None)
        own_step(turn, ANSWER, "reply", "Answer {{ contact.first_name }}", "They wait for a reply", due)
    if turn.state.held:
        title = f"Decide whether {{{{ contact.first_name }}}} goes over to version {turn.state.held.version}"
        tomorrow = turn.world.hours.add(turn.at, TOMORROW)
        own_step(turn, HELD, "do", title, "It stands still until somebody decides", tomorrow)
    if not turn.state.tasks:
        title = "Decide the next step for {{ contact.first_name }}"
        tomorrow = turn.world.hours.add(turn.at, TOMORROW)
        own_step(turn, DECIDE, "do", title, "Nothing else was planned", tomorrow)


def is_theirs_anew(turn: Turn) -> bool:
    """They spoke, or it came to another stage or owner: what was ticked off before does not count."""
    asked_anew = turn.fact.from_customer or isinstance(turn.fact, facts.PlaybookChanged)
    return asked_anew or any(isinstance(effect, MoveStage | Assign) for effect in turn.effects)


def park_chosen(turn: Turn, fact: facts.ParkChosen) -> None:
    park(turn, fact.until, fact.reason, by_hand=True)


def close_chosen(turn: Turn, fact: facts.CloseChosen) -> None:
    close(turn, fact.outcome, fact.reason)


def answer_given(turn: Turn, fact: facts.AnswerGiven) -> None:
    turn.do(RecordAnswers(answers={fact.question: fact.answer}))


def consent_withdrawn(turn: Turn, fact: facts.ConsentWithdrawn) -> None:
    if fact.is_about_their_request:
        turn.do(Withdraw(why="They asked us to stop"))


HANDLERS: Mapping[type[Fact], Callable[[Turn, Any], None]] = {
    facts.TaskDue: task_due,
    facts.TaskDone: task_done,
    facts.MeetingMissed: meeting_missed,
    facts.TaskSnoozed: task_snoozed,
    facts.StepPlanned: step_planned,
    facts.CallTried: call_tried,
    facts.StageChosen: stage_chosen,
    facts.OwnerChosen: owner_chosen,
    facts.OwnerGone: owner_gone,
    facts.HandoverAccepted: accepted,
    facts.HandoverDeclined: declined,
    facts.TakerGone: taker_gone,
    facts.MessageFailed: not_sent,
    facts.MessageInDoubt: in_doubt,
    facts.ParkChosen: park_chosen,
    facts.CloseChosen: close_chosen,
    facts.AnswerGiven: answer_given,
    facts.ConsentWithdrawn: consent_withdrawn,
}

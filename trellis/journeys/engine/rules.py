"""Carrying out one rule, now or at its time. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from trellis.core.durations import Duration
from trellis.events.catalogue import JourneyImported, TaskDue
from trellis.journeys.engine.effects import AddTag, Fire, Send, SetPriority, StartJourney, Tell
from trellis.journeys.engine.endings import close, park
from trellis.journeys.engine.owners import leaders, next_free, wanted_by
from trellis.journeys.engine.ownership import give_to
from trellis.journeys.engine.state import TaskState
from trellis.journeys.engine.timing import out_of_quiet, wait
from trellis.journeys.engine.turn import Turn
from trellis.journeys.engine.wording import kind_of
from trellis.journeys.playbook.schema import Message, Next, Rule

SOON = Duration(30, "m")
# What the machine does not do to a journey that stands still; promises are timed and people told all the same.
STANDS_STILL = frozenset({"send", "park", "close"})


def run(turn: Turn, rule: Rule, why: str) -> None:
    """Do it now, or set the task that will when the rule says to wait."""
    if turn.has_ended:
        return
    if rule.after:
        schedule(turn, rule, why)
    else:
        perform(turn, rule, why)


def schedule(turn: Turn, rule: Rule | Next, why: str, *, anchor: datetime | None = None) -> None:
    """Set the machine's task for a rule that waits (from `anchor`, else from now), when it can be carried out."""
    state = turn.state
    if turn.has_ended or rule.id in state.fired or rule.id in [task.rule_id for task in state.planned]:
        return
    due = due_of(turn, rule, anchor or turn.at)
    turn.add_task(kind=kind_of(rule), title=turn.title_of(rule), due_at=due, why=why, rule_id=rule.id)


def due_of(turn: Turn, rule: Rule | Next, anchor: datetime) -> datetime:
    """When a rule that waits is carried out, counted from the anchor."""
    return in_its_hours(turn, rule, wait(anchor, rule.after, turn.world.customer.time_zone))


def in_its_hours(turn: Turn, rule: Rule | Next, due: datetime) -> datetime:
    """Our messages keep out of their night, and our steps begin when we are there."""
    if isinstance(rule, Next):
        return due
    if rule.send:
        return out_of_quiet(due, turn.playbook.quiet_hours, turn.world.customer.time_zone)
    return turn.world.hours.next_open(due) if rule.task else due


def perform(turn: Turn, rule: Rule, why: str) -> None:
    """Carry out the rule once in an episode, if its condition holds."""
    if rule.id in turn.state.fired:
        return turn.hold_back(rule.id, f"“{turn.title_of(rule)}” already happened since they last spoke")
    if turn.state.held and rule.action in STANDS_STILL:
        return turn.hold_back(rule.id, f"“{turn.title_of(rule)}” waits: this stands still until somebody decides")
    if not turn.allows(rule.if_):
        return turn.hold_back(rule.id, f"“{turn.title_of(rule)}” does not apply here")
    turn.do(Fire(rule_id=rule.id))
    return PERFORM[rule.action](turn, rule, why)


def send(turn: Turn, rule: Rule, why: str) -> None:
    """Queue a message. Answers to what they just did go at once; our own touches keep the quiet hours and the cap."""
    message = turn.playbook.messages[rule.send or ""]
    channel = channel_for(turn, message)
    customer = turn.world.customer
    suppressed = "" if channel else no_channel(turn, message)
    if channel and isinstance(turn.fact, TaskDue | JourneyImported):
        morning = out_of_quiet(turn.at, turn.playbook.quiet_hours, customer.time_zone)
        if morning > turn.at:
            return postpone(turn, rule, morning)
        if customer.touches >= turn.playbook.cap.messages:
            suppressed = f"they already had {customer.touches} automatic messages in 24 hours"
    turn.do(
        Send(
            message=rule.send or "",
            channel=channel or "email",
            episode=turn.state.episode,
            suppressed=suppressed,
            rule_id=rule.id,
            why=f"“{message.title}” not sent: {suppressed}" if suppressed else why,
            used=("customer",),
        )
    )
    return None


def postpone(turn: Turn, rule: Rule, until: datetime) -> None:
    """Not in their night: the rule has not run yet, and waits for the morning as a task of its own."""
    turn.take_back_last()
    end, source = turn.playbook.quiet_hours.end, turn.world.customer.zone_source
    why = f"Quiet hours for them until {end}, by the {source}'s time zone"
    turn.hold_back(rule.id, why, "customer")
    turn.add_task(kind="send", title=turn.title_of(rule), due_at=until, why=why, rule_id=rule.id)


def channel_for(turn: Turn, message: Message) -> str:
    """The channel they used, else another that reaches them; empty when none does."""
    open_to_us = turn.world.customer.reachable - turn.world.customer.opted_out
    if message.channel != "same":
        return message.channel if message.channel in open_to_us else ""
    used = getattr(turn.fact, "channel", "") or turn.world.customer.last_channel
    order = ["email", "sms"] if used in ("email", "web") else ["sms", "email"]
    return next((channel for channel in order if channel in open_to_us), "")


WANTED = {"email": "email address", "sms": "mobile number", "same": "address"}


def no_channel(turn: Turn, message: Message) -> str:
    wanted = {"email", "sms"} if message.channel == "same" else {message.channel}
    if wanted & turn.world.customer.reachable:
        return "they asked us not to write"
    return f"we have no {WANTED[message.channel]} of theirs"


def set_task(turn: Turn, rule: Rule, why: str) -> None:
    spec = rule.task
    if spec is None:
        return None
    due = turn.world.hours.add(turn.at, spec.due)
    same = min(
        (task for task in turn.state.person_tasks if is_same_act(task, rule, due)),
        key=lambda task: task.due_at,
        default=None,
    )
    if same and turn.at <= same.due_at <= due:
        return turn.hold_back(rule.id, f"“{same.title}” is still on the list")
    if same:
        return turn.replace_task(same, why, due_at=due)
    return turn.add_task(
        kind=spec.kind, title=turn.title_of(rule), due_at=due, why=why, rule_id=rule.id, assignee=turn.state.owner
    )


def is_same_act(task: TaskState, rule: Rule, due: datetime) -> bool:
    """Calling or answering them by then is one act, whichever rule asked for it."""
    kind = rule.task.kind if rule.task else ""
    return task.rule_id == rule.id or (task.kind == kind and kind in ("call", "reply") and task.due_at <= due)


def pass_on(turn: Turn, rule: Rule, why: str) -> None:
    """Late: to the next free person, and both are told; when nobody is free it stays and the leaders are told."""
    place = turn.playbook.places[rule.id]
    stage = turn.playbook.stages.get(place.stage, turn.stage)
    left = turn.world.person(turn.state.owner)
    taker = next_free(stage.owner, turn.world, current=turn.state.owner, wanted=wanted_by(stage.owner, turn.state))
    name, before = turn.world.customer.name, left.first_name if left else "the owner"
    if taker is None:
        turn.hold_back(rule.id, f"Nobody else is free, so {before} keeps it", "people")
        return tell_leaders(turn, rule, f"{name} is waiting past the limit and nobody else is free")
    due = turn.world.hours.add(turn.at, place.limit.within if place.limit else SOON)
    sentence = f"{why}: moved from {before} to {taker.first_name}"
    told = (turn.state.owner, taker.id)
    give_to(turn, taker, sentence, rule_id=rule.id, overdue_until=due)
    turn.do(Tell(users=told, text=f"{name}: {sentence}", rule_id=rule.id))
    return None


def escalate(turn: Turn, rule: Rule, why: str) -> None:
    if not turn.state.priority:
        turn.do(SetPriority(rule_id=rule.id, why=why))
    tell_leaders(turn, rule, f"{turn.world.customer.name}: {why}")


def tell_leaders(turn: Turn, rule: Rule, text: str) -> None:
    users = dict.fromkeys([turn.state.owner, *(boss.id for boss in leaders(turn.world))])
    turn.do(Tell(users=tuple(users), text=text, rule_id=rule.id, why=f"Told the owner and the managers: {text}"))


def rest(turn: Turn, rule: Rule, why: str) -> None:
    until = wait(turn.at, rule.park, turn.world.customer.time_zone) if rule.park else turn.at + timedelta(days=30)
    park(turn, turn.world.hours.next_open(until), rule.reason or why, rule_id=rule.id)


def finish(turn: Turn, rule: Rule, why: str) -> None:
    close(turn, rule.close or "done", rule.reason or why, rule_id=rule.id)


def add_tag(turn: Turn, rule: Rule, why: str) -> None:
    """Tag them; the rules that follow in this very decision know it already."""
    turn.do(AddTag(tag=rule.tag or "", rule_id=rule.id, why=why))
    turn.world = replace(turn.world, customer=turn.world.customer.tagged(rule.tag or ""))


PERFORM: dict[str, Callable[[Turn, Rule, str], None]] = {
    "send": send,
    "task": set_task,
    "tag": add_tag,
    "priority": lambda turn, rule, why: turn.do(SetPriority(rule_id=rule.id, why=rule.priority or why)),
    "park": rest,
    "close": finish,
    "reassign": pass_on,
    "escalate": escalate,
    "start": lambda turn, rule, why: turn.do(StartJourney(playbook=rule.start or "", rule_id=rule.id, why=why)),
}

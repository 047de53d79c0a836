"""Another version of the playbook under a journey that is on its way: what it keeps, and what is planned anew. Pure.

The change itself says nothing to the customer and moves nobody but out of a stage that is gone. It opens no new
episode: what ran in this one does not run again, since the ids of rules survive versions.
"""

from datetime import datetime

from trellis.core.durations import Duration
from trellis.events.catalogue import PlaybookChanged
from trellis.journeys.engine.conditions import holds
from trellis.journeys.engine.effects import DropClock, Fire, MoveStage, Repromise
from trellis.journeys.engine.holding import hold, release
from trellis.journeys.engine.ownership import assign_by_rule
from trellis.journeys.engine.path import deliver, late_at, owes_reply, set_late, start_clock
from trellis.journeys.engine.rules import due_of, in_its_hours, perform, schedule
from trellis.journeys.engine.state import ClockState, TaskState
from trellis.journeys.engine.timing import wait
from trellis.journeys.engine.turn import Turn
from trellis.journeys.engine.wording import clock_name, kind_of
from trellis.journeys.playbook.schema import Limit, Next, Rule

HELD = "trellis/held"
# Marks a stay in a stage that began because the one before was gone.
MOVED = "trellis/version"


def change(turn: Turn, fact: PlaybookChanged) -> None:
    """`turn.playbook` is the version that it walks from now on; for a journey that holds or finishes, the old one."""
    if fact.how == "hold":
        return hold(turn, fact)
    why = f"Version {fact.version}" if fact.how == "map" else "Decided: it finishes on the version it has"
    moved = bool(fact.stage) and fact.stage != turn.state.stage
    if moved:
        move(turn, fact)
    release(turn, why)
    decided(turn, why)
    return go_over(turn, fact, moved=moved) if fact.how == "map" else None


def decided(turn: Turn, why: str) -> None:
    """Nobody needs to decide any more."""
    for task in turn.state.tasks:
        if task.rule_id == HELD:
            turn.close_task(task, "done", why)


def move(turn: Turn, fact: PlaybookChanged) -> None:
    """Its stage is gone, or is there again. Whoever the stage that it goes to belongs to gets it."""
    turn.do(MoveStage(stage=fact.stage, rule_id=MOVED, why=f"Version {fact.version} has no other place for it"))
    assign_by_rule(turn)


def go_over(turn: Turn, fact: PlaybookChanged, *, moved: bool) -> None:
    if turn.has_ended:
        return
    anew = repromise(turn, fact, moved=moved)
    withdraw(turn, fact)
    retime(turn, fact)
    late_rules(turn, fact, anew)
    plan_fresh(turn, fact, moved=moved)
    deliver(turn)


def repromise(turn: Turn, fact: PlaybookChanged, *, moved: bool) -> set[str]:
    """Promises stay owed under the limit that times them now. Returns the limits that did not time them before."""
    before = {clock.kind: clock.rule_id for clock in turn.state.clocks}
    for clock in turn.state.clocks:
        limit = limit_for(turn, clock, moved=moved)
        if limit:
            follow_limit(turn, fact, clock, limit, moved=moved)
        elif clock.kind == "stage":
            turn.do(DropClock(kind="stage", rule_id=clock.rule_id, why="The stage has no limit any more"))
    begin_stage_limit(turn)
    return {clock.rule_id for clock in turn.state.clocks if before.get(clock.kind) != clock.rule_id}


def limit_for(turn: Turn, clock: ClockState, *, moved: bool) -> Limit | None:
    """The one of the same id; else the stage's own of that kind. A reply that no limit times any more stays owed."""
    here = [limit for limit in turn.stage.limits if limit.clock == clock.kind]
    if clock.kind == "stage":
        return next((limit for limit in here if limit.id == clock.rule_id and not moved), next(iter(here), None))
    everywhere = [limit for stage in turn.playbook.stages.values() for limit in stage.limits]
    return next(
        (limit for limit in everywhere if limit.id == clock.rule_id and limit.clock == clock.kind),
        next(iter(here), None),
    )


def follow_limit(turn: Turn, fact: PlaybookChanged, clock: ClockState, limit: Limit, *, moved: bool) -> None:
    """A promise that is broken stays so; one that would be broken by the change alone counts from now."""
    same = limit.id == clock.rule_id and limit.id not in (fact.changed or {})
    if same and not (moved and clock.kind == "stage"):
        return
    anew = moved and clock.kind == "stage"
    started = turn.at if anew else began(fact, clock, turn.at)
    due = turn.world.hours.add(started, limit.within)
    if clock.due_at <= turn.at and not anew:
        due = clock.due_at
    elif due <= turn.at:
        due = turn.world.hours.add(turn.at, limit.within)
    turn.do(
        Repromise(
            kind=clock.kind,
            due_at=due,
            episode=clock.episode,
            started_at=turn.at if anew else None,
            rule_id=limit.id,
            why=f"The {clock_name(clock.kind)} is timed by version {fact.version}: {limit.within.in_words}",
            used=("hours",),
        )
    )


def began(fact: PlaybookChanged, clock: ClockState, at: datetime) -> datetime:
    told = (fact.clocks or {}).get(clock.kind)
    return datetime.fromisoformat(told) if told else at


def begin_stage_limit(turn: Turn) -> None:
    """A limit that the stage did not have; one that was given up in this very episode runs again."""
    limit = next((limit for limit in turn.stage.limits if limit.clock == "stage"), None)
    if limit is None or any(clock.kind == "stage" for clock in turn.state.clocks):
        return None
    if "stage" not in turn.state.timed:
        return start_clock(turn, limit)
    due = turn.world.hours.add(turn.at, limit.within)
    again = Repromise(
        kind="stage",
        due_at=due,
        episode=turn.state.episode,
        started_at=turn.at,
        rule_id=limit.id,
        why="The stage has a limit again",
    )
    return turn.do(again)


def withdraw(turn: Turn, fact: PlaybookChanged) -> None:
    """Steps whose rule is gone from here. One that a new rule asks for in its place keeps its time under that rule."""
    for task in turn.state.tasks:
        if stays(turn, task):
            continue
        heir = heir_of(turn, fact, task)
        if heir:
            turn.add_task(
                kind=task.kind,
                title=turn.title_of(heir),
                due_at=task.due_at,
                why=f"Asked for by version {fact.version} instead of “{task.title}”",
                rule_id=heir.id,
                assignee=task.assignee,
                replaces=task.id,
            )
            turn.do(Fire(rule_id=heir.id))
        turn.close_task(task, "replaced" if heir else "cancelled", f"Version {fact.version} does not ask for it here")


def stays(turn: Turn, task: TaskState) -> bool:
    """Steps by hand, our own and rests; and those of rules that still stand here and do the same sort of thing."""
    if not task.rule_id or task.rule_id.startswith("trellis/") or task.kind == "wake":
        return True
    place = turn.place(task)
    if place is None:
        return False
    if place.limit:
        # An unmet limit's late rules; and the step that such a rule has set, as long as we are where it was set.
        is_timed = any(clock.rule_id == place.limit.id for clock in turn.state.clocks)
        return (is_timed or here(turn, place.stage)) and asks_for_step(place.rule) if task.is_for_person else is_timed
    if not here(turn, place.stage):
        return False
    if task.is_for_person:
        return asks_for_step(place.rule)
    return not isinstance(place.rule, Next) or bool(place.rule.after)


def here(turn: Turn, stage: str) -> bool:
    return stage in ("", turn.state.stage)


def asks_for_step(rule: Rule | Next) -> bool:
    return isinstance(rule, Rule) and rule.action == "task"


def heir_of(turn: Turn, fact: PlaybookChanged, task: TaskState) -> Rule | None:
    """A new rule of this stage that asks a person for the same kind of act at once."""
    if not task.is_for_person:
        return None
    known = turn.state.fired | {other.rule_id for other in turn.state.tasks}
    for place in turn.playbook.places.values():
        rule = place.rule
        fresh = rule.id in (fact.fresh or []) and rule.id not in known and place.stage == turn.state.stage
        if fresh and place.part in ("enter", "when") and isinstance(rule, Rule) and asks_at_once(turn, rule, task.kind):
            return rule
    return None


def asks_at_once(turn: Turn, rule: Rule, kind: str) -> bool:
    return bool(rule.task and rule.task.kind == kind and not rule.after and holds(rule.if_, turn.state))


def retime(turn: Turn, fact: PlaybookChanged) -> None:
    """What the machine will do reads as its rule reads now, and comes when the rule says now."""
    changed = fact.changed or {}
    ends = {clock.rule_id: clock.due_at for clock in turn.state.clocks}
    moved_limits = {effect.rule_id for effect in turn.effects if isinstance(effect, Repromise)}
    for task in turn.state.tasks:
        place = turn.place(task)
        if place is None or task.is_for_person:
            continue
        due = task.due_at
        if place.limit and isinstance(place.rule, Rule):
            if place.limit.id in moved_limits or place.rule.id in changed:
                due = max(late_at(turn, place.rule, ends[place.limit.id]), turn.at)
        elif place.rule.id in changed:
            due = later_or_sooner(turn, place.rule, task, changed[place.rule.id])
        replan(turn, fact, task, place.rule, due, reads_anew=place.rule.id in changed)


def later_or_sooner(turn: Turn, rule: Rule | Next, task: TaskState, waits: list[str]) -> datetime:
    """The same start with another wait. What should have happened before the change happens now."""
    before, now = (Duration.parse(text) if text else None for text in waits)
    if before == now:
        return task.due_at
    zone = turn.world.customer.time_zone
    start = task.due_at - (before.span if before else task.due_at - task.due_at)
    return in_its_hours(turn, rule, max(wait(start, now, zone), turn.at))


def replan(
    turn: Turn, fact: PlaybookChanged, task: TaskState, rule: Rule | Next, due: datetime, *, reads_anew: bool
) -> None:
    place = turn.playbook.places[rule.id]
    kind = "check" if place.limit else kind_of(rule)
    title = turn.title_of(rule) if reads_anew else task.title
    if (kind, title, due) != (task.kind, task.title, task.due_at):
        why = f"Version {fact.version} has it so"
        turn.add_task(kind=kind, title=title, due_at=due, why=why, rule_id=rule.id, replaces=task.id)
        turn.close_task(task, "replaced", why)


def late_rules(turn: Turn, fact: PlaybookChanged, anew: set[str]) -> None:
    """Those that the limit has since now, if their time is still to come."""
    for clock in turn.state.clocks:
        for place in [place for place in turn.playbook.places.values() if place.limit and isinstance(place.rule, Rule)]:
            assert place.limit
            assert isinstance(place.rule, Rule)
            is_new = place.rule.id in (fact.fresh or []) or clock.rule_id in anew
            if place.limit.id == clock.rule_id and is_new and not is_known(turn, place.rule.id):
                if late_at(turn, place.rule, clock.due_at) > turn.at:
                    set_late(turn, place.limit, place.rule, clock.due_at)
                else:
                    passed(turn, place.rule)


def is_known(turn: Turn, rule_id: str) -> bool:
    return rule_id in turn.state.fired or any(task.rule_id == rule_id for task in turn.state.planned)


def passed(turn: Turn, rule: Rule | Next) -> None:
    turn.hold_back(rule.id, f"“{turn.title_of(rule)}” is for those to whom its time is still to come")


def plan_fresh(turn: Turn, fact: PlaybookChanged, *, moved: bool) -> None:
    """What this version has and the one before had not, for the stage as it stands; all of a stage it was moved to."""
    fresh = set(fact.fresh or [])
    entered = turn.at if moved else fact.entered_at or turn.at
    for rule in turn.stage.enter:
        if moved or rule.id in fresh:
            enter_late(turn, rule, entered)
    for way in turn.stage.next:
        if way.after and (moved or way.id in fresh):
            plan(turn, way, entered, f"{turn.stage.title} lasts {way.after}")
    if fact.quiet or not owes_reply(turn):
        quiet = turn.world.hours.next_open(turn.at if moved else fact.quiet_since or turn.at)
        for rule in turn.stage.quiet:
            if moved or rule.id in fresh:
                plan(turn, rule, quiet, "If they stay quiet")
    if turn.state.delivered:
        for rule in turn.playbook.after_delivery:
            if rule.id in fresh:
                plan(turn, rule, fact.delivered_at or turn.at, "After the delivery")


def enter_late(turn: Turn, rule: Rule, entered: datetime) -> None:
    """They entered without this rule: a person's step is asked for now; nothing is said or done to them for it."""
    if rule.after:
        plan(turn, rule, entered, f"Entered {turn.stage.title}")
    elif rule.action == "task" and rule.id not in turn.state.fired and holds(rule.if_, turn.state):
        perform(turn, rule, f"{turn.stage.title} asks for it now")
    elif rule.id not in turn.state.fired:
        turn.hold_back(rule.id, f"“{turn.title_of(rule)}” is for those who enter from now on")


def plan(turn: Turn, rule: Rule | Next, anchor: datetime, why: str) -> None:
    """Set it if its time is still to come. What moves or ends a journey counts from now if not; the rest is past."""
    if is_known(turn, rule.id):
        return
    ends = isinstance(rule, Next) or rule.action in ("park", "close")
    if due_of(turn, rule, anchor) > turn.at:
        schedule(turn, rule, why, anchor=anchor)
    elif ends:
        schedule(turn, rule, why)
    else:
        passed(turn, rule)

"""Standing still until somebody decides, and going on with the time that was left. Pure."""

from datetime import datetime

from trellis.events.catalogue import PlaybookChanged
from trellis.journeys.engine.effects import Hold, Release, Withdraw
from trellis.journeys.engine.rules import in_its_hours
from trellis.journeys.engine.state import Held, TaskState
from trellis.journeys.engine.turn import Turn


def hold(turn: Turn, fact: PlaybookChanged) -> None:
    """What the machine would do waits outside of time. Promises are timed on, and a rest ends when it was to end."""
    if turn.state.held:
        return
    why = f"Stands still until somebody decides about version {fact.version}"
    turn.do(Hold(since=turn.at, version=fact.version, why=why))
    for task in turn.state.tasks:
        if turn.stands_still(task.kind, task.rule_id):
            turn.close_task(task, "cancelled", why)
            turn.defer(kind=task.kind, title=task.title, due_at=task.due_at, rule_id=task.rule_id, why=why)
    turn.do(Withdraw(why=why))


def release(turn: Turn, why: str) -> None:
    """What waited is set again, as far away as it was. What the playbook has no longer is not."""
    held = turn.state.held
    if held is None:
        return
    turn.do(Release(why=why))
    for task in held.tasks:
        place = turn.playbook.places.get(task.rule_id)
        if place and not turn.has_ended and task.rule_id not in turn.state.fired:
            due = in_its_hours(turn, place.rule, left(held, task, turn.at))
            turn.add_task(kind=task.kind, title=task.title, due_at=due, why=why, rule_id=task.rule_id)


def left(held: Held, task: TaskState, at: datetime) -> datetime:
    """When it is due now. What was overdue already does not become due in the past anew."""
    return max(at, task.due_at + (at - held.since))

"""Taking back what a person did: the journey stands again as it stood before. Pure."""

from trellis.events.catalogue import ActUndone
from trellis.journeys.engine.effects import DropClock, EndHandover, OfferHandover, Restore, ResumeClock, Void
from trellis.journeys.engine.endings import clear
from trellis.journeys.engine.records import state_from
from trellis.journeys.engine.state import State
from trellis.journeys.engine.turn import Turn

WHY = "It was taken back"


def undo(turn: Turn, fact: ActUndone) -> None:
    """Tasks are promises that never change: what was closed is set anew, what was added is withdrawn.

    Where there was nothing before, nothing goes on.
    """
    if not fact.before:
        clear(turn, WHY)
        return turn.do(Void(why=WHY))
    before = state_from(fact.before["state"])
    bring_back_tasks(turn, before)
    bring_back_clocks(turn, before)
    ended = turn.state.offer if turn.state.offer != before.offer else None
    if ended:
        turn.do(EndHandover(how="withdrawn", taker=ended.taker, why=WHY))
    again = before.offer if turn.state.offer != before.offer else None
    turn.do(Restore(before=before, columns=fact.before["columns"], acted_at=fact.acted_at, why=WHY))
    if again:
        turn.do(OfferHandover(**again.__dict__, why=WHY))
    return None


def bring_back_tasks(turn: Turn, before: State) -> None:
    known, wanted = {task.id for task in turn.state.tasks}, {task.id for task in before.tasks}
    added = [task for task in turn.state.tasks if task.id not in wanted]
    for task in before.tasks:
        if task.id not in known:
            turn.add_task(
                kind=task.kind,
                title=task.title,
                due_at=task.due_at,
                why=WHY,
                rule_id=task.rule_id,
                assignee=task.assignee,
                replaces=task.id,
            )
    for task in added:
        turn.close_task(task, "cancelled", WHY)


def bring_back_clocks(turn: Turn, before: State) -> None:
    """The clocks that ran then run on; those that began since are no longer owed."""
    for clock in turn.state.clocks:
        if clock not in before.clocks:
            turn.do(DropClock(kind=clock.kind, rule_id=clock.rule_id, why=WHY))
    for clock in before.clocks:
        if clock not in turn.state.clocks:
            turn.do(ResumeClock(clock=clock, rule_id=clock.rule_id, why=WHY))

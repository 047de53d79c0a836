"""What follows when nobody does anything: time alone, step by step, on a real journey. Pure."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce

from trellis.events import catalogue as facts
from trellis.journeys.engine.state import TaskState
from trellis.journeys.lint.search import branch
from trellis.journeys.rehearsal.walk import Step, Walk

LONGEST = 80


def by_time(walk: Walk) -> Iterator[tuple[TaskState, Step, Walk]]:
    """Each task of the machine as it comes due, with the decision on it and the story so far, which goes on.

    `walk` itself stays as it is.
    """
    ahead = branch(walk)
    for _ in range(LONGEST):
        task = ahead.coming()
        if task is None:
            return
        step = ahead.tell(facts.TaskDue(task_id=task.id, title=task.title), at=max(ahead.at, task.due_at))
        yield task, step, ahead


def ends_silence(walk: Walk) -> bool:
    """Whether time alone brings it to rest, to an end or to another stage."""
    return any(step.after.status != "open" or step.after.stage != walk.state.stage for _, step, _ in by_time(walk))


def to_the_end(walk: Walk) -> Walk:
    """The story with all that time brings."""
    return reduce(lambda _, came: came[2], by_time(walk), walk)


def again(walk: Walk, step: Step, *, at: datetime) -> bool:
    """Let what happened in `step` happen once more, not before `at`: the task of the same rule comes due or is done.

    False when there is no such task now.
    """
    fact = step.fact
    if isinstance(fact, facts.TaskDue | facts.TaskDone):
        old = step.before.task(fact.task_id)
        task = walk.coming() if isinstance(fact, facts.TaskDue) else walk.task_of(old.rule_id if old else "")
        if task is None or old is None or task.rule_id != old.rule_id:
            return False
        if isinstance(fact, facts.TaskDue):
            fact, at = facts.TaskDue(task_id=task.id, title=task.title), max(at, task.due_at)
        else:
            fact = facts.TaskDone(task_id=task.id, title=task.title, by=fact.by)
    walk.tell(fact, at=max(walk.at, at))
    return True

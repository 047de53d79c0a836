"""J5: what becomes of a customer who says nothing: the path is there, it ends, nothing comes after its end. Pure."""

from trellis.journeys.engine.state import State
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.chains import by_time, ends_silence, to_the_end
from trellis.journeys.lint.search import Node
from trellis.journeys.rehearsal.walk import Step


def check_silence(case: Case) -> None:
    hopeful, begun = settled_by_time(case), silent_from_here(case)
    for stage in case.playbook.stages:
        quiet(case, stage, [node for node in case.search.of_stage(stage) if node in begun and node not in hopeful])
    if not case.search.bounded:
        after_exit(case)
    aftercare_too_late(case)


def silent_from_here(case: Case) -> set[Node]:
    """Where their silence begins to count: after their first signal, and whenever we owe them nothing."""
    start = case.playbook.first_stage
    first = {edge.after for edge in case.search.edges if edge.before is None and edge.after.stage == start}
    return first | {node for node in case.search.nodes.values() if not node.owes_reply}


def settled_by_time(case: Case) -> set[Node]:
    """States that time alone brings to rest, to an end or to another stage, as far as the graph shows."""
    found: set[Node] = set()
    for node in case.search.nodes.values():
        chain: list[Node] = []
        here: Node | None = node
        while here and here not in chain and here not in found:
            if here.state.status != "open" or here.stage != node.stage:
                found.update(chain)
                break
            chain.append(here)
            here = here.time.after if here.time else None
        if here in found:
            found.update(chain)
    return found


def quiet(case: Case, stage: str, nodes: list[Node]) -> None:
    """They say nothing, nobody acts, and nothing becomes of it."""
    for node in nodes:
        if ends_silence(node.walk):
            continue
        end = to_the_end(node.walk)
        tried = [step for step in end.steps[len(node.walk.steps) :] if is_of(case, step, "quiet")]
        title = case.title(stage)
        if tried:
            sentence = f"The quiet path of {title} has no end: the journey stays open when its last rule has run."
        else:
            sentence = f"Whoever goes quiet in {title} is forgotten: no rule there waits for their silence."
        case.add(
            "J5.quiet-open" if tried else "J5.quiet-missing",
            sentence,
            "End `quiet` with a rule that parks or closes, such as `{id: rest, after: 14d, park: 60d, reason: …}`.",
            stage=stage,
            path=case.story(end, "they stay quiet, it is still open, and nothing is due any more"),
        )
        return


def is_of(case: Case, step: Step, part: str) -> bool:
    """Whether this was a waiting rule of that part coming due."""
    task = step.before.task(getattr(step.fact, "task_id", ""))
    place = case.playbook.places.get(task.rule_id) if task else None
    return bool(place and place.part == part)


def after_exit(case: Case) -> None:
    """Waiting rules that never come due, because the journey always leaves before."""
    due = {task.rule_id for node in case.search.nodes.values() if (task := node.walk.coming()) and node.time}
    for id, place in case.playbook.places.items():
        if place.part == "quiet" and id not in due:
            waiting = [node for node in case.search.nodes.values() if waits(node.state, id)]
            if not any(task.rule_id == id for node in waiting for task, _, _ in by_time(node.walk)):
                comes_too_late(case, id, place.stage, waiting[:1])


def aftercare_too_late(case: Case) -> None:
    """The same after a delivery, for somebody who says nothing any more."""
    for edge in case.search.deliveries[:1]:
        due = {task.rule_id for task, _, _ in by_time(edge.after.walk)}
        for rule in case.playbook.after_delivery:
            if rule.id not in due:
                comes_too_late(case, rule.id, "", [edge.after])


def waits(state: State, id: str) -> bool:
    return any(task.rule_id == id for task in state.tasks)


def comes_too_late(case: Case, id: str, stage: str, nodes: list[Node]) -> None:
    for node in nodes:
        for task, step, walk in by_time(node.walk):
            if waits(step.before, id) and not waits(step.after, id):
                case.add(
                    "J5.after-exit",
                    f"`{id}` never happens: when they stay quiet, `{task.rule_id}` comes first and ends it.",
                    f"Let `{id}` come before `{task.rule_id}`, or take it out.",
                    stage=stage,
                    rule=id,
                    path=case.story(list(walk.steps), f"`{id}` was still waiting, and is gone"),
                )
                return

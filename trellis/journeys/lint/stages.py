"""J1: stages that nothing leads to, that nothing leads out of, or that only somebody's memory leaves. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from trellis.journeys.engine.effects import Close, MoveStage
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.search import Edge, Node, step_class
from trellis.journeys.playbook.schema import Rule
from trellis.journeys.rehearsal.walk import Step


def check_stages(case: Case) -> None:
    for stage in case.playbook.stages:
        memory(case, stage)
    if not case.search.bounded:
        no_way_in_or_out(case)


def no_way_in_or_out(case: Case) -> None:
    """What never happens is only known where everything was looked at."""
    unreachable(case)
    leaving = {stage: [edge for edge in edges if leaves(case, edge.steps)] for stage, edges in by_stage(case).items()}
    for stage in case.playbook.stages:
        if stage in case.search.reached and not leaving.get(stage):
            dead_end(case, stage)


def by_stage(case: Case) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in case.search.edges:
        if edge.before:
            found[edge.before.stage].append(edge)
    return found


def leaves(case: Case, steps: Sequence[Step]) -> bool:
    """A rule moved it to another stage, or closed it by its own word; to give up after many rests is no way out."""
    for step in steps:
        for effect in step.effects:
            if isinstance(effect, MoveStage) and effect.rule_id and effect.stage != step.before.stage:
                return True
            if isinstance(effect, Close) and is_closing(case, effect.rule_id):
                return True
    return False


def is_closing(case: Case, rule_id: str) -> bool:
    place = case.playbook.places.get(rule_id)
    return bool(place and isinstance(place.rule, Rule) and place.rule.action == "close")


def unreachable(case: Case) -> None:
    """The story goes as far as the search came before it."""
    search = case.search
    order = list(case.playbook.stages)
    for key in order:
        if key in search.reached:
            continue
        near = farthest(case, order[: order.index(key)])
        case.add(
            "J1.unreachable",
            f"No journey ever gets to {case.title(key)}: nothing that can happen leads there.",
            f"Add a way to `{key}` under `next` of the stage before it, or take the stage out.",
            stage=key,
            path=case.story(near.walk, f"whatever happens now, {case.title(key)} is never reached"),
        )


def farthest(case: Case, before: list[str]) -> Node:
    """The first state of the last stage before that is reached at all."""
    nodes = list(case.search.nodes.values())
    return next((node for key in reversed(before) for node in nodes if node.stage == key), nodes[0])


def dead_end(case: Case, stage: str) -> None:
    node = next(node for node in case.search.nodes.values() if node.stage == stage)
    case.add(
        "J1.dead-end",
        f"{case.title(stage)} is a dead end: nothing that can happen leads on from it, and no rule closes it.",
        "Add a way out under `next`, or a rule under `quiet` that closes it.",
        stage=stage,
        path=case.story(node.walk, f"whatever happens now, it stays in {case.title(stage)}"),
    )


def memory(case: Case, stage: str) -> None:
    """Open, with nothing due by itself, nothing timed and no step of a rule."""
    for node in case.search.of_stage(stage):
        state = node.state
        if not state.clocks and node.walk.coming() is None and step_class(state) != "rule":
            case.add(
                "J1.memory",
                f"A journey can be forgotten in {case.title(stage)}: nothing is due, nothing is timed, no rule comes.",
                "Give the stage a limit on its `clock: stage`, or a quiet path that ends.",
                stage=stage,
                path=case.story(node.walk, "nothing is due any more, only somebody's memory brings it back"),
            )
            return

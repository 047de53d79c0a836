"""J3: circles that nothing bounds: stages that follow each other by time alone, messages that repeat. Pure.

Rests are left out: a playbook says how many there may be.
"""

from collections import deque
from collections.abc import Iterator

from trellis.events import catalogue as facts
from trellis.journeys.engine.effects import Park, Send
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.chains import again
from trellis.journeys.lint.components import strongly_connected
from trellis.journeys.lint.search import A_MINUTE, Edge, Node, branch, follows_by_itself
from trellis.journeys.rehearsal.walk import Step, Walk

# What happens without a word of theirs: time passes, we try, we tick off a step.
WITHOUT_THEM = (facts.TaskDue, facts.CallTried, facts.TaskDone)
ROUNDS = 2


def check_loops(case: Case) -> None:
    alone = [edge for edge in case.search.edges if goes_on(edge)]
    circle = next(circles([edge for edge in alone if edge.by == "time"], case), None)
    if circle:
        report_loop(case, *circle)
    sending = next(circles(alone, case, sending=True), None)
    if sending and not circle:
        report_repeat(case, *sending)


def goes_on(edge: Edge) -> bool:
    told = all(isinstance(step.fact, WITHOUT_THEM) or follows_by_itself(step.fact) for step in edge.steps)
    return edge.before is not None and told and not any(isinstance(effect, Park) for effect in edge.effects)


def circles(edges: list[Edge], case: Case, *, sending: bool = False) -> Iterator[tuple[Edge, list[Step]]]:
    """Circles of the graph that a real journey goes round, twice; with `sending`, those that write each time."""
    out: dict[Node, list[Edge]] = {}
    for edge in edges:
        out.setdefault(edge.before, []).append(edge)  # type: ignore[arg-type]
    inside = strongly_connected(out)
    for edge in edges:
        before = edge.before
        if before is None or inside.get(before) is None or inside.get(before) != inside.get(edge.after):
            continue
        if sending and not any(isinstance(effect, Send) and not effect.suppressed for effect in edge.effects):
            continue
        circle = [edge, *shortest(out, edge.after, before, inside)]
        if steps := goes_round(before.walk, circle, sending=sending):
            yield edge, steps


def shortest(out: dict[Node, list[Edge]], start: Node, end: Node, inside: dict[Node, int]) -> list[Edge]:
    came: dict[Node, Edge | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in came:
        for edge in out.get(waiting.popleft(), []):
            if edge.after not in came and inside.get(edge.after) == inside[end]:
                came[edge.after] = edge
                waiting.append(edge.after)
    path: list[Edge] = []
    last = came.get(end)
    while last:
        path.append(last)
        last = came[last.before] if last.before else None
    return path[::-1]


def goes_round(walk: Walk, circle: list[Edge], *, sending: bool) -> list[Step]:
    """The story of two rounds, told to the engine; nothing when the second is not like the first."""
    ahead = branch(walk)
    for _ in range(ROUNDS):
        began, stage, status = len(ahead.steps), ahead.state.stage, ahead.state.status
        for edge in circle:
            for step in edge.steps:
                if not follows_by_itself(step.fact) and not again(ahead, step, at=ahead.at + A_MINUTE):
                    return []
        moved = {step.after.stage for step in ahead.steps[began:]} != {stage}
        wrote = any(is_send(effect) for step in ahead.steps[began:] for effect in step.effects)
        if (ahead.state.stage, ahead.state.status) != (stage, status) or not (wrote if sending else moved):
            return []
    return ahead.steps


def is_send(effect: object) -> bool:
    return isinstance(effect, Send) and not effect.suppressed


def report_loop(case: Case, edge: Edge, steps: list[Step]) -> None:
    stage = edge.before.stage if edge.before else ""
    writes = any(is_send(effect) for step in steps[-4 * ROUNDS :] for effect in step.effects)
    case.add(
        "J3.loop",
        f"Time alone leads from {case.title(stage)} back to {case.title(stage)}, for ever"
        f"{', and each round writes to them' if writes else ''}.",
        "Let one of the ways wait for something that they or we do, or let it close.",
        stage=stage,
        path=case.story(steps, "and so on without end"),
    )


def report_repeat(case: Case, edge: Edge, steps: list[Step]) -> None:
    send = next(effect for effect in edge.effects if isinstance(effect, Send))
    stage = edge.before.stage if edge.before else ""
    case.add(
        "J3.repeats",
        f"“{case.playbook.messages[send.message].title}” can go out again and again while they say nothing.",
        "Send it where the journey does not come by again without a word of theirs.",
        stage=stage,
        rule=send.rule_id,
        path=case.story(steps, "and it is sent again each time"),
    )

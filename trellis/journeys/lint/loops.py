"""J3: circles that nothing bounds: stages that follow each other by time alone, messages that repeat. Pure.

Rests are left out: a playbook says how many there may be.
"""

from collections import deque
from collections.abc import Iterator

from trellis.events import catalogue as facts
from trellis.journeys.engine.effects import Park, Send
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.chains import again, by_time
from trellis.journeys.lint.components import strongly_connected
from trellis.journeys.lint.search import A_MINUTE, Edge, Node, branch, follows_by_itself
from trellis.journeys.rehearsal.walk import Step, Walk

# What happens without a word of theirs: time passes, we try, we tick off a step.
WITHOUT_THEM = (facts.TaskDue, facts.CallTried, facts.TaskDone)
ROUNDS = 2


def check_loops(case: Case) -> None:
    alone = [edge for edge in case.search.edges if goes_on(edge)]
    by_time_alone = [edge for edge in alone if edge.by == "time"]
    inside = strongly_connected(out_of(by_time_alone))
    for edge in by_time_alone:
        before = edge.before
        if before and before in inside and before.stage != edge.after.stage and (steps := comes_by_again(before.walk)):
            return report_loop(case, before.stage, steps)
    sending = next(circles(alone), None)
    if sending:
        report_repeat(case, *sending)
    return None


def comes_by_again(walk: Walk) -> list[Step]:
    """The story of time alone until the stage is entered for the third time; nothing when it is not."""
    entered = 0
    for _, step, ahead in by_time(walk):
        entered += step.after.stage == walk.state.stage != step.before.stage
        if entered > ROUNDS:
            return list(ahead.steps)
    return []


def out_of(edges: list[Edge]) -> dict[Node, list[Edge]]:
    out: dict[Node, list[Edge]] = {}
    for edge in edges:
        if edge.before:
            out.setdefault(edge.before, []).append(edge)
    return out


def goes_on(edge: Edge) -> bool:
    told = all(isinstance(step.fact, WITHOUT_THEM) or follows_by_itself(step.fact) for step in edge.steps)
    return edge.before is not None and told and not any(isinstance(effect, Park) for effect in edge.effects)


def circles(edges: list[Edge]) -> Iterator[tuple[Edge, list[Step]]]:
    """Circles of the graph that a real journey goes round, twice, and that write to them each time."""
    out = out_of(edges)
    inside = strongly_connected(out)
    for edge in edges:
        before = edge.before
        if before and before in inside and inside[before] == inside.get(edge.after) and any(map(is_send, edge.effects)):
            circle = [edge, *shortest(out, edge.after, before, inside)]
            if steps := goes_round(before.walk, circle):
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


def goes_round(walk: Walk, circle: list[Edge]) -> list[Step]:
    """The story of two rounds, told to the engine; nothing when it does not come back, or does not write."""
    ahead = branch(walk)
    for _ in range(ROUNDS):
        began, stage, status = len(ahead.steps), ahead.state.stage, ahead.state.status
        for edge in circle:
            for step in edge.steps:
                if not follows_by_itself(step.fact) and not again(ahead, step, at=ahead.at + A_MINUTE):
                    return []
        wrote = any(is_send(effect) for step in ahead.steps[began:] for effect in step.effects)
        if (ahead.state.stage, ahead.state.status) != (stage, status) or not wrote:
            return []
    return ahead.steps


def is_send(effect: object) -> bool:
    return isinstance(effect, Send) and not effect.suppressed


def report_loop(case: Case, stage: str, steps: list[Step]) -> None:
    case.add(
        "J3.loop",
        f"Time alone leads from {case.title(stage)} back to {case.title(stage)}, for ever.",
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

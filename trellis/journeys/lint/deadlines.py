"""J3: open without a deadline, unheard without a promise, ways that wait for what cannot happen. Pure."""

from trellis.journeys.engine.effects import MoveStage
from trellis.journeys.engine.state import RESPONSE_CLOCKS
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.search import Edge
from trellis.journeys.playbook.schema import Next


def check_deadlines(case: Case) -> None:
    for stage in case.playbook.stages:
        no_deadline(case, stage)
        no_promise(case, stage)
    if not case.search.bounded:
        waits(case)


def no_deadline(case: Case, stage: str) -> None:
    open_here = case.search.of_stage(stage)
    node = next((node for node in open_here if all(clock.kind != "stage" for clock in node.state.clocks)), None)
    if node:
        case.add(
            "J3.no-deadline",
            f"A journey can be open in {case.title(stage)} without a time limit, so nobody hears when it is late.",
            "Give the stage a limit with `clock: stage`.",
            stage=stage,
            path=case.story(node.walk, "it is open, and nothing says for how long it may be"),
        )


# A call was answered as it came; another journey that leads here is no word of theirs.
UNOWED_STARTS = ("call", "handed_on")


def no_promise(case: Case, stage: str) -> None:
    """They spoke, and no reply is timed. A first call that was answered needs none."""
    edge = next((edge for edge in case.search.edges if edge.by == "customer" and is_unheard(edge, stage)), None)
    if edge:
        case.add(
            "J3.no-promise",
            f"When they reach out in {case.title(stage)}, no reply is promised: nobody is told that they wait.",
            "Give the stage a limit with `clock: reply`; the first stage one with `clock: first_response` as well.",
            stage=stage,
            path=case.story(edge, "they wait for a reply, and none is timed"),
        )


def is_unheard(edge: Edge, stage: str) -> bool:
    state, owes_nothing = edge.steps[-1].after, edge.before is None and edge.steps[0].fact.trigger in UNOWED_STARTS
    timed = any(clock.kind in RESPONSE_CLOCKS for clock in state.clocks)
    return state.stage == stage and state.status == "open" and not (timed or owes_nothing)


def waits(case: Case) -> None:
    """Ways that no story opens, though it gets to their stage."""
    taken = {effect.rule_id for edge in case.search.edges for effect in edge.effects if isinstance(effect, MoveStage)}
    shadowed = {finding.rule_id for finding in case.findings if finding.code == "J3.two-ways"}
    for key, stage in case.playbook.stages.items():
        for way in stage.next:
            if key in case.search.reached and way.id not in taken | shadowed:
                waits_for_nothing(case, key, way)


def waits_for_nothing(case: Case, stage: str, way: Next) -> None:
    node = next(node for node in case.search.nodes.values() if node.stage == stage)
    what = "its condition is never true when its time comes" if way.if_ else "what it waits for cannot happen there"
    case.add(
        "J3.wait",
        f"The way from {case.title(stage)} to {case.title(way.to)} never opens: {what}.",
        "Let it wait for a fact, or for a step that a rule of this very stage sets.",
        stage=stage,
        rule=way.id,
        path=case.story(node.walk, f"whatever happens now, `{way.id}` does not open"),
    )

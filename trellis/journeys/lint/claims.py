"""J3: two rules that claim one fact: two ways on, two answers that do the same, two messages at once. Pure."""

from collections.abc import Iterator
from itertools import combinations

from trellis.journeys.engine.decide import play
from trellis.journeys.engine.effects import AddTask, HoldBack, MoveStage, Send
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.search import Edge
from trellis.journeys.playbook.schema import Next, Playbook, Rule
from trellis.journeys.rehearsal.walk import Step


def check_claims(case: Case) -> None:
    blocks = blocks_of(case.playbook)
    tried: dict[tuple[str, str, str], Playbook] = {}
    for edge in case.search.edges:
        for step in edge.steps:
            two_ways(case, edge, step, tried)
            twice(case, edge, step, blocks)


def two_ways(case: Case, edge: Edge, step: Step, tried: dict[tuple[str, str, str], Playbook]) -> None:
    """Take the way that was taken out of the playbook, and see whether the same fact opens another."""
    moved = next((effect for effect in step.effects if isinstance(effect, MoveStage)), None)
    place = case.playbook.places.get(moved.rule_id) if moved else None
    if place is None or not isinstance(place.rule, Next) or len(case.playbook.stages[place.stage].next) < 2:
        return
    seen = (place.stage, place.rule.id, type(step.fact).__name__ + step.fact.trigger)
    if seen not in tried or place.rule.if_:
        tried[seen] = tried.get(seen) or without_way(case.playbook, place.stage, place.rule.id)
        world = case.roster.world(case.search.customer, step.at)
        turn = play(tried[seen], step.before, step.fact, world, step.at)
        other = next((effect for effect in turn.effects if isinstance(effect, MoveStage)), None)
        second = case.playbook.places.get(other.rule_id) if other else None
        if second and isinstance(second.rule, Next) and is_contradiction(place.rule, second.rule):
            report_ways(case, edge, place.stage, place.rule, second.rule)


def is_contradiction(first: Next, second: Next) -> bool:
    """To the same stage there is nothing to choose; a way without a condition after one that has one says “else”."""
    return first.to != second.to and not (first.if_ and not second.if_)


def report_ways(case: Case, edge: Edge, stage: str, first: Next, second: Next) -> None:
    case.add(
        "J3.two-ways",
        f"In {case.title(stage)} one fact opens two ways, to {case.title(first.to)} and to {case.title(second.to)}; "
        "only the first is ever taken.",
        "Give the ways conditions that cannot both be true, or take one of them out.",
        stage=stage,
        rule=second.id,
        path=case.story(edge, f"`{first.id}` and `{second.id}` both claim it"),
    )


def without_way(playbook: Playbook, stage: str, way: str) -> Playbook:
    kept = [item for item in playbook.stages[stage].next if item.id != way]
    changed = playbook.stages[stage].model_copy(update={"next": kept})
    return playbook.model_copy(update={"stages": playbook.stages | {stage: changed}})


def blocks_of(playbook: Playbook) -> dict[str, tuple[str, int]]:
    """The block of `when` that each rule stands in."""
    return {
        rule.id: (key, number)
        for key, stage in playbook.stages.items()
        for number, when in enumerate(stage.when)
        for rule in when.do
    }


def twice(case: Case, edge: Edge, step: Step, blocks: dict[str, tuple[str, int]]) -> None:
    acted = list(acting(case.playbook, step))
    for first, second in combinations(acted, 2):
        where, other = blocks.get(first.id), blocks.get(second.id)
        if where and other and where != other and where[0] == other[0] and same_act(first, second):
            case.add(
                "J3.twice",
                f"In {case.title(where[0])} `{first.id}` and `{second.id}` both answer the same fact in the same way.",
                "Name each fact in one block of `when` alone.",
                stage=where[0],
                rule=second.id,
                path=case.story(edge, f"`{first.id}` and `{second.id}` both answer it"),
            )
        elif first.send and second.send:
            case.add(
                "J3.two-messages",
                f"They get two messages at once, from `{first.id}` and from `{second.id}`.",
                "Say it in one message, or let one of them wait with `after`.",
                stage=step.after.stage,
                rule=second.id,
                path=case.story(edge, "two messages leave at once"),
            )


def acting(playbook: Playbook, step: Step) -> Iterator[Rule]:
    """The rules that sent a message or set a step now, and those that only found theirs on the list already."""
    for effect in step.effects:
        place = playbook.places.get(effect.rule_id)
        rule = place.rule if place else None
        if not isinstance(rule, Rule):
            continue
        sent = isinstance(effect, Send) and not effect.suppressed
        asked = isinstance(effect, AddTask) and rule.task and not effect.replaces and effect.kind == rule.task.kind
        merged = isinstance(effect, HoldBack) and rule.task and effect.why.endswith("is still on the list")
        if sent or asked or merged:
            yield rule


def same_act(first: Rule, second: Rule) -> bool:
    if first.task and second.task:
        return first.task.kind == second.task.kind
    return bool(first.send and second.send)

"""What a change of rules can touch: a journey that never stood where they differ goes the same way with both. Pure."""

from trellis.journeys.playbook.outline import wordless
from trellis.journeys.playbook.schema import Playbook, Stage, stage_places
from trellis.journeys.playbook.values import Part
from trellis.journeys.replay.past import Past
from trellis.journeys.replay.retell import Retold

BY_STAGE = frozenset({"stages", "messages", "after_delivery", "scenarios", "title"})


def stages_touched(before: Playbook, after: Playbook) -> frozenset[str] | None:
    """The stages in which the two differ; None where they differ in what holds in every stage."""
    everywhere = [word for word in Playbook.model_fields if word not in BY_STAGE]
    if any(getattr(before, word) != getattr(after, word) for word in everywhere):
        return None
    if (before.first_stage, before.delivery_stage) != (after.first_stage, after.delivery_stage):
        return None
    keys = before.messages.keys() | after.messages.keys()
    messages = {key for key in keys if differ(before.messages.get(key), after.messages.get(key))}
    if messages & {rule.send for rule in [*after.parking.wake, *before.parking.wake]}:
        return None
    touched = {
        key
        for key in before.stages.keys() | after.stages.keys()
        if differ(stage := before.stages.get(key), after.stages.get(key)) or says(key, stage, messages)
    }
    late = {rule.send for rule in [*before.after_delivery, *after.after_delivery]}
    if before.after_delivery != after.after_delivery or messages & late:
        touched.add(after.delivery_stage)
    return frozenset(touched)


def differ(before: Part | None, after: Part | None) -> bool:
    """In more than the words that people read."""
    if before is None or after is None:
        return before is not after
    return before != after and wordless(before) != wordless(after)


def says(key: str, stage: Stage | None, messages: set[str]) -> bool:
    places = stage_places(key, stage) if stage else []
    return any(getattr(place.rule, "send", None) in messages for place in places)


def is_touched(past: Past, then: Retold, touched: frozenset[str] | None) -> bool:
    """Whether it stood in one of these stages, or somebody chose one for it."""
    if touched is None or then.stages & touched:
        return True
    return any(getattr(happened.fact, "stage", "") in touched for happened in past.happened)

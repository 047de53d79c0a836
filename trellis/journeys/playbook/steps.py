"""A playbook grows: it starts with three steps of the customer's way, and further ones are switched on later. Pure.

What a step holds follows from where a rule stands; a rule may say otherwise by `step`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from trellis.journeys.playbook.schema import STEPS, Limit, Playbook, Rule, RulePlace, Stage, StepKey, When

# What a business needs on its first day; the rest grows from there.
FIRST_STEPS: tuple[StepKey, ...] = ("capture", "follow_up", "service")


@dataclass(frozen=True)
class Step:
    """One part of the customer's way that can be switched on by itself."""

    key: StepKey
    title: str
    means: str


ALL_STEPS = (
    Step("capture", "Capture and answer", "Every signal has an owner, an answer and a deadline."),
    Step("follow_up", "Follow up", "Whoever goes quiet is asked again, a bounded number of times."),
    Step("service", "Service", "After the delivery somebody makes sure that all is well."),
    Step("qualification", "Qualification", "The same few questions for everybody, before time is spent."),
    Step("loyalty", "Loyalty", "Reviews, referrals and the next order are asked for."),
)


def step_of(place: RulePlace) -> StepKey:
    """The step that a rule belongs to."""
    if isinstance(place.rule, Rule) and place.rule.step:
        return place.rule.step
    return {"quiet": "follow_up", "after_delivery": "service"}.get(place.part, "capture")  # type: ignore[return-value]


def switched_on(playbook: Playbook) -> Playbook:
    """The playbook with the rules of its steps alone: what the engine runs. Silence ends in every case."""
    if set(playbook.steps) == set(STEPS):
        return playbook
    kept = {id for id, place in playbook.places.items() if step_of(place) in playbook.steps or ends_silence(place)}
    return changed(
        playbook,
        stages={key: stage_of(stage, kept) for key, stage in playbook.stages.items()},
        after_delivery=among(playbook.after_delivery, kept),
    )


def ends_silence(place: RulePlace) -> bool:
    return place.part == "quiet" and isinstance(place.rule, Rule) and place.rule.action in ("park", "close")


def stage_of(stage: Stage, kept: set[str]) -> Stage:
    when = [When(on=one.on, do=rules) for one in stage.when if (rules := among(one.do, kept))]
    limits = [
        Limit(id=one.id, clock=one.clock, within=one.within, late=among(one.late, kept) or one.late)
        for one in stage.limits
    ]
    parts = {name: getattr(stage, name) for name in Stage.model_fields}
    return Stage(
        **parts | {"enter": among(stage.enter, kept), "quiet": among(stage.quiet, kept), "when": when, "limits": limits}
    )


def among(rules: Iterable[Rule], kept: set[str]) -> list[Rule]:
    return [rule for rule in rules if rule.id in kept]


def with_steps(playbook: Playbook, steps: Iterable[StepKey]) -> Playbook:
    """The same playbook with these steps switched on, in the order of the customer's way."""
    return changed(playbook, steps=tuple(key for key in STEPS if key in set(steps)))


def changed(playbook: Playbook, **parts: object) -> Playbook:
    """Built anew: what was derived from the old one must not be kept."""
    return Playbook(**{name: getattr(playbook, name) for name in Playbook.model_fields} | parts)

"""J6: what comes after the delivery. Pure."""

from typing import TypeGuard

from trellis.journeys.engine.effects import AddTask, Close, Send
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.chains import by_time, to_the_end
from trellis.journeys.lint.search import Edge

SPEAKING = frozenset({"call", "reply", "meet"})


def check_aftercare(case: Case) -> None:
    """Only who bought can be forgotten after it."""
    if case.playbook.kind != "sales":
        return None
    won_without(case)
    if not case.playbook.delivery_stage:
        return no_delivery(case)
    for edge in case.search.deliveries[:1]:
        after_delivery(case, edge)
    return None


def no_delivery(case: Case) -> None:
    case.add(
        "J6.no-delivery",
        "No stage says that the work is delivered, so nothing can come after it.",
        "Give the stage after the work `phase: customer`, and say under `after_delivery` what follows.",
        place=("stages",),
    )


def won_without(case: Case) -> None:
    for edge in case.search.edges:
        for step in edge.steps:
            won = next(
                (effect for effect in step.effects if isinstance(effect, Close) and effect.outcome == "won"), None
            )
            if won and not step.after.delivered:
                case.add(
                    "J6.won-ends",
                    f"`{won.rule_id}` closes it as won before anything is delivered, so nothing ever comes after.",
                    "Move it to a stage with `phase: customer` instead, and close it there when the care is over.",
                    stage=step.before.stage,
                    rule=won.rule_id,
                    path=case.story(edge, "it is won and closed, and nobody ever comes back to them"),
                )


def after_delivery(case: Case, edge: Edge) -> None:
    stage = case.playbook.delivery_stage
    touched = spoken = any(is_word(effect) for effect in edge.effects if isinstance(effect, AddTask))
    for _, step, _ in by_time(edge.after.walk):
        touched = touched or any(is_touch(effect) for effect in step.effects)
        spoken = spoken or any(is_word(effect) for effect in step.effects)
    if not touched and "service" not in case.playbook.steps:
        service_off(case, stage)
    elif not touched:
        case.add(
            "J6.nothing-after",
            f"After {case.title(stage)} nothing ever happens: nobody asks how it went, or for a review, or comes back.",
            "Say under `after_delivery` what follows: a call the day after, a request for a review, a yearly check.",
            stage=stage,
            path=case.story(to_the_end(edge.after.walk), "the work is delivered, and they never hear from us again"),
        )
    elif not spoken:
        case.add(
            "J6.never-asked",
            f"After {case.title(stage)} we only have work to do among ourselves: nobody asks them anything.",
            "Add a call or a message under `after_delivery`.",
            stage=stage,
            path=case.story(to_the_end(edge.after.walk), "the work is delivered, and they are never asked"),
        )


def service_off(case: Case, stage: str) -> None:
    """It was decided so, and can be changed with one word."""
    case.add(
        "J6.service-off",
        f"After {case.title(stage)} nothing ever happens, because Service is switched off.",
        "Switch on Service: add `service` under `steps`.",
        place=("steps",),
    )


def is_touch(effect: object) -> bool:
    return is_word(effect) or (is_new_step(effect) and bool(effect.assignee))


def is_word(effect: object) -> bool:
    """A message, or a step to speak with them."""
    if isinstance(effect, Send):
        return not effect.suppressed
    return is_new_step(effect) and effect.kind in SPEAKING


def is_new_step(effect: object) -> TypeGuard[AddTask]:
    """One that a rule asks for: neither the engine by itself nor another person's, handed on."""
    return isinstance(effect, AddTask) and "/" not in effect.rule_id and not effect.replaces

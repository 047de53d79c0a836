"""One rule in a sentence: what sets it off, what it does, and on what condition. Pure."""

from dataclasses import dataclass

from trellis.journeys.playbook.schema import Limit, Next, Playbook, Rule, RulePlace
from trellis.journeys.playbook.sentences import (
    PROMISES,
    condition_in_words,
    either,
    lower_first,
    provided,
    trigger_clause,
    upper_first,
    way_on,
    what_it_does,
    working_time,
)

# The row of a playbook's page that each kind of rule stands in.
ROW_OF_PART = {
    "enter": "messaging", "when": "messaging", "late": "timing", "quiet": "recovery", "next": "stages",
    "after_delivery": "after", "wake": "recovery",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RuleSaid:
    """A rule as people read it. `stage` is the key of the column and `row` the row of its cell on the playbook's page.

    `condition` is empty where it always holds; `stage_title` where it belongs to no stage of its own.
    """

    id: str
    words: str
    condition: str
    stage: str
    stage_title: str
    row: str


def said_of(playbook: Playbook, id: str) -> RuleSaid | None:
    """A rule or a promise by its id; None where the playbook has neither."""
    if place := playbook.places.get(id):
        return rule_in_words(playbook, place)
    for key, stage in playbook.stages.items():
        for limit in stage.limits:
            if limit.id == id:
                said = promise_of(limit)
                return RuleSaid(id=id, words=said, condition="", stage=key, stage_title=stage.title, row="timing")
    return None


def rule_in_words(playbook: Playbook, place: RulePlace) -> RuleSaid:
    rule = place.rule
    stage = place.stage or (playbook.delivery_stage if place.part == "after_delivery" else playbook.first_stage)
    return RuleSaid(
        id=rule.id,
        words=upper_first(f"{sentence(playbook, place)}{provided(playbook, rule.if_)}"),
        condition=condition_in_words(playbook, rule.if_) if rule.if_ else "",
        stage=stage,
        stage_title=playbook.stages[place.stage].title if place.stage else "",
        row=ROW_OF_PART[place.part],
    )


def sentence(playbook: Playbook, place: RulePlace) -> str:
    if isinstance(place.rule, Next):
        there = playbook.stages[place.rule.to].title
        told = way_on(playbook, place.stage, place.rule.model_copy(update={"if_": None}))
        return f"it moves to {there} {told.removeprefix(f'to {there} ')}"
    return f"{occasion(playbook, place, place.rule)}, {what_it_does(playbook, place.rule)}"


def occasion(playbook: Playbook, place: RulePlace, rule: Rule) -> str:
    """What sets it off: “when they write”, “1 day after they went quiet”."""
    wait = f"{rule.after.in_words} " if rule.after else ""
    match place.part:
        case "enter":
            return (
                f"{wait}after it comes to {playbook.stages[place.stage].title}"
                if wait
                else (f"when it comes to {playbook.stages[place.stage].title}")
            )
        case "when":
            clauses = either(
                list(dict.fromkeys(trigger_clause(playbook, word) for word in triggers_of(playbook, place)))
            )
            return f"{wait}after {clauses}" if wait else f"when {clauses}"
        case "late" if place.limit:
            late = f"{working_time(rule.after)} after" if rule.after else "when"
            broken = "late" if place.limit.clock in PROMISES else "over"
            return f"{late} {lower_first(promise_of(place.limit))} is {broken}"
        case "quiet":
            return f"{wait}after they went quiet"
        case "after_delivery":
            return f"{wait}after the delivery"
        case _:
            return "when the rest is over"


def triggers_of(playbook: Playbook, place: RulePlace) -> list[str]:
    """What a rule of a stage answers to, in the words of the playbook."""
    answers = playbook.stages[place.stage].when
    return [word for when in answers if place.rule in when.do for word in when.on]


def promise_of(limit: Limit) -> str:
    """“First reply in 5 working minutes”, “the end of 3 working days in the stage”."""
    if limit.clock in PROMISES:
        return f"The {lower_first(PROMISES[limit.clock])} {working_time(limit.within)}"
    return f"The limit of {working_time(limit.within)} in the stage"

"""Which answers the conditions and messages of a playbook look at, and where. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping

from trellis.journeys.playbook.schema import Condition, Next, Playbook, Rule, Stage

Answers = dict[str, str]
_ANSWER = re.compile(r"{[{%][^}]*\banswers\.(\w+)")


def tests_of(condition: Condition | None) -> Iterator[Condition]:
    """The single tests that a condition is made of."""
    if condition is None:
        return
    if condition.field is not None:
        yield condition
    for group in (condition.all, condition.any, condition.none):
        for part in group or []:
            yield from tests_of(part)


def conditions_of(playbook: Playbook) -> list[set[str]]:
    """The fields of each condition."""
    conditions = (place.rule.if_ for place in playbook.places.values() if place.rule.if_)
    return [{test.field or "" for test in tests_of(condition)} for condition in conditions]


def values_tested(playbook: Playbook) -> dict[str, tuple[str, ...]]:
    """By question: the answers that some condition names, and one that none does."""
    named: dict[str, list[str]] = {}
    for place in playbook.places.values():
        for test in tests_of(place.rule.if_):
            room, _, key = (test.field or "").partition(".")
            if room == "answers":
                named.setdefault(key, []).extend(value for value in (test.is_, test.is_not) if value)
    return {key: (*dict.fromkeys(values), unnamed(playbook, key, values)) for key, values in named.items()}


def unnamed(playbook: Playbook, key: str, values: Iterable[str]) -> str:
    options = next((question.options for question in playbook.questions if question.key == key), [])
    return next((option for option in options if option not in values), "something else")


def answers_in(text: str) -> set[str]:
    return set(_ANSWER.findall(text))


def relevant_answers(playbook: Playbook) -> Mapping[str, frozenset[str]]:
    """By stage: the questions that a rule may still look at, there or in a stage that it leads to."""
    ahead = {key: stages_ahead(playbook, key) for key in playbook.stages}
    shared = answers_of_rules(playbook, [*playbook.after_delivery, *playbook.parking.wake])
    own = {key: answers_of_rules(playbook, staying(stage)) for key, stage in playbook.stages.items()}
    entered = {key: answers_of_rules(playbook, stage.enter) for key, stage in playbook.stages.items()}
    return {
        key: frozenset(shared | own[key]).union(*(own[later] | entered[later] for later in ahead[key]))
        for key in playbook.stages
    }


def stages_ahead(playbook: Playbook, start: str) -> set[str]:
    """Stages that ways lead to from here, this one among them only where a way comes back."""
    seen, waiting = set[str](), [way.to for way in playbook.stages[start].next]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += [way.to for way in playbook.stages[key].next]
    return seen


def staying(stage: Stage) -> list[Rule | Next]:
    """The rules that may act while a journey stays."""
    late = [rule for limit in stage.limits for rule in limit.late]
    return [*late, *stage.quiet, *stage.next, *(rule for when in stage.when for rule in when.do)]


def answers_of_rules(playbook: Playbook, rules: Iterable[Rule | Next]) -> set[str]:
    found = set[str]()
    for rule in rules:
        fields = (test.field or "" for test in tests_of(rule.if_))
        found |= {field.partition(".")[2] for field in fields if field.startswith("answers.")}
        if isinstance(rule, Rule) and rule.send:
            message = playbook.messages[rule.send]
            found |= answers_in(f"{message.subject or ''} {message.text}")
        if isinstance(rule, Next) and "answers_complete" in rule.on:
            found.add("")
    return found

"""What only the whole of a playbook tells: ids used twice, names that lead nowhere, templates that cannot be read."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from liquid import Environment
from liquid.exceptions import LiquidError

from trellis.journeys.playbook.schema import PHASES, Condition, Next, Playbook, Rule

Path = tuple[str | int, ...]
_environment = Environment()


def loose_ends(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """What only the whole can tell: ids used twice, and names that lead nowhere."""
    yield from wrong_phases(playbook)
    yield from repeated_ids(playbook)
    yield from wrong_targets(playbook)
    yield from wrong_conditions(playbook)
    yield from wrong_matches(playbook)
    yield from broken_templates(playbook)
    for path, rule in rules_with_paths(playbook):
        if rule.send is not None and rule.send not in playbook.messages:
            yield (*path, "send"), unknown("message", rule.send, playbook.messages)
        if path[-2] in ("quiet", "after_delivery") and rule.after is None:
            yield path, f"`{rule.id}` needs `after`: how long to wait"


def wrong_phases(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    for key, stage in playbook.stages.items():
        if stage.phase not in PHASES[playbook.kind]:
            yield ("stages", key, "phase"), unknown("phase", stage.phase, PHASES[playbook.kind])


def repeated_ids(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    paths = [(path, rule.id) for path, rule in rules_with_paths(playbook)]
    paths += [
        (("stages", key, part, index), item.id)
        for key, stage in playbook.stages.items()
        for part in ("next", "limits")
        for index, item in enumerate(getattr(stage, part))
    ]
    times = Counter(id for _, id in paths)
    for path, id in paths:
        if times[id] > 1:
            yield (*path, "id"), f"the id `{id}` is used {times[id]} times; each rule needs its own"
    asked = Counter(question.key for question in playbook.questions)
    for index, question in enumerate(playbook.questions):
        if asked[question.key] > 1:
            yield ("questions", index), f"the question `{question.key}` is asked {asked[question.key]} times"


def wrong_targets(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    for key, stage in playbook.stages.items():
        for index, item in enumerate(stage.next):
            path: Path = ("stages", key, "next", index)
            if item.to not in playbook.stages:
                yield (*path, "to"), unknown("stage", item.to, playbook.stages)
            for id in item.done:
                if id not in playbook.places:
                    yield (*path, "done"), unknown("rule", id, playbook.places)


def wrong_conditions(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """A condition on a field that nothing ever fills would hold back its rule for good, without a word."""
    known = ["stage", "status", "priority", *(f"answers.{question.key}" for question in playbook.questions)]
    ways = [
        (("stages", key, "next", index), item)
        for key, stage in playbook.stages.items()
        for index, item in enumerate(stage.next)
    ]
    both: list[tuple[Path, Rule | Next]] = [*rules_with_paths(playbook), *ways]
    for path, item in both:
        for place, field in fields_of(item.if_, (*path, "if")):
            if field not in known:
                yield place, unknown("field", field, known)


def wrong_matches(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """Nobody can cover what no field holds."""
    known = [f"answers.{question.key}" for question in playbook.questions]
    for key, stage in playbook.stages.items():
        if stage.owner.match is not None and stage.owner.match not in known:
            yield ("stages", key, "owner", "match"), unknown("field", stage.owner.match, known)


def fields_of(condition: Condition | None, path: Path) -> Iterator[tuple[Path, str]]:
    if condition is None:
        return
    if condition.field is not None:
        yield (*path, "field"), condition.field
    for name in ("all", "any", "none"):
        for index, part in enumerate(getattr(condition, name) or []):
            yield from fields_of(part, (*path, name, index))


def broken_templates(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    texts: list[tuple[Path, str]] = [
        ((*path, "task", rule.task.kind), rule.task.title) for path, rule in rules_with_paths(playbook) if rule.task
    ]
    texts += [
        (("messages", key, part), getattr(message, part) or "")
        for key, message in playbook.messages.items()
        for part in ("subject", "acknowledge", "ask", "next_step")
    ]
    for path, text in texts:
        try:
            _environment.from_string(text)
        except LiquidError as error:
            yield path, f"this template cannot be read: {str(error).splitlines()[0]}"


def rules_with_paths(playbook: Playbook) -> Iterator[tuple[Path, Rule]]:
    for key, stage in playbook.stages.items():
        here: Path = ("stages", key)
        groups: list[tuple[Path, Sequence[Rule]]] = [
            ((*here, "enter"), stage.enter),
            ((*here, "quiet"), stage.quiet),
        ]
        groups += [((*here, "when", n, "do"), when.do) for n, when in enumerate(stage.when)]
        groups += [((*here, "limits", n, "late"), limit.late) for n, limit in enumerate(stage.limits)]
        for path, rules in groups:
            yield from (((*path, n), rule) for n, rule in enumerate(rules))
    yield from ((("after_delivery", n), rule) for n, rule in enumerate(playbook.after_delivery))
    yield from ((("parking", "wake", n), rule) for n, rule in enumerate(playbook.parking.wake))


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    return f"there is no {what} `{word}`{guess(word, known)}"


def guess(word: str, known: Iterable[str]) -> str:
    """The known word that they may have meant, as the end of a sentence."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""

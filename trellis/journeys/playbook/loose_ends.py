"""What only the whole of a playbook tells: ids used twice, names that lead nowhere, templates that cannot be read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from liquid import Environment
from liquid.exceptions import LiquidError

from trellis.core.conditions import Path, faults_of
from trellis.core.guessing import unknown
from trellis.journeys.playbook.fields import fields_of_rules
from trellis.journeys.playbook.schema import PHASES, Next, Playbook, Rule

_environment = Environment()


def loose_ends(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """What only the whole can tell: ids used twice, and names that lead nowhere."""
    yield from wrong_phases(playbook)
    yield from repeated_ids(playbook)
    yield from wrong_targets(playbook)
    yield from wrong_conditions(playbook)
    yield from wrong_matches(playbook)
    yield from broken_templates(playbook)
    yield from wrong_scenarios(playbook)
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
    known = fields_of_rules(playbook)
    ways = [
        (("stages", key, "next", index), item)
        for key, stage in playbook.stages.items()
        for index, item in enumerate(stage.next)
    ]
    both: list[tuple[Path, Rule | Next]] = [*rules_with_paths(playbook), *ways]
    for path, item in both:
        yield from faults_of(item.if_, known, (*path, "if"))


def wrong_matches(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """Nobody can cover what no field holds."""
    known = [f"answers.{question.key}" for question in playbook.questions]
    for key, stage in playbook.stages.items():
        if stage.owner.match is not None and stage.owner.match not in known:
            yield ("stages", key, "owner", "match"), unknown("field", stage.owner.match, known)


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


def wrong_scenarios(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """A scenario that names what is not there would prove nothing."""
    teams = {stage.owner.team for stage in playbook.stages.values()}
    questions = [question.key for question in playbook.questions]
    for number, scenario in enumerate(playbook.scenarios):
        here: Path = ("scenarios", number)
        named: list[tuple[Path, str, str | None, Iterable[str]]] = [
            ((*here, "given", "answers", key), "question", key, questions) for key in scenario.given.answers
        ]
        for place, beat in enumerate(scenario.story):
            path, expect = (*here, "story", place), (*here, "story", place, "expect")
            named += [((*path, "answers", key), "question", key, questions) for key in beat.answers or {}]
            named += [((*path, "done"), "rule", beat.done, playbook.places)]
            named += [((*path, "move"), "stage", beat.move, playbook.stages)]
            if wanted := beat.expect:
                named += [((*expect, name), "message", getattr(wanted, name), playbook.messages) for name in SENDING]
                named += [((*expect, name), "rule", getattr(wanted, name), playbook.places) for name in STEPPING]
                named += [((*expect, "stage"), "stage", wanted.stage, playbook.stages)]
                named += [((*expect, "owner_in"), "team", wanted.owner_in, teams)]
        yield from (
            (path, unknown(what, word, known)) for path, what, word, known in named if word and word not in known
        )


SENDING, STEPPING = ("sent", "not_sent"), ("step", "no_step")


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

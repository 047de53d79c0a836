"""How much of each playbook that ships its own scenarios hold fast: of its rules, changed one at a time, who notices.

`python -m bench.scenario_mutants [--survivors KEY]` prints the table, and of one playbook what nobody noticed.
"""

import argparse
import copy
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from rich.console import Console
from rich.table import Table

from bench.defects import PACKS, Fields
from bench.figures import Figure
from trellis.core.durations import Duration
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.loose_ends import loose_ends
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.scenarios import run_scenarios

SEED, QUICK_EACH = 7, 3
TIMES = 3
type Place = tuple[str | int, ...]
KINDS = ("rule dropped", "way dropped", "three times as long", "another message", "another team")


@dataclass(frozen=True)
class Mutant:
    kind: str
    what: str
    playbook: Playbook

    def is_noticed(self) -> bool:
        """Whether some scenario fails, cannot be played any more, or names what is gone."""
        if list(loose_ends(self.playbook)):
            return True
        try:
            return any(outcome.failures for outcome in run_scenarios(self.playbook))
        except Exception:  # A story that breaks off is noticed as well.
            return True


@dataclass
class Score:
    key: str
    made: dict[str, int] = field(default_factory=dict)
    noticed: dict[str, int] = field(default_factory=dict)
    survivors: list[str] = field(default_factory=list)

    def judge(self, mutant: Mutant) -> None:
        self.made[mutant.kind] = self.made.get(mutant.kind, 0) + 1
        if mutant.is_noticed():
            self.noticed[mutant.kind] = self.noticed.get(mutant.kind, 0) + 1
        else:
            self.survivors.append(f"{mutant.kind}: {mutant.what}")

    @property
    def share(self) -> float:
        return sum(self.noticed.values()) / max(1, sum(self.made.values()))

    def of(self, kind: str) -> str:
        return f"{self.noticed.get(kind, 0)}/{self.made.get(kind, 0)}"


def score(key: str, *, each: int | None = None) -> Score:
    """Every change there is, or `each` of a kind, drawn by the seed."""
    found = Score(key)
    document = document_of(key)
    if Mutant("", key, Playbook.model_validate(document)).is_noticed():
        raise ValueError(f"The scenarios of {key} fail before anything is changed.")
    for kind in KINDS:
        mutants = list(mutants_of(kind, document))
        if each is not None:
            mutants = Random(SEED).sample(mutants, min(each, len(mutants)))
        for mutant in mutants:
            found.judge(mutant)
    return found


def document_of(key: str) -> Fields:
    file = next(file for file in PACKS if file.stem == key)
    document: Fields = load_playbook(file.read_text()).model_dump(mode="json", by_alias=True, exclude_none=True)
    return document


def mutants_of(kind: str, document: Fields) -> Iterator[Mutant]:
    for number, what in enumerate(list(changes(kind, copy.deepcopy(document)))):
        changed = copy.deepcopy(document)
        next(said for place, said in enumerate(changes(kind, changed)) if place == number)
        try:
            playbook = Playbook.model_validate(changed)
            bare = Playbook.model_validate(changed | {"scenarios": []})
        except ValueError:  # The strict reading notices.
            continue
        if not list(loose_ends(bare)):
            yield Mutant(kind, what, playbook)


def changes(kind: str, document: Fields) -> Iterator[str]:
    """Each change there is of a kind, made in place when it is asked for; the caller stops after the one it wants."""
    match kind:
        case "rule dropped" | "way dropped":
            yield from dropped(document, ways=kind == "way dropped")
        case "three times as long":
            yield from longer(document)
        case "another message":
            yield from swapped(document)
        case _:
            yield from given_away(document)


def dropped(document: Fields, *, ways: bool) -> Iterator[str]:
    for name, rules in lists_of_rules(document):
        if (name == "next") == ways:
            for rule in list(rules):
                place = rules.index(rule)
                rules.remove(rule)
                yield rule["id"]
                rules.insert(place, rule)


def longer(document: Fields) -> Iterator[str]:
    for name, rules in lists_of_rules(document):
        for rule in rules:
            for holder, word in ((rule, "after"), (rule, "park"), (rule.get("task") or {}, "due")):
                if holder.get(word):
                    yield from stretched(holder, word, f"{word} of {rule['id']} ({name})")
    for stage in document["stages"].values():
        for limit in stage.get("limits", []):
            yield from stretched(limit, "within", f"within of {limit['id']}")


def stretched(holder: Fields, word: str, what: str) -> Iterator[str]:
    was = holder[word]
    duration = Duration.parse(was)
    holder[word] = f"{duration.amount * TIMES}{duration.unit}"
    yield what
    holder[word] = was


def swapped(document: Fields) -> Iterator[str]:
    keys = list(document["messages"])
    for _, rules in lists_of_rules(document):
        for rule in rules:
            if was := rule.get("send"):
                rule["send"] = keys[(keys.index(was) + 1) % len(keys)]
                yield f"{rule['id']} sends {rule['send']}"
                rule["send"] = was


def given_away(document: Fields) -> Iterator[str]:
    teams = list(dict.fromkeys(stage["owner"]["team"] for stage in document["stages"].values()))
    for key, stage in document["stages"].items():
        was = stage["owner"]["team"]
        stage["owner"]["team"] = next((team for team in teams if team != was), "strangers")
        yield f"{key} belongs to {stage['owner']['team']}"
        stage["owner"]["team"] = was


def lists_of_rules(document: Fields) -> Iterator[tuple[str, list[Fields]]]:
    for stage in document["stages"].values():
        for name in ("enter", "quiet", "next"):
            yield name, stage.get(name, [])
        for answer in stage.get("when", []):
            yield "when", answer["do"]
        for limit in stage.get("limits", []):
            yield "late", limit.get("late", [])
    yield "after_delivery", document.get("after_delivery", [])
    yield "wake", document["parking"].get("wake", [])


def table(scores: list[Score]) -> Table:
    shown = Table(title="What the scenarios of each playbook notice", title_justify="left", header_style="")
    for heading in ("playbook", *KINDS, "score"):
        shown.add_column(heading, justify="left" if heading == "playbook" else "right")
    for one in scores:
        shown.add_row(one.key, *(one.of(kind) for kind in KINDS), f"{one.share:.2f}")
    return shown


def measure(*, quick: bool) -> Iterator[Figure]:
    scores = [score(file.stem, each=QUICK_EACH if quick else None) for file in PACKS]
    Console(file=sys.stderr, width=120).print(table(scores))
    made = sum(sum(one.made.values()) for one in scores)
    noticed = sum(sum(one.noticed.values()) for one in scores)
    worst = min(scores, key=lambda one: one.share)
    yield Figure("scenarios.mutants", made, f"in {len(scores)} playbooks")
    yield Figure("scenarios.noticed", round(noticed / made, 3), f"least in {worst.key}: {worst.share:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scenario_mutants", description=__doc__)
    parser.add_argument("--survivors", metavar="KEY", help="what nobody noticed in this playbook")
    options = parser.parse_args()
    if options.survivors:
        print("\n".join(score(options.survivors).survivors))
    else:
        Console(width=120).print(table([score(file.stem) for file in PACKS]))


if __name__ == "__main__":
    main()

"""What the linter finds of defects that were put into sound playbooks, and what it finds in the sound ones.

`python -m bench.defects [--each 25]` prints the table: a line for each kind of finding.
"""

import argparse
import copy
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from bench.mutants import DEFECTS, Equal, Fields
from bench.mutants_of_words import ROSTERS
from bench.variants import sound, variant
from trellis.journeys import playbook as playbook_room
from trellis.journeys.lint.check import OPT_OUTS, lint
from trellis.journeys.lint.finding import Finding, errors
from trellis.journeys.lint.people import default_roster
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.loose_ends import loose_ends
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Roster

# A Monday; the fortnight from here on has no holiday in it.
AT = datetime(2026, 6, 8, 9, tzinfo=ZoneInfo("America/Chicago"))
EACH, QUICK_EACH, VALID = 25, 3, 60
PACKS = sorted((Path(str(playbook_room.__file__)).parent / "packs").glob("*.yaml"))


@dataclass(frozen=True)
class Mutant:
    """One playbook with one defect: `code` must find it. `number` and `what` say which and where."""

    code: str
    number: int
    what: str
    playbook: Playbook
    roster: Roster
    opt_outs: frozenset[str] = OPT_OUTS

    def lint(self) -> list[Finding]:
        return lint(self.playbook, self.roster, at=AT, opt_outs=self.opt_outs)

    def found(self) -> list[Finding]:
        return [finding for finding in self.lint() if finding.code == self.code]


@dataclass
class Row:
    """One kind of finding. `equal` were left out: they are no defects, and it says why."""

    code: str
    seeded: int = 0
    found: int = 0
    equal: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.seeded if self.seeded else 0.0


def valid(many: int = VALID) -> Iterator[tuple[str, Playbook]]:
    """The playbooks that ship, and variants."""
    for file in PACKS:
        yield file.stem, load_playbook(file.read_text())
    for number in range(many):
        yield f"variant {number}", sound(variant(number))


def mutants(code: str, each: int, row: Row | None = None) -> Iterator[Mutant]:
    """`each` playbooks with a defect of this kind: those that ship first, then variants, its makers in turn."""
    made, number = 0, 0
    documents = shipped()
    while made < each and number < 40 * each:
        defect = DEFECTS[code][number % len(DEFECTS[code])]
        turn = number // len(DEFECTS[code])
        base = documents[turn] if turn < len(documents) else variant(turn - len(documents))
        try:
            mutant = mutated(code, number, base, defect)
        except Equal:
            mutant = None
            if row:
                row.equal += 1
        if mutant:
            made += 1
            yield mutant
        number += 1


def mutated(code: str, number: int, base: Fields, defect: object) -> Mutant | None:
    """Nothing where the playbook has no place for it, or where the strict reading would refuse it anyway."""
    document = copy.deepcopy(base)
    what = defect(document, Random(number))  # type: ignore[operator]
    if what is None:
        return None
    playbook = Playbook.model_validate(document)
    if list(loose_ends(playbook)):
        return None
    roster = default_roster(playbook)
    roster = ROSTERS[code](roster, AT) if code in ROSTERS else roster
    opt_outs = OPT_OUTS - {"email"} if code == "J4.opt-out" else OPT_OUTS
    return Mutant(code, number, f"{document['playbook']}: {what}", playbook, roster, opt_outs)


def shipped() -> list[Fields]:
    found = []
    for file in PACKS:
        document = load_playbook(file.read_text()).model_dump(mode="json", by_alias=True, exclude_none=True)
        document["scenarios"] = []  # They name rules; what a defect takes away would be noticed by the strict reading.
        if document["kind"] == "sales":
            found.append(document)
    return found


def judge(code: str, each: int) -> Row:
    row = Row(code)
    for mutant in mutants(code, each, row):
        row.seeded += 1
        if mutant.found():
            row.found += 1
        else:
            row.missed.append(mutant.what)
    return row


def false_alarms(many: int = VALID) -> list[str]:
    """Errors in playbooks that have no defect."""
    return [f"{name}: {finding}" for name, playbook in valid(many) for finding in errors(lint(playbook, at=AT))]


def slowest() -> float:
    """Seconds of the slowest lint of a playbook that ships, the best of three."""
    return max(min(seconds(load_playbook(file.read_text())) for _ in range(3)) for file in PACKS)


def seconds(playbook: Playbook) -> float:
    began = time.perf_counter()
    lint(playbook, at=AT)
    return time.perf_counter() - began


def table(rows: Iterable[Row], alarms: list[str]) -> Table:
    shown = Table(title="Seeded defects", title_justify="left", header_style="")
    for heading in ("class", "seeded", "found", "recall", "equal, left out"):
        shown.add_column(heading, justify="left" if heading == "class" else "right")
    for row in rows:
        shown.add_row(row.code, str(row.seeded), str(row.found), f"{row.recall:.3f}", str(row.equal or ""))
    shown.add_row("false alarms on valid ones", str(VALID + len(PACKS)), str(len(alarms)), "", "")
    return shown


def measure(*, quick: bool) -> Iterator[Figure]:
    rows = [judge(code, QUICK_EACH if quick else EACH) for code in DEFECTS]
    alarms = false_alarms(10 if quick else VALID)
    Console(file=sys.stderr, width=100).print(table(rows, alarms))
    seeded = sum(row.seeded for row in rows)
    missed = "; ".join(f"{row.code} {what}" for row in rows for what in row.missed)
    yield Figure("lint.seeded", seeded, f"{len(rows)} kinds")
    yield Figure("lint.recall", min(row.recall for row in rows), f"of the worst kind; missed: {missed or 'none'}")
    yield Figure("lint.alarms", len(alarms), "; ".join(alarms))
    yield Figure("lint.seconds", slowest())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.defects", description=__doc__)
    parser.add_argument("--each", type=int, default=EACH, help="how many defects of each kind")
    parser.add_argument("--code", action="append", help="only this kind; more than once for more")
    options = parser.parse_args()
    rows = [judge(code, options.each) for code in options.code or DEFECTS]
    alarms = [] if options.code else false_alarms()
    Console().print(table(rows, alarms))
    for line in [*(f"missed: {row.code} {what}" for row in rows for what in row.missed), *alarms]:
        print(line)


if __name__ == "__main__":
    main()

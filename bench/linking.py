"""Who may be the same person, on public data with a known truth: precision, recall, and whether chances come true.

`python -m bench.linking` prints the table. The sets lie beside the checkout; where they do not, nothing is measured.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from trellis.people.linkage.blocking import pairs
from trellis.people.linkage.learning import learn
from trellis.people.linkage.likeness import SHOWN, likeness
from trellis.people.linkage.traits import Traits
from trellis.people.linkage.weights import Weights

SETS = Path(__file__).resolve().parents[2] / "shared/data/dedupe"
DECILES = 10


@dataclass(frozen=True)
class Known:
    """A public set: its people, and who of them is whom."""

    name: str
    people: dict[str, Traits]
    whose: dict[str, str]

    def is_one(self, pair: tuple[str, str]) -> bool:
        return self.whose[pair[0]] == self.whose[pair[1]]

    @property
    def truth(self) -> int:
        return sum(count * (count - 1) // 2 for count in Counter(self.whose.values()).values())


@dataclass(frozen=True)
class Result:
    """What was found. `brier` is the mean squared error of the chances of all pairs that were compared."""

    name: str
    compared: int
    reached: float
    precision: float
    recall: float
    brier: float
    gap: float
    deciles: list[tuple[int, float, float]]
    seconds: float


def measure(*, quick: bool) -> Iterator[Figure]:
    if not SETS.exists():
        return
    results = [judge(known, learn(known.people)) for known in sets()]
    note = "; ".join(f"{one.name} {one.precision:.3f} / {one.recall:.3f}" for one in results)
    yield Figure("linking.precision", min(one.precision for one in results), f"precision / recall: {note}")
    yield Figure("linking.recall", min(one.recall for one in results))
    yield Figure("linking.gap", max(one.gap for one in results))
    yield Figure("linking.rate", sum(one.compared for one in results) / sum(one.seconds for one in results))


def sets() -> list[Known]:
    return [febrl("Febrl 1", "dataset1.csv"), febrl("Febrl 4", "dataset4a.csv", "dataset4b.csv"), fake()]


def febrl(name: str, *files: str) -> Known:
    """Without the social security number, which no customer tells: it alone would settle nearly all."""
    rows = [row for file in files for row in read(SETS / "febrl" / file)]
    return Known(
        name,
        {
            row["rec_id"]: Traits(
                name=f"{row['given_name']} {row['surname']}".strip(),
                address=" ".join((row["street_number"], row["address_1"], row["address_2"])).strip(),
                place=" ".join((row["suburb"], row["postcode"], row["state"])).strip(),
                birthday=iso(row["date_of_birth"]),
            )
            for row in rows
        },
        {row["rec_id"]: row["rec_id"].split("-")[1] for row in rows},
    )


def fake() -> Known:
    rows = read(SETS / "splink" / "fake_1000.csv")
    return Known(
        "fake 1000",
        {
            row["unique_id"]: Traits(
                name=f"{row['first_name']} {row['surname']}".strip(),
                emails=frozenset({row["email"].lower()} - {""}),
                place=row["city"],
                birthday=row["dob"],
            )
            for row in rows
        },
        {row["unique_id"]: row["cluster"] for row in rows},
    )


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return [
            {key.strip(): (value or "").strip() for key, value in row.items()}
            for row in csv.DictReader(file, skipinitialspace=True)
        ]


def iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 else day


def judge(known: Known, weights: Weights) -> Result:
    """Compare all who share a block, and hold what comes out against the truth."""
    started = time.perf_counter()
    chances = {
        pair: likeness(known.people[pair[0]], known.people[pair[1]], weights).probability
        for pair in pairs(known.people)
    }
    seconds = time.perf_counter() - started
    shown = [pair for pair, chance in chances.items() if chance >= SHOWN]
    right = sum(map(known.is_one, shown))
    error = sum((chance - known.is_one(pair)) ** 2 for pair, chance in chances.items()) / len(chances)
    deciles = list(reliability(chances, known.is_one))
    gap = sum(count * abs(promised - came) for count, promised, came in deciles) / len(chances)
    return Result(
        name=known.name,
        compared=len(chances),
        reached=sum(map(known.is_one, chances)) / known.truth,
        precision=right / max(len(shown), 1),
        recall=right / known.truth,
        brier=error,
        gap=gap,
        deciles=deciles,
        seconds=seconds,
    )


def reliability(
    chances: dict[tuple[str, str], float], is_one: Callable[[tuple[str, str]], bool]
) -> Iterator[tuple[int, float, float]]:
    """For each tenth of the scale: how many pairs, the mean chance that was given, and the share that came true."""
    for tenth in range(DECILES):
        inside = {pair: chance for pair, chance in chances.items() if min(int(chance * DECILES), DECILES - 1) == tenth}
        if inside:
            yield len(inside), sum(inside.values()) / len(inside), sum(map(is_one, inside)) / len(inside)


def main() -> None:
    if not SETS.exists():
        raise SystemExit(f"{SETS} is not there")
    table = Table(title="Who may be the same person", title_justify="left", header_style="")
    for heading in ("", "weights", "pairs", "reached", "precision", "recall", "Brier", "gap", "pairs/s"):
        table.add_column(heading, justify="right")
    for known in sets():
        for said, weights in (("shipped", Weights(people=len(known.people))), ("learned", learn(known.people))):
            one = judge(known, weights)
            figures = (one.reached, one.precision, one.recall, one.brier, one.gap)
            rate = f"{one.compared / one.seconds:,.0f}"
            table.add_row(known.name, said, f"{one.compared:,}", *(f"{figure:.4f}" for figure in figures), rate)
            print(known.name, said, [(count, round(p, 2), round(came, 2)) for count, p, came in one.deciles])
    Console(width=110, file=sys.stdout).print(table)


if __name__ == "__main__":
    main()

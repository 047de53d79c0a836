"""How fast a list is brought in: a file of people with twelve columns, a tenth of them known, by the job itself."""

import csv
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from statistics import quantiles
from unittest.mock import patch

from django.test.utils import override_settings

from bench.figures import Figure
from bench.town import FIRST, LAST, PLACES
from trellis.core.sqlite.turnstile import Turnstile
from trellis.transfer.importing.plan import Column, Plan
from trellis.transfer.models import Import

ROWS, QUICK_ROWS = 100_000, 10_000
HEAD = (
    "First Name", "Last Name", "Email", "Phone", "Company", "City", "Job Title", "Tags", "Street", "Notes on roof",
    "Roof age", "Consent to email",
)  # fmt: skip
TAGS = ("Storm", "Insurance;Repeat customer", "", "Landlord", "Gutters;Metal roof")


def measure(*, quick: bool) -> Iterator[Figure]:
    yield from bring(QUICK_ROWS if quick else ROWS)


def bring(rows: int) -> Iterator[Figure]:
    """A file of so many rows, of which the first tenth came in before by another file."""
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        work(Path(folder), "known.csv", range(0, rows, 10))
        with longest_hold() as held:
            wall, busy, said = work(Path(folder), "people.csv", range(rows))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield Figure("import.rate", rows / busy, f"{said} By the clock {rows / wall:,.0f}/s; {peak} MB of memory at most")
    if held:
        most = 1000 * quantiles(held, n=20)[-1]
        yield Figure("import.step", 1000 * max(held), f"95 of 100 transactions at most {most:.0f} ms")


@contextmanager
def longest_hold() -> Iterator[list[float]]:
    """How long each transaction kept other writers of a SQLite database waiting, in seconds."""
    held: list[float] = []
    enter, leave, since = Turnstile.enter, Turnstile.leave, 0.0

    def entering(self: Turnstile, patience: float) -> bool:
        nonlocal since
        came = enter(self, patience)
        since = time.perf_counter()
        return came

    def leaving(self: Turnstile) -> None:
        held.append(time.perf_counter() - since)
        leave(self)

    with patch.object(Turnstile, "enter", entering), patch.object(Turnstile, "leave", leaving):
        yield held


def work(folder: Path, name: str, numbers: range) -> tuple[float, float, str]:
    """Bring in the people of these numbers; seconds by the clock, of processor time, and what it said."""
    from django.utils import timezone

    from trellis.team.models import User
    from trellis.team.runs import work_runs
    from trellis.transfer.actions import set_plan, start_import, take_file

    path = folder / name
    write(path, numbers)
    by = User.objects.order_by("email")[0]
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(1 << 20), b"")
        imported = take_file(name, chunks, size=path.stat().st_size, by=by, at=timezone.now())
    set_plan(imported, with_all_columns(imported))
    run = start_import(imported, by=by, at=timezone.now())
    began, busy = time.perf_counter(), time.process_time()
    while run.ended_at is None:
        work_runs(at=timezone.now())
        with suppress(type(run).DoesNotExist):
            run.refresh_from_db()
    return time.perf_counter() - began, time.process_time() - busy, run.said


def with_all_columns(imported: Import) -> Plan:
    """As suggested; the columns that are left become fields of the business."""
    plan = Plan.of(imported.plan)
    made = {"Notes on roof": "new.text:Notes on roof", "Roof age": "new.number:Roof age"}
    columns = zip(imported.headers, plan.columns, strict=True)
    return replace(plan, columns=[Column(made[name]) if not one.target else one for name, one in columns])


def write(path: Path, numbers: range) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(map(person, numbers))


def person(number: int) -> tuple[str, ...]:
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    return (
        first,
        last,
        f"{first}.{last}.{number}@import.example.com",
        f"(501) {200 + number // 10_000 % 700}-{number % 10_000:04d}",
        f"{last} Holdings {number // 60}" if number % 3 == 0 else "",
        PLACES[number % len(PLACES)],
        "Owner" if number % 2 else "",
        TAGS[number % len(TAGS)],
        f"{number % 900 + 1} Oak Street",
        "Shingles, two layers" if number % 2 else "",
        str(number % 40),
        "yes" if number % 4 == 0 else "",
    )

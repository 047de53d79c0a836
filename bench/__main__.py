"""`bin/bench`: measures each database in a process of its own and prints one table. It never fails a build."""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from bench.figures import LINES, Figure, Found, show
from bench.homes import HOME, Home, clear, fingerprint, home_of

SIZE, QUICK_SIZE = 100_000, 5_000
WORKING = "trellis_bench"


def main() -> None:
    options = read_options()
    homes = [home_of(url) for url in options.database or databases()]
    if options.clear:
        clear(homes)
        return
    contacts = options.contacts or (QUICK_SIZE if options.quick else SIZE)
    found: Found = {home.title: measure(home, contacts, quick=options.quick) for home in homes}
    show(found, title=f"{contacts:,} contacts, on {os.cpu_count()} cores ({load()})")
    keep(found, contacts)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"a small database ({QUICK_SIZE:,} contacts), short runs")
    parser.add_argument("--contacts", type=int, help=f"how many people the big business knows ({SIZE:,})")
    parser.add_argument(
        "--database",
        action="append",
        metavar="URL",
        help="sqlite, or postgresql://… of a server where databases named trellis_bench… may be made; more than once "
        "for more columns (SQLite, and the server of DATABASE_URL where that is set)",
    )
    parser.add_argument(
        "--clear", action="store_true", help="remove the filled databases that are kept for the next time"
    )
    return parser.parse_args()


def databases() -> list[str]:
    given = os.environ.get("DATABASE_URL", "")
    return ["sqlite", given] if given.startswith("postgres") else ["sqlite"]


def measure(home: Home, contacts: int, *, quick: bool) -> dict[str, Figure]:
    """Everything about one database, on a copy that is removed afterwards."""
    pristine = f"{WORKING}_{contacts}_{fingerprint()}"
    figures = {} if home.has(pristine) else fill(home, pristine, contacts)
    try:
        home.copy(pristine, WORKING)
        return figures | run(home, WORKING, "measure", contacts, quick=quick)
    finally:
        home.drop(WORKING)


def fill(home: Home, name: str, contacts: int) -> dict[str, Figure]:
    """Make the pristine database, under its name only once it is whole; older ones of this size go."""
    say(f"{home.title}: filling a database with {contacts:,} contacts, once")
    half = f"{WORKING}_half"
    home.make(half)
    figures = run(home, half, "fill", contacts, quick=False)
    if not figures:
        raise SystemExit(f"{home.title}: the database could not be filled")
    for old in home.names():
        if old.startswith(f"{WORKING}_{contacts}_"):
            home.drop(old)
    home.rename(half, name)
    return figures


def run(home: Home, name: str, task: str, contacts: int, *, quick: bool) -> dict[str, Figure]:
    """One task in a process whose environment names the database; its figures."""
    environment = os.environ | {
        "DATABASE_URL": home.url(name),
        "DJANGO_SETTINGS_MODULE": "trellis.config.settings",
        "TRELLIS_DATA": str(HOME / "data"),
    }
    command = [
        sys.executable,
        "-m",
        "bench.measure",
        task,
        "--contacts",
        str(contacts),
        *(["--quick"] if quick else []),
    ]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        figures = {}
        for line in process.stdout:
            figure = Figure.receive(line)
            figures[figure.key] = figure
            say(f"{home.title}: {LINES[figure.key].says}: {figure.value:,.1f} {LINES[figure.key].unit}")
    if process.returncode:
        say(f"{home.title}: not everything could be measured")
    return figures


def keep(found: Found, contacts: int) -> None:
    told = {title: {key: asdict(figure) for key, figure in figures.items()} for title, figures in found.items()}
    Path(HOME / f"figures-{contacts}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False))


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} at the end"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

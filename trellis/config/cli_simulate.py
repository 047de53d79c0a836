"""`trellis playbook simulate`: what a playbook would do, told as it goes on, stopped by Ctrl-C with what is known."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from trellis.config.cli_words import FileUnreadable, now, read_file, refuse, use_django

LIKE = 'such as "Maya=2026-01-12..2026-01-16"'


def add_simulate(verbs: Any, add: Any) -> None:
    says = "Run a playbook on a clock of its own: leads arrive, customers answer or do not, people work"
    word = add("simulate", simulate_playbook, says, to=verbs)
    word.add_argument("file", type=Path)
    word.add_argument("--leads", type=int, metavar="N", help="how many people reach out (300)")
    word.add_argument("--days", type=int, metavar="D", help="for how long (30)")
    word.add_argument("--seed", type=int, metavar="S", help="whose luck it is; the same seed gives the same run (1)")
    word.add_argument("--staff", action="append", default=[], metavar="N", help="people in each team; TEAM=N for one")
    word.add_argument("--away", action="append", default=[], metavar="NAME=DAYS", help=f"days off, {LIKE}")
    word.add_argument("--business", action="store_true", help="with the people of this business, from today on")
    word.add_argument("--promise", type=float, metavar="PERCENT", help="when a promise counts as kept (80)")
    word.add_argument("--with", dest="scenario", type=Path, metavar="FILE", help="a scenario in YAML or JSON")
    word.add_argument("--no-search", action="store_true", help="do not look for the rate at which the promise breaks")
    word.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw it")
    word.add_argument("--json", action="store_true")


def simulate_playbook(options: argparse.Namespace) -> int:
    from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
    from trellis.journeys.simulate.reading import BadScenario
    from trellis.journeys.simulate.run import NeverRests

    try:
        playbook = load_playbook(read_file(options.file))
        text = read_file(options.scenario) if options.scenario else ""
        scenario = scenario_of(options, playbook, text)
    except FileUnreadable as error:
        return refuse(str(error))
    except PlaybookFaulty as faulty:
        return refuse("\n".join(f"{options.file}: {fault}" for fault in faulty.faults))
    except BadScenario as error:
        return refuse(str(error))
    try:
        report, was_stopped = run(playbook, scenario, search=not options.no_search)
    except NeverRests as endless:
        return refuse(str(endless))
    return tell(options, report, was_stopped)


def scenario_of(options: argparse.Namespace, playbook: Any, text: str) -> Any:
    """With --business the database says who works here and when; without it, none is asked."""
    from trellis.journeys.simulate.reading import BadScenario, read_scenario

    if not options.business:
        return read_scenario(playbook, text=text, given=given(options), staff=options.staff, away=options.away)
    if options.staff or options.away:
        raise BadScenario(
            "With --business people and absences are those of the business: leave out --staff and --away."
        )
    use_django()
    from trellis.journeys.simulating import scenario_of_business

    return scenario_of_business(playbook, text=text, given=given(options), at=now())


def given(options: argparse.Namespace) -> dict[str, Any]:
    """What the flags say, by the names of a scenario."""
    said = {name: getattr(options, name) for name in ("leads", "days", "seed")}
    said["promised"] = options.promise / 100 if options.promise is not None else None
    return {name: value for name, value in said.items() if value is not None}


def run(playbook: Any, scenario: Any, *, search: bool) -> tuple[Any, bool]:
    """The report, and whether somebody stopped it."""
    from trellis.journeys.simulate.run import Run
    from trellis.journeys.simulate.search import breaking_rate
    from trellis.journeys.simulate.summing_up import sum_up

    with until_stopped() as stopped:
        with progress(f"{scenario.leads:,} leads", stopped) as tick:
            report = sum_up(Run(playbook, scenario).play(tick))
        if search and not stopped():
            with progress("When the promise breaks", stopped) as tick:
                report = replace(report, breaking=breaking_rate(playbook, scenario, tick))
        return report, stopped()


def tell(options: argparse.Namespace, report: Any, was_stopped: bool) -> int:
    from trellis.journeys.simulate.picture import picture
    from trellis.journeys.simulate.words import in_words

    print(json.dumps(report.as_json(), ensure_ascii=False) if options.json else in_words(report))
    if options.picture:
        try:
            options.picture.write_text(picture(report))
        except OSError as error:
            return refuse(f"{options.picture} cannot be written: {error.strerror}.")
    return 130 if was_stopped else 0


@contextmanager
def until_stopped() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks to stop after the event that is under way; a second one ends the command."""
    pressed: list[int] = []

    def press(number: int, frame: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(what: str, stopped: Callable[[], bool]) -> Iterator[Callable[[float], bool]]:
    """A bar on a terminal; elsewhere a line for each tenth. It is told how much is done, and says whether to go on."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if console.is_terminal:
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(what, total=1.0)

            def move(share: float) -> bool:
                bar.update(task, completed=share)
                return not stopped()

            yield move
    else:
        tenths = -1

        def write(share: float) -> bool:
            nonlocal tenths
            if int(share * 10) > tenths:
                tenths = int(share * 10)
                print(f"{what}: {tenths * 10}%", file=sys.stderr, flush=True)
            return not stopped()

        yield write

"""The simulator, from end to end: decisions a second of whole runs of the playbook that we ship, on one core."""

import time
from collections.abc import Iterator

from bench.figures import Figure
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.publish import pack
from trellis.journeys.simulate.reading import read_scenario
from trellis.journeys.simulate.run import Run
from trellis.journeys.simulate.summing_up import sum_up

SECONDS = 6.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Everything counts: arrivals, customers, people, the engine, and the summing up."""
    playbook = load_playbook(pack("storm-and-repair"))
    scenario = read_scenario(playbook, given={"leads": 600})
    seconds, done = 2.0 if quick else SECONDS, 0
    sum_up(Run(playbook, scenario).play())
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        done += sum_up(Run(playbook, scenario).play()).decisions
    note = f"{scenario.leads} leads in {scenario.days} days, over and over, one process"
    yield Figure("simulation.decisions", done / (time.perf_counter() - began), note)

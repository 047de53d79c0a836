"""The arrival rate at which a promise breaks: runs with the same luck and more or fewer leads, halved in. Pure."""

from collections.abc import Callable
from math import sqrt
from statistics import mean, stdev

from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.simulate.report import Breaking
from trellis.journeys.simulate.run import Run
from trellis.journeys.simulate.scenario import MOST_LEADS, Scenario
from trellis.journeys.simulate.summing_up import first_response

# So many runs with other luck tell how sure the rate is; the factor is Student's t for 95% with one run less.
RUNS, STUDENT = 5, 2.776
# The rate is found to within this share of it; fewer leads than this, or fewer days, say little about a share.
CLOSE, FEWEST, DAYS = 0.05, 60, 56

Tick = Callable[[float], bool]


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


def breaking_rate(playbook: Playbook, scenario: Scenario, tick: Tick | None = None) -> Breaking:
    """The largest rate at which the promised share of first responses is in time.

    More leads are the same leads at the same instants and others besides, so that two rates differ by their load alone.
    """
    promised = scenario.promised
    if all(limit.clock != "first_response" for limit in playbook.stages[playbook.first_stage].limits):
        return Breaking(promised=promised, per_week=None, reason="No first response is promised.")
    days, found = max(scenario.days, DAYS), list[float]()
    weeks, start = days / 7, scenario.leads * days / scenario.days
    try:
        for number in range(RUNS):
            trial = Trial(playbook, scenario, seed=scenario.seed + number, days=days, tick=tick, done=number / RUNS)
            leads = most_leads(trial, round(mean(found or [start])))
            if leads is None:
                return Breaking(promised=promised, per_week=None, runs=number + 1, reason=reason(promised, weeks))
            found.append(leads)
    except Stopped:
        return Breaking(promised=promised, per_week=None, runs=len(found), reason="The search was stopped.")
    middle, apart = mean(found) / weeks, STUDENT * stdev(found) / sqrt(RUNS) / weeks
    return Breaking(promised=promised, per_week=middle, low=max(0.0, middle - apart), high=middle + apart, runs=RUNS)


def reason(promised: float, weeks: float) -> str:
    few = FEWEST / weeks
    return f"At {few:.0f} leads a week, already fewer than {promised:.0%} are answered in time."


class Trial:
    """Whether the promise holds with so many leads; each number is tried once."""

    def __init__(
        self, playbook: Playbook, scenario: Scenario, *, seed: int, days: int, tick: Tick | None, done: float
    ) -> None:
        self.playbook = playbook
        self.scenario = scenario.model_copy(update={"seed": seed % 2**63, "days": days})
        self.tick = tick
        self.done = done
        self.tried: dict[int, bool] = {}

    def holds(self, leads: int) -> bool:
        if leads not in self.tried:
            self.tried[leads] = self.run(leads)
        return self.tried[leads]

    def run(self, leads: int) -> bool:
        """A run is given up as soon as too many answers are late: nothing can mend the share any more."""
        run = Run(self.playbook, self.scenario.model_copy(update={"leads": leads}))
        most_late, stopped = (1 - self.scenario.promised) * leads, False

        def go_on(share: float) -> bool:
            nonlocal stopped
            stopped = bool(self.tick and not self.tick(self.done))
            return not stopped and run.tally.late_answers <= most_late

        run.play(go_on)
        if stopped:
            raise Stopped
        kept = first_response(run).in_promise
        return run.tally.late_answers <= most_late and (kept is None or kept >= self.scenario.promised)


def most_leads(trial: Trial, start: int) -> float | None:
    """The largest number that holds, up to the accuracy; None when even the fewest do not."""
    low = high = max(start, FEWEST)
    while trial.holds(high):
        if high >= MOST_LEADS:
            return float(high)
        low, high = high, min(high * 5 // 4 + 1, MOST_LEADS)
    while not trial.holds(low):
        if low <= FEWEST:
            return None
        low, high = max(low * 4 // 5, FEWEST), low
    while high - low > max(1, CLOSE * low):
        middle = (low + high) // 2
        low, high = (middle, high) if trial.holds(middle) else (low, middle)
    return (low + high) / 2

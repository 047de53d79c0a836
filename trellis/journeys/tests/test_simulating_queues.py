"""Where queueing theory knows the answer in closed form, the simulation finds it: one step, people always there.

Each mean wait is estimated from runs with other luck; theory must lie in its 99% confidence interval. The laws of the
books (Little's among them) hold in every run to the last microsecond, which `test_simulating` shows.
"""

from math import exp, factorial, sqrt
from statistics import mean, stdev

import pytest

from trellis.journeys.simulate.run import Run
from trellis.journeys.simulate.scenario import Scenario
from trellis.journeys.simulate.search import breaking_rate
from trellis.journeys.tests.one_call import ONE_CALL, PROMISED, SERVICE, a_desk

pytestmark = pytest.mark.slow

RUNS, STUDENT = 8, 3.499  # Student's t for 99% with 7 degrees of freedom.


def waits(scenario: Scenario) -> tuple[float, float]:
    """The mean wait for a call, in seconds, and half the width of its interval. Each run warms up for a tenth."""
    found = []
    for seed in range(RUNS):
        run = Run(ONE_CALL, scenario.model_copy(update={"seed": seed})).play()
        leads = sorted(run.leads, key=lambda lead: lead.arrived_at)[len(run.leads) // 10 :]
        found.append(mean((lead.answered_at - lead.arrived_at).total_seconds() for lead in leads if lead.answered_at))
    return mean(found), STUDENT * stdev(found) / sqrt(RUNS)


def erlang_c(people: int, used: float) -> float:
    """The probability that a lead has to wait (Erlang, 1917)."""
    offered = people * used
    all_busy = offered**people / factorial(people) / (1 - used)
    return all_busy / (sum(offered**number / factorial(number) for number in range(people)) + all_busy)


@pytest.mark.parametrize(("people", "used"), [(1, 0.5), (2, 0.7), (3, 0.8), (5, 0.8)])
def test_people_who_help_each_other_are_an_m_m_c_queue(people: int, used: float) -> None:
    found, apart = waits(a_desk(people, used, spread="exponential"))
    expected = erlang_c(people, used) * SERVICE / (people * (1 - used))
    assert abs(found - expected) <= apart
    assert apart < expected / 2


@pytest.mark.parametrize("used", [0.5, 0.7])
def test_calls_that_all_take_the_same_time_are_an_m_d_1_queue(used: float) -> None:
    """Pollaczek and Khinchine: half the wait of exponential service."""
    found, apart = waits(a_desk(1, used, spread="constant"))
    assert abs(found - used * SERVICE / (2 * (1 - used))) <= apart


@pytest.mark.parametrize(("people", "used"), [(2, 0.7)])
def test_people_who_are_dealt_leads_in_turn_wait_as_e_c_m_1_queues_do(people: int, used: float) -> None:
    """Each sees every c-th arrival: the wait is s·σ/(1-σ), where σ = (cρ/(cρ + 1 - σ))^c."""
    found, apart = waits(a_desk(people, used, spread="exponential", helps=False))
    sigma = used
    for _ in range(500):
        sigma = (people * used / (people * used + 1 - sigma)) ** people
    assert abs(found - SERVICE * sigma / (1 - sigma)) <= apart


def test_the_promise_breaks_where_an_m_m_1_queue_says() -> None:
    """The share ρ·exp(-(1-ρ)·t/s) waits longer than t: the search finds the rate at which that is a fifth."""
    low, high = 0.1, 0.99
    while high - low > 1e-9:
        used = (low + high) / 2
        too_late = used * exp(-(1 - used) * PROMISED / SERVICE)
        low, high = (used, high) if too_late < 0.2 else (low, used)
    found = breaking_rate(ONE_CALL, a_desk(1, 0.5, spread="exponential"))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= low * 7 * 86400 / SERVICE <= found.high
    assert found.high - found.low < 0.2 * found.low

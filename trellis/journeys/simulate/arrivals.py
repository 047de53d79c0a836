"""When leads reach out: a Poisson process whose rate follows the hours of the week, given how many there are. Pure."""

from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from trellis.journeys.simulate.luck import Luck
from trellis.journeys.simulate.scenario import Scenario

AN_HOUR = timedelta(hours=1)


def arrivals(scenario: Scenario, luck: Luck) -> list[tuple[datetime, int]]:
    """The instants at which leads reach out, each with the lead's number, in order.

    Given its count, a Poisson process is so many independent instants. So a busier run has all the leads of a quieter
    one, at the same instants, and more.
    """
    start, weights = scenario.starts_at, hourly_weights(scenario)
    until = list(accumulate(weights))

    def instant(number: int) -> datetime:
        place = luck.of(number).draw("arrives") * until[-1]
        hour = bisect_right(until, place)
        into = (place - (until[hour] - weights[hour])) / weights[hour]
        return start + (hour + into) * AN_HOUR

    return sorted((instant(number), number) for number in range(scenario.leads))


def hourly_weights(scenario: Scenario) -> list[float]:
    """The rate of each hour of the run, by the clock of the business."""
    zone, profile = ZoneInfo(scenario.zone), scenario.arrivals
    hours = ((scenario.starts_at + number * AN_HOUR).astimezone(zone) for number in range(scenario.days * 24))
    weights = [profile.by_day[hour.weekday()] * profile.by_hour[hour.hour] for hour in hours]
    return weights if any(weights) else [1.0] * len(weights)

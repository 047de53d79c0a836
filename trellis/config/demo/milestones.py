"""When things happened in a story, as minutes of working time back from now."""

import math
from random import Random

from trellis.config.demo.neighbors import Neighbor

HOUR = 60
# How long ago they came to where they stand, at least and at most, in working hours.
STANDS_SINCE = {
    "qualified": (3, 15), "booked": (5, 28), "delivered": (14, 38), "loyal": (118, 136),
    "parked": (64, 120), "lost": (30, 230), "closed": (20, 230), "nobody": (2, 60),
}  # fmt: skip
# And how long each stage before that took.
TOOK = {"booked": (26, 44), "qualified": (4, 11), "in-conversation": (5, 19)}
BEFORE = {"loyal": "booked", "delivered": "booked", "booked": "qualified", "qualified": "in-conversation"}
# Nobody planned their next step longer ago than that: before it gets quiet around a journey.
LATEST_PLANNING = 200


def milestones(neighbor: Neighbor, random: Random) -> dict[str, float]:
    """For each stage, how long ago they entered it; `came` for the first signal."""
    stage, back = neighbor.stands, float(neighbor.done)
    since: dict[str, float] = {}
    if stage in STANDS_SINCE:
        back = back or hours(random, STANDS_SINCE[stage])
        since["delivered" if stage == "loyal" else stage] = min(back, neighbor.came / 2 or back)
    while stage in BEFORE:
        stage = BEFORE[stage]
        back += hours(random, TOOK[stage])
        since[stage] = back
    since["came"] = float(neighbor.came) or back
    return since


def hours(random: Random, least_and_most: tuple[int, int]) -> float:
    return HOUR * random.uniform(*least_and_most)


def planned_ago(neighbor: Neighbor, since: dict[str, float], random: Random) -> float:
    """When they last planned what comes next: after the last word, and before the step is due."""
    if neighbor.planned:
        return float(neighbor.planned)
    latest = neighbor.last_ago or min(since.get("qualified", math.inf), since["came"])
    due = neighbor.step.minutes_from_now if neighbor.step else None
    if due is not None and due < 0:
        return LATEST_PLANNING - due
    longest = HOUR if neighbor.stands == "new" else LATEST_PLANNING
    return min(latest * 0.8, random.uniform(20, longest))

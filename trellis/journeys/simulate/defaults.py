"""What a simulation assumes when nobody says otherwise: plain figures for a small business, by kind of playbook. Pure.

They are assumptions to replace by one's own, not measurements of anybody's customers.
"""

from collections.abc import Mapping
from typing import Any

from trellis.core.windows import DAY_NAMES
from trellis.journeys.playbook.schema import Playbook

PEOPLE_IN_A_TEAM = 2
OFFICE = {day: [("08:00", "17:00")] for day in DAY_NAMES[:5]}
# From midnight: few at night, most in the late morning, a second wave after work.
BY_HOUR = [1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 9, 9, 10, 10, 9, 8, 8, 7, 6, 4, 3, 2]
BY_DAY = [12, 11, 10, 10, 9, 6, 5]
PICKS_UP = [0, 0, 0, 0, 0, 0, 0.05, 0.2, 0.35, *[0.45] * 3, 0.5, *[0.45] * 4, 0.55, 0.55, 0.5, 0.35, 0.15, 0.05, 0]

Values = dict[str, Any]
WHOLE = frozenset({"hours", "signals"})

CUSTOMERS: Values = {
    "has_email": 0.85,
    "has_phone": 0.9,
    "has_name": 0.9,
    "answers": {"email": 0.2, "sms": 0.35},
    "answer_delay": {"email": {"mean": "5h"}, "sms": {"mean": "45m"}},
    "awake": [7, 22],
    "picks_up": PICKS_UP,
    "calls_back": 0.2,
    "opts_out": 0.01,
    "answers_in_form": 0.5,
    "answers_in_call": 0.85,
    "answers_in_writing": 0.4,
    "first_option": 0.75,
    "patience": {"mean": "2d", "spread": "exponential"},
    "fits": 0.85,
    "agrees": 0.75,
    "gives_up_after": 3,
}
WORK: Values = {
    "call": {"mean": "8m"},
    "reply": {"mean": "2m"},
    "meet": {"mean": "15m"},
    "do": {"mean": "45m"},
    "ring": {"mean": "1m"},
    "writes_after_no_answer": 0.95,
    "keeps_waiting": 0.75,
    "overlooks": 0.02,
    "found_after": "1d",
    "helps": False,
}
SIGNALS = {"form": 9, "missed_call": 4, "call": 3, "message": 3, "referral": 1}

# Where a kind of playbook differs: whoever needs support waits and picks up; care is for those we know well.
KINDS: Mapping[str, Values] = {
    "sales": {},
    "support": {
        "arrivals": {"signals": {"form": 4, "missed_call": 2, "call": 3, "message": 10, "referral": 1}},
        "customers": {"patience": None, "fits": 1.0, "answers": {"email": 0.6, "sms": 0.7}, "opts_out": 0.0},
        "work": {"call": {"mean": "10m"}, "reply": {"mean": "7m"}, "do": {"mean": "30m"}},
    },
    "care": {
        "customers": {"patience": None, "fits": 1.0, "answers": {"email": 0.35, "sms": 0.5}, "has_name": 1.0},
    },
}


def default_values(playbook: Playbook, people: int = PEOPLE_IN_A_TEAM) -> Values:
    """The values of a scenario for this playbook, as its file would give them."""
    plain: Values = {
        "hours": OFFICE,
        "arrivals": {"by_hour": BY_HOUR, "by_day": BY_DAY, "signals": SIGNALS},
        "customers": CUSTOMERS,
        "work": WORK,
        "staff": staff_of(dict.fromkeys(teams_of(playbook), people)),
    }
    return merged(plain, KINDS[playbook.kind])


def teams_of(playbook: Playbook) -> list[str]:
    """Every team that owns a stage, in the order of the path."""
    return list(dict.fromkeys(stage.owner.team for stage in playbook.stages.values()))


def staff_of(teams: Mapping[str, int]) -> list[Values]:
    """So many people for each team, and a manager."""
    staff: list[Values] = [
        {"name": f"{team.replace('-', ' ').capitalize()} {number}", "teams": [team]}
        for team, people in teams.items()
        for number in range(1, people + 1)
    ]
    return [*staff, {"name": "Manager", "teams": [], "role": "manager"}]


def merged(under: Values, over: Mapping[str, Any]) -> Values:
    """`over` laid over `under`: mappings part by part, but a week and the kinds of signal as a whole."""
    both = {
        name: merged(under[name], value)
        for name, value in over.items()
        if isinstance(value, Mapping) and isinstance(under.get(name), Mapping) and name not in WHOLE
    }
    return {**under, **over, **both}

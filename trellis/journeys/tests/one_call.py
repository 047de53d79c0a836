"""A playbook of a single step, and people who are always there: what queueing theory can compute."""

from tests.proof.effort import IS_LONG
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.simulate.reading import read_scenario
from trellis.journeys.simulate.scenario import Scenario

# How long a call takes on average, and how soon it is promised, in seconds.
SERVICE, PROMISED = 600.0, 1800.0
LONGER = 10 if IS_LONG else 1
ONE_CALL = Playbook.model_validate(
    {
        "playbook": "one-call",
        "title": "One call",
        "kind": "sales",
        "calendar": "office",
        "starts_on": ["form"],
        "quiet_hours": {"from": "20:00", "to": "08:00"},
        "cap": {"messages": 1},
        "stages": {
            "new": {
                "title": "New",
                "phase": "new",
                "means": "They wait for one call.",
                "owner": {"team": "desk"},
                "limits": [
                    {"id": "first", "clock": "first_response", "within": "30m", "late": [{"id": "late", "tag": "late"}]}
                ],
                "when": [
                    {"on": ["form"], "do": [{"id": "call", "task": {"call": "Call", "due": "5m"}}]},
                    {"on": ["call_answered"], "do": [{"id": "end", "close": "done", "reason": "Spoken with"}]},
                ],
            }
        },
        "parking": {"at_most": 1, "reason": "Rested", "wake": [{"id": "wake", "tag": "woken"}]},
    }
)


def a_desk(people: int, used: float, *, spread: str, helps: bool = True) -> Scenario:
    """So many people who are always there and take every call at once, busy for this share of their time."""
    days = LONGER * max(24 // people, 6)
    always = [{"name": f"Person {number}", "teams": ["desk"], "always": True} for number in range(people)]
    values = {
        "leads": round(used * people * 86400 / SERVICE * days),
        "days": days,
        "hours": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        "arrivals": {"by_hour": [1] * 24, "by_day": [1] * 7, "signals": {"form": 1}},
        "customers": {"has_phone": 1, "picks_up": [1] * 24, "patience": None, "fits": 1},
        "work": {"call": {"mean": "10m", "spread": spread}, "overlooks": 0, "helps": helps},
        "staff": always,
    }
    return read_scenario(ONE_CALL, given=values)

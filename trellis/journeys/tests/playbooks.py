"""Playbooks that nobody would write, for the engine to survive: any rule anywhere, any way out of any stage.

Only what would make silence endless is left out: a stage that time alone leads back to.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from random import Random
from typing import Any

from trellis.journeys.playbook.schema import Playbook

TRIGGERS = ("form", "call", "missed_call", "message", "message_received", "call_answered", "call_tried")
TRIGGERS = (*TRIGGERS, "no_show", "person_replied", "answers_complete")
WAITS = ("10m", "3h", "1d", "5d")
PHASES = ("new", "conversation", "booked", "customer", "loyal")
TEAMS = ("front-desk", "estimators", "crew", "nobody")
WAYS = ("round_robin", "load", "keep", "last_owner", "who_replied")
KINDS = ("call", "reply", "meet", "do")
ACTS = ("send", "task", "tag", "priority", "park", "close", "escalate", "reassign")

Fields = dict[str, Any]


@lru_cache(maxsize=1000)
def odd_playbook(number: int) -> Playbook:
    """The playbook of this number: always the same."""
    return Playbook.model_validate(Odd(number).document())


class Odd:
    """Draws the parts of one playbook. Every rule gets an id of its own."""

    def __init__(self, number: int) -> None:
        self.luck = Random(number)
        self.ids: Iterator[str] = (f"r{count_}" for count_ in count(1))
        self.keys = [f"stage-{place}" for place in range(self.luck.randint(1, 4))]

    def document(self) -> Fields:
        channels = {"any": "same", "text": "sms", "mail": "email"}
        return {
            "playbook": "odd",
            "title": "Odd",
            "kind": "sales",
            "calendar": "office",
            "starts_on": ["form"],
            "quiet_hours": {"from": "20:00", "to": "08:00"},
            "cap": {"messages": self.luck.randint(1, 3)},
            "questions": [{"key": "urgency", "ask": "Is water coming in?"}],
            "stages": {key: self.stage(place) for place, key in enumerate(self.keys)},
            "messages": {key: message(channel) for key, channel in channels.items()},
            "after_delivery": self.rules(2, wait=True),
            "parking": {"at_most": 2, "reason": "Rested enough", "wake": [self.rule()]},
        }

    def stage(self, place: int) -> Fields:
        return {
            "title": self.keys[place].capitalize(),
            "phase": self.luck.choice(PHASES),
            "means": "Anything",
            "owner": self.owner(),
            "limits": [self.limit("first_response" if place == 0 else "reply", "5m"), self.limit("stage", "2d")],
            "enter": self.rules(2),
            "when": [
                {"on": self.triggers(), "do": [self.rule(), *self.rules(1)]} for _ in range(self.luck.randint(0, 2))
            ],
            "quiet": [*self.rules(2, wait=True), self.ending()],
            "next": [self.way_out(place) for _ in range(self.luck.randint(0, 2))],
        }

    def owner(self) -> Fields:
        owner: Fields = {"team": self.luck.choice(TEAMS), "by": self.luck.choice(WAYS)}
        if self.luck.random() < 0.3:
            owner["match"] = "answers.urgency"
        if self.luck.random() < 0.2:
            owner["if_away"] = "wait"
        if self.luck.random() < 0.3:
            owner["if_nobody"] = "manager"
        if self.luck.random() < 0.4:
            owner["accept"] = self.luck.choice(["30m", "2h"])
        return owner

    def limit(self, clock: str, within: str) -> Fields:
        return {"id": next(self.ids), "clock": clock, "within": within, "late": [self.rule()]}

    def triggers(self) -> list[str]:
        return self.luck.sample(TRIGGERS, self.luck.randint(1, 3))

    def rules(self, most: int, *, wait: bool = False) -> list[Fields]:
        return [self.rule(wait=wait) for _ in range(self.luck.randint(0, most))]

    def rule(self, *, wait: bool = False) -> Fields:
        rule = {"id": next(self.ids)} | self.act(self.luck.choice(ACTS))
        if wait or self.luck.random() < 0.25:
            rule["after"] = self.luck.choice(WAITS)
        if self.luck.random() < 0.2:
            rule["if"] = {"field": "answers.urgency", "is": "yes"}
        return rule

    def act(self, action: str) -> Fields:
        values: Fields = {
            "send": self.luck.choice(["any", "text", "mail"]),
            "task": {self.luck.choice(KINDS): "Reach {{ contact.first_name }}", "due": "30m"},
            "tag": "storm",
            "priority": "It matters",
            "park": "30d",
            "close": self.luck.choice(["won", "lost", "done"]),
            "escalate": "manager",
            "reassign": "next_free",
        }
        reason = {"reason": "Enough"} if action in ("park", "close") else {}
        return {action: values[action]} | reason

    def ending(self) -> Fields:
        ending = self.luck.choice([{"park": "30d"}, {"close": "lost"}])
        return {"id": next(self.ids), "after": "9d", "reason": "No answer", **ending}

    def way_out(self, place: int) -> Fields:
        later = self.keys[place + 1 :]
        if later and self.luck.random() < 0.5:
            return {"id": next(self.ids), "after": self.luck.choice(WAITS), "to": self.luck.choice(later)}
        return {"id": next(self.ids), "on": self.triggers(), "to": self.luck.choice(self.keys)}


def message(channel: str) -> Fields:
    return {
        "title": f"A message by {channel}",
        "channel": channel,
        "acknowledge": "We got it.",
        "ask": "Is it urgent?",
        "next_step": "We will call.",
    }

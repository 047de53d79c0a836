"""Playbooks as a business might write them: different in shape, and all of them sound. The n-th is always the same."""

from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from trellis.journeys.playbook.loose_ends import loose_ends
from trellis.journeys.playbook.schema import Playbook

Fields = dict[str, Any]

MIDDLE = (("talk", "conversation"), ("offer", "qualified"), ("quote", "proposal"), ("work", "booked"))
QUESTIONS = ({"key": "urgency", "ask": "Is it urgent?", "options": ["yes", "no"]}, {"key": "address", "ask": "Where?"})
NAME = "{{ contact.first_name | default: 'there' }}"
SPEAKING = ["message_received", "call_answered", "person_replied"]


def variant(number: int) -> Fields:
    """The document of this number."""
    return Variant(number).document()


def sound(document: Fields) -> Playbook:
    """The playbook, which must be one that could be published."""
    playbook = Playbook.model_validate(document)
    assert not list(loose_ends(playbook)), list(loose_ends(playbook))
    return playbook


class Variant:
    """Draws the parts of one playbook. Every rule gets an id of its own."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.luck = Random(number)
        self.numbers = count(1)
        self.messages: Fields = {}
        middle = sorted(self.luck.sample(range(len(MIDDLE)), self.luck.randint(1, 3)))
        self.middle = [MIDDLE[place] for place in middle]
        self.asks = self.luck.random() < 0.6
        self.by_answers = self.luck.choice([key for key, _ in self.middle]) if self.asks else ""
        self.starts_on = self.luck.choice(
            [["form"], ["form", "missed_call"], ["message", "referral"], ["form", "call", "missed_call", "message"]]
        )

    def id(self, word: str) -> str:
        return f"{word}-{next(self.numbers)}"

    def document(self) -> Fields:
        keys = ["new", *(key for key, _ in self.middle), "done", *(["friend"] if self.luck.random() < 0.6 else [])]
        stages = {"new": self.first(keys[1])}
        for place, (key, phase) in enumerate(self.middle):
            stages[key] = self.between(key, phase, keys[place + 2])
        stages["done"] = self.delivered("friend" in keys)
        if "friend" in keys:
            stages["friend"] = self.friend()
        return {
            "playbook": f"variant-{self.number}",
            "title": f"Variant {self.number}",
            "kind": "sales",
            "calendar": "office",
            "starts_on": self.starts_on,
            "quiet_hours": {"from": "20:00", "to": "08:00"},
            "cap": {"messages": self.luck.randint(1, 3)},
            "questions": list(QUESTIONS) if self.asks else [],
            "stages": stages,
            "after_delivery": self.aftercare(),
            "parking": {
                "at_most": self.luck.randint(1, 3),
                "reason": "Rested enough",
                "wake": [self.task("wake", "call", "See how they are", "1d")],
            },
            "messages": self.messages,
        }

    def stage(self, title: str, phase: str, **parts: Any) -> Fields:
        team = self.luck.choice(["desk", "desk", "field"])
        owner = {"team": team, "by": self.luck.choice(["round_robin", "keep"])}
        return {"title": title, "phase": phase, "means": f"It is {title}.", "owner": owner, **parts}

    def first(self, following: str) -> Fields:
        limits = [self.limit("first_response", "30m"), self.limit("reply", "2h"), self.limit("stage", "5d")]
        greet = [self.send("ack", step=True), self.task("first", "call", f"Call {NAME}", "1h")]
        when = [{"on": list(self.starts_on), "do": greet}]
        if self.luck.random() < 0.5:
            when.append({"on": ["call_tried"], "do": [self.task("retry", "call", "Try again", "3h")]})
        return self.stage(
            "New",
            "new",
            limits=limits,
            when=when,
            quiet=self.quiet(),
            next=[{"id": self.id("way"), "to": following, "on": list(SPEAKING)}],
        )

    def between(self, key: str, phase: str, following: str) -> Fields:
        way: Fields = {"id": self.id("way"), "to": following}
        enter = []
        if key == self.by_answers:
            way |= {"on": ["answers_complete"]}
            if self.luck.random() < 0.5:
                way["if"] = {"field": "answers.urgency", "is": "yes"}
        else:
            step = self.task("step", self.luck.choice(["do", "meet"]), f"See to {key}", "2d")
            enter.append(step)
            way |= {"done": [step["id"]]}
        if self.luck.random() < 0.5:
            enter.append(self.send("hello"))
        return self.stage(
            key.capitalize(),
            phase,
            limits=[self.limit("reply", "4h"), self.limit("stage", "6d")],
            enter=enter,
            when=[self.answering()],
            quiet=self.quiet(),
            next=[way],
        )

    def answering(self) -> Fields:
        """They write or call: somebody answers."""
        do = [self.task("answer", "reply", f"Answer {NAME}", "2h")]
        return {"on": ["message_received", "missed_call"], "do": do}

    def delivered(self, goes_on: bool) -> Fields:
        parts: Fields = {
            "limits": [self.limit("reply", "4h"), self.limit("stage", "20d")],
            "enter": [self.task("photos", "do", "Send photos", "1d")],
            "when": [self.answering()],
        }
        if goes_on:
            parts["next"] = [{"id": self.id("later"), "to": "friend", "after": "30d"}]
        else:
            parts["quiet"] = [self.close("200d", "won")]
        return self.stage("Done", "customer", **parts)

    def friend(self) -> Fields:
        touch = [self.waiting("yearly", "300d")] if self.luck.random() < 0.5 else []
        return self.stage(
            "Friend",
            "loyal",
            limits=[self.limit("reply", "4h"), self.limit("stage", "260d")],
            when=[self.answering()],
            quiet=[*touch, self.close("400d", "won")],
        )

    def aftercare(self) -> list[Fields]:
        waits = sorted(self.luck.sample([1, 3, 7, 10, 40], self.luck.randint(1, 3)))
        return [self.waiting("after", f"{days}d") for days in waits]

    def quiet(self) -> list[Fields]:
        days = sorted(self.luck.sample(range(1, 6), self.luck.randint(1, 3)))
        touches = [self.waiting("quiet", f"{day}d") for day in days]
        return [*touches, self.park("8d") if self.luck.random() < 0.7 else self.close("9d", "lost")]

    def waiting(self, word: str, after: str) -> Fields:
        rule = self.send(word) if self.luck.random() < 0.6 else self.task(word, "call", f"Try {NAME}", "4h")
        return rule | {"after": after}

    def park(self, after: str) -> Fields:
        return {"id": self.id("rest"), "after": after, "park": "30d", "reason": "No answer"}

    def close(self, after: str, outcome: str) -> Fields:
        return {"id": self.id("end"), "after": after, "close": outcome, "reason": "It is over"}

    def limit(self, clock: str, within: str) -> Fields:
        late = [{"id": self.id("late"), **self.luck.choice([{"escalate": "manager"}, {"reassign": "next_free"}])}]
        if self.luck.random() < 0.3:
            late.append({"id": self.id("later"), "after": "1h", "escalate": "manager"})
        return {"id": self.id("limit"), "clock": clock, "within": within, "late": late}

    def task(self, word: str, kind: str, title: str, due: str) -> Fields:
        return {"id": self.id(word), "task": {kind: title, "due": due}}

    def send(self, word: str, *, step: bool = False) -> Fields:
        """A rule and the message that it sends; with `step`, one that says when we will call."""
        key = self.id("message")
        promise = "{{ owner.first_name }} will call you by {{ step.due }}."
        self.messages[key] = {
            "title": f"About {key}",
            "channel": self.luck.choice(["same", "same", "email", "sms"]),
            "acknowledge": self.luck.choice([f"Hi {NAME}, we have it on the desk.", "This is {{ business.name }}."]),
            "ask": self.luck.choice(["Is tomorrow good for you?", "What is the address?"]),
            "next_step": promise if step else "Reply, and {{ owner.first_name }} takes it from there.",
        }
        return {"id": self.id(word), "send": key}


def variants(many: int) -> Iterator[Fields]:
    return (variant(number) for number in range(many))

"""A playbook of three stages in which nothing is wrong, small enough to be read in one look; and changes to it."""

import copy
from collections.abc import Callable
from typing import Any

from trellis.journeys.playbook.loose_ends import loose_ends
from trellis.journeys.playbook.schema import Playbook

Fields = dict[str, Any]
Change = Callable[[Fields], Any]


def limit(id: str, clock: str, within: str) -> Fields:
    return {"id": id, "clock": clock, "within": within, "late": [{"id": f"{id}-late", "escalate": "manager"}]}


def task(id: str, kind: str, title: str, **more: Any) -> Fields:
    return {"id": id, "task": {kind: title, "due": "4h"}, **more}


def message(**parts: str) -> Fields:
    said = {
        "title": "We got it",
        "acknowledge": "Hi {{ contact.first_name | default: 'there' }}, we got your message.",
        "ask": "Is it urgent?",
        "next_step": "{{ owner.first_name }} will call you.",
    }
    return said | parts


OWNER = {"team": "desk"}
SMALL: Fields = {
    "playbook": "small",
    "title": "Small",
    "kind": "sales",
    "calendar": "office",
    "starts_on": ["form", "missed_call"],
    "quiet_hours": {"from": "20:00", "to": "08:00"},
    "cap": {"messages": 2},
    "questions": [{"key": "urgency", "ask": "Is it urgent?", "options": ["yes", "no"]}],
    "stages": {
        "new": {
            "title": "New",
            "phase": "new",
            "means": "They reached out.",
            "owner": OWNER,
            "limits": [
                limit("first-reply", "first_response", "30m"),
                limit("answer-new", "reply", "2h"),
                limit("new-limit", "stage", "3d"),
            ],
            "when": [
                {
                    "on": ["form", "missed_call"],
                    "do": [{"id": "ack", "send": "we-got-it"}, task("call", "call", "Call")],
                }
            ],
            "quiet": [
                {"id": "nudge", "after": "1d", "send": "still-there"},
                {"id": "rest", "after": "6d", "park": "30d", "reason": "No answer"},
            ],
            "next": [{"id": "spoke", "to": "work", "on": ["message_received", "call_answered", "person_replied"]}],
        },
        "work": {
            "title": "Work",
            "phase": "booked",
            "means": "We do it.",
            "owner": OWNER,
            "limits": [limit("answer-work", "reply", "4h"), limit("work-limit", "stage", "9d")],
            "enter": [task("do-it", "do", "Do the work")],
            "when": [{"on": ["message_received", "missed_call"], "do": [task("answer", "reply", "Answer")]}],
            "quiet": [{"id": "work-rest", "after": "20d", "park": "30d", "reason": "Never done"}],
            "next": [{"id": "work-done", "to": "done", "done": ["do-it"]}],
        },
        "done": {
            "title": "Done",
            "phase": "customer",
            "means": "It is done.",
            "owner": OWNER,
            "limits": [limit("answer-done", "reply", "4h"), limit("done-limit", "stage", "60d")],
            "quiet": [{"id": "end", "after": "90d", "close": "won", "reason": "All is well"}],
        },
    },
    "after_delivery": [task("how-was-it", "call", "Ask how it went", after="3d")],
    "parking": {"at_most": 2, "reason": "Rested enough", "wake": [task("wake-call", "call", "Try again")]},
    "messages": {"we-got-it": message(), "still-there": message(title="Still there?")},
}


def small(*changes: Change) -> Playbook:
    """The playbook with these changes, which must be one that can be read."""
    document = copy.deepcopy(SMALL)
    for change in changes:
        change(document)
    playbook = Playbook.model_validate(document)
    assert not list(loose_ends(playbook))
    return playbook

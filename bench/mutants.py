"""Defects put into sound playbooks, one at a time, each under the code that must find it.

A defect takes a document and luck, and changes the document in place; it says what it did, or nothing where the
document has no place for it. Where a change would leave the playbook as sound as it was, `Equal` says why: such a one
is counted apart and never judged.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Fields = dict[str, Any]
Defect = Callable[[Fields, Random], str | None]
DEFECTS: dict[str, list[Defect]] = {}
SPOKEN = {"message_received", "call_answered", "person_replied"}


class Equal(Exception):
    """The change is no defect, for the reason given."""


def seeds(code: str) -> Callable[[Defect], Defect]:
    def keep(defect: Defect) -> Defect:
        DEFECTS.setdefault(code, []).append(defect)
        return defect

    return keep


@seeds("J1.unreachable")
def no_way_leads_there(document: Fields, luck: Random) -> str:
    stages = document["stages"]
    key = luck.choice(list(stages)[1:])
    for stage in stages.values():
        stage["next"] = [way for way in ways(stage) if way["to"] != key]
    return f"no way leads to {key}"


@seeds("J1.unreachable")
def the_condition_is_impossible(document: Fields, luck: Random) -> str | None:
    if not document.get("questions"):
        return None
    key, way = luck.choice(list(only_ways(document)))
    field = f"answers.{document['questions'][0]['key']}"
    way["if"] = {"all": [{"field": field, "is": "yes"}, {"field": field, "is": "no"}]}
    return f"the way from {key} needs yes and no at once"


@seeds("J1.unreachable")
def it_waits_for_a_step_of_another_stage(document: Fields, luck: Random) -> str | None:
    key, way = luck.choice(list(only_ways(document)))
    elsewhere = [rule["id"] for rule in document["after_delivery"] if "task" in rule]
    own = document["stages"][key]
    if not elsewhere or own["phase"] in ("customer", "loyal"):
        return None
    way.pop("on", None)
    way.pop("after", None)
    way["done"] = elsewhere[:1]
    return f"the way from {key} waits for a step that comes after the delivery"


@seeds("J1.dead-end")
def nothing_leads_out(document: Fields, luck: Random) -> str:
    key = luck.choice(list(document["stages"]))
    stage = document["stages"][key]
    stage["next"] = []
    for rule in rules_of(stage):
        if rule.pop("close", None):
            rule |= {"park": "30d"}
    return f"{key} has no way out"


@seeds("J1.memory")
def nothing_is_due(document: Fields, luck: Random) -> str:
    key = luck.choice([key for key, stage in document["stages"].items() if stage.get("quiet")])
    stage = document["stages"][key]
    without_limit(stage, "stage")
    stage["quiet"] = []
    stage["next"] = [way for way in ways(stage) if not way.get("after")]
    if is_ours_until_it_leaves(stage):
        raise Equal("a step of ours is open as long as it is there")
    if is_owed_until_it_leaves(document, key):
        raise Equal("whoever is there waits for a first reply, which is timed")
    return f"{key} has neither limit nor quiet path"


@seeds("J3.no-deadline")
def no_limit(document: Fields, luck: Random) -> str:
    key = luck.choice(list(document["stages"]))
    without_limit(document["stages"][key], "stage")
    return f"{key} has no limit"


@seeds("J3.no-promise")
def no_reply_is_promised(document: Fields, luck: Random) -> str:
    key = luck.choice(list(document["stages"]))
    for clock in ("reply", "first_response"):
        without_limit(document["stages"][key], clock, instead="stage")
    return f"{key} promises no reply"


@seeds("J3.two-ways")
def two_ways_open_on_one_fact(document: Fields, luck: Random) -> str | None:
    found = [(key, way) for key, way in all_ways(document) if not way.get("after")]
    key, way = luck.choice(found)
    others = [other for other in document["stages"] if other not in (way["to"], key)]
    way.pop("if", None)
    document["stages"][key]["next"].append(way | {"id": "second-way", "to": luck.choice(others)})
    return f"two ways leave {key} on one fact"


@seeds("J3.two-ways")
def two_conditions_overlap(document: Fields, luck: Random) -> str | None:
    if len(document.get("questions", [])) < 2:
        return None
    found = [(key, way) for key, way in all_ways(document) if not way.get("after")]
    key, way = luck.choice(found)
    others = [other for other in document["stages"] if other not in (way["to"], key)]
    first, second = (f"answers.{question['key']}" for question in document["questions"][:2])
    way["if"] = {"field": first, "is": "yes"}
    second_way = way | {"id": "second-way", "to": luck.choice(others), "if": {"field": second, "known": True}}
    document["stages"][key]["next"].append(second_way)
    return f"two ways leave {key} whose conditions may both be true"


@seeds("J3.twice")
def a_fact_is_answered_twice(document: Fields, luck: Random) -> str | None:
    key = luck.choice([key for key, stage in document["stages"].items() if stage.get("when")])
    stage = document["stages"][key]
    found = [when for when in stage["when"] if set(when["on"]) - leaving(stage)]
    if not found:
        raise Equal("each fact that is answered there moves on to another stage first")
    when = luck.choice(found)
    copies = [rule | {"id": f"{rule['id']}-too"} for rule in when["do"] if "send" in rule or "task" in rule]
    stage["when"].append({"on": list(when["on"]), "do": copies})
    return f"{key} answers {', '.join(when['on'])} twice"


@seeds("J3.two-messages")
def two_messages_at_once(document: Fields, luck: Random) -> str | None:
    found = [rules for rules in sending_lists(document) if any("send" in rule for rule in rules)]
    if not found:
        return None
    rules = luck.choice(found)
    first = next(rule for rule in rules if "send" in rule)
    rules.append(first | {"id": f"{first['id']}-too"})
    return f"{first['id']} is sent twice at once"


@seeds("J3.wait")
def a_way_that_never_opens(document: Fields, luck: Random) -> str | None:
    stages = document["stages"]
    wake = next((rule["id"] for rule in document["after_delivery"] if "task" in rule), "")
    key = luck.choice([key for key, stage in stages.items() if stage["phase"] not in ("customer", "loyal")])
    if not wake:
        return None
    way = {"id": "never", "to": luck.choice([one for one in stages if one != key]), "done": [wake]}
    stages[key].setdefault("next", []).append(way)
    return f"{key} has a second way that never opens"


@seeds("J3.wait")
def a_condition_that_is_never_true(document: Fields, luck: Random) -> str | None:
    stages = document["stages"]
    key = luck.choice([key for key, stage in stages.items() if stage.get("next")])
    where = {"field": "stage", "is": luck.choice([one for one in stages if one != key])}
    way = {"id": "never", "to": luck.choice([one for one in stages if one != key]), "on": ["call_tried"], "if": where}
    stages[key]["next"].append(way)
    return f"{key} has a second way that needs another stage"


@seeds("J3.loop")
def time_goes_round(document: Fields, luck: Random) -> str:
    stages = document["stages"]
    pairs = list(zip(list(stages), list(stages)[1:], strict=False))
    first, second = luck.choice(pairs)
    for key, to in ((first, second), (second, first)):
        stages[key]["next"] = [way for way in ways(stages[key]) if not way.get("after")]
        stages[key]["next"].append({"id": f"round-{key}", "to": to, "after": "1d"})
    for key in (first, second):  # What would end it before the day is over.
        stages[key]["quiet"] = [rule for rule in stages[key].get("quiet", []) if "send" in rule or "task" in rule]
    return f"time leads from {first} to {second} and back"


@seeds("J3.repeats")
def a_message_goes_out_again_and_again(document: Fields, luck: Random) -> str | None:
    stages = document["stages"]
    if not document["messages"]:
        return None
    first, second = luck.choice(list(zip(list(stages), list(stages)[1:], strict=False)))
    for key, to in ((first, second), (second, first)):
        stages[key].setdefault("next", []).insert(0, {"id": f"round-{key}", "to": to, "on": ["call_tried"]})
    message = luck.choice(list(document["messages"]))
    stages[first].setdefault("enter", []).append({"id": "again", "send": message})
    return f"every call that nobody answers leads round by {first}, which writes"


@seeds("J5.quiet-missing")
def no_quiet_path(document: Fields, luck: Random) -> str | None:
    found = [key for key, stage in document["stages"].items() if stage.get("quiet") and ends(stage)]
    key = luck.choice(found)
    stage = document["stages"][key]
    stage["quiet"] = []
    return f"{key} has no quiet path"


def ends(stage: Fields) -> bool:
    """By its quiet path, and not by time alone."""
    return bool({"park", "close"} & stage["quiet"][-1].keys())


@seeds("J5.quiet-open")
def the_quiet_path_does_not_end(document: Fields, luck: Random) -> str | None:
    found = [key for key, stage in document["stages"].items() if len(stage.get("quiet", [])) > 1 and ends(stage)]
    if not found:
        return None
    stage = document["stages"][luck.choice(found)]
    rule = stage["quiet"][-1]
    for word in ("park", "close", "reason"):
        rule.pop(word, None)
    if luck.random() < 0.5:
        rule["tag"] = "cold"
    else:
        stage["quiet"].pop()
    return f"the quiet path ends with {rule['id']} no more"


@seeds("J5.after-exit")
def a_touch_after_the_end(document: Fields, luck: Random) -> str:
    key = luck.choice([key for key, stage in document["stages"].items() if stage.get("quiet")])
    stage = document["stages"][key]
    end = int(stage["quiet"][-1]["after"].removesuffix("d"))
    act = {"task": {"call": "Try once more", "due": "4h"}} if luck.random() < 0.5 else {"tag": "late"}
    stage["quiet"].insert(luck.randrange(len(stage["quiet"]) + 1), {"id": "too-late", "after": f"{end + 3}d", **act})
    return f"{key} plans a touch for after its end"


@seeds("J5.after-exit")
def aftercare_after_the_end(document: Fields, luck: Random) -> str:
    document["after_delivery"].append(
        {"id": "too-late", "after": "900d", "task": {"call": "Two years later", "due": "1d"}}
    )
    return "a call is planned for two years after a journey that ends before"


@seeds("J6.nothing-after")
def nothing_after_delivery(document: Fields, luck: Random) -> str:
    document["after_delivery"] = []
    for stage in document["stages"].values():
        if stage["phase"] in ("customer", "loyal"):
            stage["quiet"] = [rule for rule in stage.get("quiet", []) if rule.get("close")]
            stage["enter"] = [rule for rule in stage.get("enter", []) if rule.get("task", {}).get("do")]
    return "nothing comes after the delivery"


@seeds("J6.never-asked")
def only_work_after_delivery(document: Fields, luck: Random) -> str:
    nothing_after_delivery(document, luck)
    document["after_delivery"] = [{"id": "file", "after": "3d", "task": {"do": "File the papers", "due": "1d"}}]
    return "after the delivery we only file papers"


@seeds("J6.won-ends")
def won_without_delivery(document: Fields, luck: Random) -> str:
    before = [stage for stage in document["stages"].values() if stage["phase"] not in ("customer", "loyal")]
    stage = luck.choice(before)
    end = stage["quiet"][-1]
    end.pop("park", None)
    end |= {"close": "won", "reason": "They will surely come"}
    return f"{stage['title']} closes as won"


@seeds("J6.no-delivery")
def no_stage_is_the_delivery(document: Fields, luck: Random) -> str:
    for stage in document["stages"].values():
        if stage["phase"] in ("customer", "loyal"):
            stage["phase"] = "booked"
    for rule in [rule for stage in document["stages"].values() for rule in rules_of(stage)]:
        if rule.get("close") == "won":
            rule["close"] = "done"
    return "no stage counts as delivered"


# What is asked of a document more than once.


def ways(stage: Fields) -> list[Fields]:
    found: list[Fields] = stage.get("next") or []
    return found


def all_ways(document: Fields) -> Iterator[tuple[str, Fields]]:
    return ((key, way) for key, stage in document["stages"].items() for way in ways(stage))


def only_ways(document: Fields) -> Iterator[tuple[str, Fields]]:
    """Those to a stage that no other way leads to: without it, nobody gets there."""
    leading = Counter(way["to"] for _, way in all_ways(document))
    return ((key, way) for key, way in all_ways(document) if leading[way["to"]] == 1)


def ways_with_stage(document: Fields) -> Iterator[tuple[str, Fields, Fields]]:
    return ((key, stage, way) for key, stage in document["stages"].items() for way in ways(stage))


def rules_of(stage: Fields) -> Iterator[Fields]:
    yield from stage.get("enter") or []
    yield from stage.get("quiet") or []
    for when in stage.get("when") or []:
        yield from when["do"]


def sending_lists(document: Fields) -> list[list[Fields]]:
    """Where rules act on the spot: at the start of a stage, and in answer to what still finds it there."""
    found = []
    for stage in document["stages"].values():
        found.append(stage.get("enter") or [])
        found += [when["do"] for when in stage.get("when") or [] if set(when["on"]) - leaving(stage)]
    return found


def leaving(stage: Fields) -> set[str]:
    """The facts that move on, so that the stage itself has no say in them."""
    return {word for way in ways(stage) for word in way.get("on") or [] if not way.get("if")}


def is_ours_until_it_leaves(stage: Fields) -> bool:
    """A step of its start that no call closes, and that leads out when it is done: somebody has it all the time."""
    out = {id for way in ways(stage) if not way.get("if") for id in way.get("done") or []}
    return any(
        rule["id"] in out and not rule.get("if") and set(rule.get("task", {})) & {"do", "meet"}
        for rule in stage.get("enter") or []
    )


def is_owed_until_it_leaves(document: Fields, key: str) -> bool:
    """The first stage, when all that answers them leads out of it."""
    stage = document["stages"][key]
    answered = {word for way in ways(stage) for word in way.get("on") or []} >= SPOKEN
    timed = any(limit["clock"] == "first_response" for limit in stage["limits"])
    return key == next(iter(document["stages"])) and answered and timed and "call" not in document["starts_on"]


def without_limit(stage: Fields, clock: str, *, instead: str = "reply") -> None:
    kept = [limit for limit in stage["limits"] if limit["clock"] != clock]
    late = [{"id": "late-instead", "escalate": "manager"}]
    stage["limits"] = kept or [{"id": "limit-instead", "clock": instead, "within": "4h", "late": late}]

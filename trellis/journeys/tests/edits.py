"""Random edits of a playbook, each of which means something: what an owner might change between two versions."""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from pydantic import ValidationError

from trellis.journeys.playbook.loose_ends import loose_ends
from trellis.journeys.playbook.schema import PHASES, Playbook
from trellis.journeys.tests.playbooks import TRIGGERS, WAITS, Fields, Odd

LENGTHS = ("7m", "2h", "4d", "11d")


def edited(playbook: Playbook, number: int, times: int = 1) -> Playbook:
    """The playbook after `times` edits chosen by the number: always the same, and never what it was before."""
    luck = Random(number)
    document = as_document(playbook)
    done = 0
    while done < times:
        tried = deepcopy(document)
        try:
            luck.choice(EDITS)(tried, luck)
            after = Playbook.model_validate(tried)
        except (ValidationError, LookupError, ValueError):
            continue
        if after != Playbook.model_validate(document) and not list(loose_ends(after)):
            document, done = tried, done + 1
    return Playbook.model_validate(document)


def as_document(playbook: Playbook) -> Fields:
    return playbook.model_dump(mode="json", by_alias=True, exclude_none=True)


def lists_of_rules(document: Fields) -> list[list[Fields]]:
    found = [document["after_delivery"], document["parking"]["wake"]]
    for stage in document["stages"].values():
        found += [stage["enter"], stage["quiet"], *(when["do"] for when in stage["when"])]
        found += [limit["late"] for limit in stage["limits"]]
    return found


def any_rule(document: Fields, luck: Random) -> Fields:
    return luck.choice([rule for rules in lists_of_rules(document) for rule in rules])


def any_stage(document: Fields, luck: Random) -> Fields:
    return luck.choice(list(document["stages"].values()))


def new_id(luck: Random) -> str:
    return f"e{luck.randrange(10**9)}"


def new_rule(document: Fields, luck: Random, *, wait: bool = True) -> Fields:
    odd = Odd(luck.randrange(10**6))
    act = odd.act(luck.choice(["task", "tag", "escalate", "park", "close", "send"]))
    if "send" in act:
        act["send"] = luck.choice(list(document["messages"]))
    return {"id": new_id(luck)} | act | ({"after": luck.choice(WAITS)} if wait else {})


def wait_longer(document: Fields, luck: Random) -> None:
    any_rule(document, luck)["after"] = luck.choice(LENGTHS)


def wait_no_more(document: Fields, luck: Random) -> None:
    any_rule(document, luck).pop("after")


def promise_otherwise(document: Fields, luck: Random) -> None:
    luck.choice(any_stage(document, luck)["limits"])["within"] = luck.choice(LENGTHS)


def drop_rule(document: Fields, luck: Random) -> None:
    rules = luck.choice(lists_of_rules(document))
    rules.remove(luck.choice(rules))


def add_rule(document: Fields, luck: Random) -> None:
    rules = luck.choice(lists_of_rules(document))
    rules.insert(luck.randint(0, len(rules)), new_rule(document, luck, wait=luck.random() < 0.7))


def rename_rule(document: Fields, luck: Random) -> None:
    any_rule(document, luck)["id"] = new_id(luck)


def do_something_else(document: Fields, luck: Random) -> None:
    rule = any_rule(document, luck)
    kept = {name: rule[name] for name in ("id", "after", "if") if name in rule}
    other = new_rule(document, luck, wait=False)
    rule.clear()
    rule.update(other | kept)


def move_rule(document: Fields, luck: Random) -> None:
    source, aim = luck.sample(lists_of_rules(document), 2)
    rule = luck.choice(source)
    source.remove(rule)
    aim.append(rule)


def swap_rules(document: Fields, luck: Random) -> None:
    luck.shuffle(luck.choice(lists_of_rules(document)))


def provide(document: Fields, luck: Random) -> None:
    rule = any_rule(document, luck)
    rule["if"] = {"field": f"answers.{luck.choice(document['questions'])['key']}", "is": luck.choice(["yes", "no"])}


def reword_task(document: Fields, luck: Random) -> None:
    task = any_rule(document, luck)["task"]
    kind = next(kind for kind in ("call", "reply", "meet", "do") if kind in task)
    part = luck.choice(["title", "kind", "due"])
    if part == "due":
        task["due"] = luck.choice(LENGTHS)
    else:
        title = task.pop(kind)
        other = luck.choice(["call", "reply", "meet", "do"]) if part == "kind" else kind
        task[other] = title if part == "kind" else f"{title} soon"


def change_reason(document: Fields, luck: Random) -> None:
    rule = any_rule(document, luck)
    name = luck.choice(["reason", "priority", "tag", "close", "park"])
    rule[name] = {"close": luck.choice(["won", "lost", "done"]), "park": "45d"}.get(name, rule[name] + "!")


def drop_stage(document: Fields, luck: Random) -> None:
    stages = document["stages"]
    gone = luck.choice(list(stages))
    del stages[gone]
    for stage in stages.values():
        stage["next"] = [way for way in stage["next"] if way["to"] != gone]


def add_stage(document: Fields, luck: Random) -> None:
    stages = list(document["stages"].items())
    model = deepcopy(luck.choice(stages)[1])
    fresh: dict[str, str] = {}
    rename(model, fresh, luck)
    model["title"] = f"Stage {new_id(luck)}"
    model["phase"] = luck.choice(PHASES[document["kind"]])
    stages.insert(luck.randint(0, len(stages)), (f"s-{new_id(luck)}", model))
    document["stages"] = dict(stages)


def rename(node: Any, names: dict[str, str], luck: Random) -> None:
    """Every id anew."""
    if isinstance(node, dict):
        if "id" in node:
            node["id"] = names.setdefault(node["id"], new_id(luck))
        for part in node.values():
            rename(part, names, luck)
        if "done" in node:
            node["done"] = [names.get(id, id) for id in node["done"]]
    elif isinstance(node, list):
        for part in node:
            rename(part, names, luck)


def swap_stages(document: Fields, luck: Random) -> None:
    stages = list(document["stages"].items())
    luck.shuffle(stages)
    document["stages"] = dict(stages)


def describe_stage(document: Fields, luck: Random) -> None:
    stage = any_stage(document, luck)
    part = luck.choice(["title", "means", "phase"])
    stage[part] = luck.choice(PHASES[document["kind"]]) if part == "phase" else f"{stage[part]} now"


def own_otherwise(document: Fields, luck: Random) -> None:
    owner = any_stage(document, luck)["owner"]
    part = luck.choice(["team", "by"])
    owner[part] = luck.choice(["front-desk", "estimators", "crew"] if part == "team" else ["round_robin", "keep"])


def answer_other_things(document: Fields, luck: Random) -> None:
    luck.choice(any_stage(document, luck)["when"])["on"] = luck.sample(TRIGGERS, luck.randint(1, 3))


def lead_elsewhere(document: Fields, luck: Random) -> None:
    way = luck.choice(any_stage(document, luck)["next"])
    part = luck.choice(["to", "on", "after", "id"])
    way[part] = {
        "to": luck.choice(list(document["stages"])),
        "on": luck.sample(TRIGGERS, 2),
        "after": luck.choice(LENGTHS),
        "id": new_id(luck),
    }[part]


def add_way(document: Fields, luck: Random) -> None:
    keys = list(document["stages"])
    place = luck.randrange(len(keys))
    way: Fields = {"id": new_id(luck), "to": luck.choice(keys), "on": luck.sample(TRIGGERS, 1)}
    if keys[place + 1 :] and luck.random() < 0.5:
        way = {"id": new_id(luck), "to": luck.choice(keys[place + 1 :]), "after": luck.choice(WAITS)}
    document["stages"][keys[place]]["next"].append(way)


def drop_way(document: Fields, luck: Random) -> None:
    ways = any_stage(document, luck)["next"]
    ways.remove(luck.choice(ways))


def replace_limit(document: Fields, luck: Random) -> None:
    limits = any_stage(document, luck)["limits"]
    limit = luck.choice(limits)
    if luck.random() < 0.5:
        limit["id"] = new_id(luck)
    else:
        limits.remove(limit)


def say_otherwise(document: Fields, luck: Random) -> None:
    message = luck.choice(list(document["messages"].values()))
    part = luck.choice(["title", "subject", "acknowledge", "ask", "next_step", "channel"])
    message[part] = luck.choice(["same", "email", "sms"]) if part == "channel" else f"{message.get(part, '')} Truly."


def add_message(document: Fields, luck: Random) -> None:
    message = deepcopy(luck.choice(list(document["messages"].values())))
    document["messages"][f"m-{new_id(luck)}"] = message | {"title": f"Message {new_id(luck)}"}


def drop_message(document: Fields, luck: Random) -> None:
    del document["messages"][luck.choice(list(document["messages"]))]


def ask_otherwise(document: Fields, luck: Random) -> None:
    questions = document["questions"]
    act = luck.choice(["add", "drop", "ask", "options", "swap"])
    if act == "add":
        questions.append({"key": f"q{luck.randrange(10**6)}", "ask": "And what else?"})
    elif act == "drop":
        questions.remove(luck.choice(questions))
    elif act == "swap":
        luck.shuffle(questions)
    else:
        luck.choice(questions)[act] = "How so?" if act == "ask" else ["a", "b", str(luck.random())]


def change_the_whole(document: Fields, luck: Random) -> None:
    other: dict[str, Callable[[], Any]] = {
        "title": lambda: f"{document['title']} anew",
        "calendar": lambda: luck.choice(["office", "field"]),
        "starts_on": lambda: luck.sample(["form", "call", "missed_call", "message", "referral"], 2),
        "quiet_hours": lambda: {"from": luck.choice(["20:00", "21:30"]), "to": luck.choice(["08:00", "07:15"])},
        "cap": lambda: {"messages": luck.randint(1, 5)},
        "parking": lambda: document["parking"] | {"at_most": luck.randint(1, 4)},
    }
    part = luck.choice(list(other))
    document[part] = other[part]()


EDITS: tuple[Callable[[Fields, Random], None], ...] = (
    wait_longer, wait_no_more, promise_otherwise, drop_rule, add_rule, rename_rule, do_something_else, move_rule,
    swap_rules, provide, reword_task, change_reason, drop_stage, add_stage, swap_stages, describe_stage,
    own_otherwise, answer_other_things, lead_elsewhere, add_way, drop_way, replace_limit, say_otherwise, add_message,
    drop_message, ask_otherwise, change_the_whole,
)  # fmt: skip

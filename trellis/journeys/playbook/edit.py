"""Edits of a playbook's text as its screen makes them: each verb changes its own lines and leaves all others alone.

Every function takes the YAML and returns the new YAML; comments, order and layout of what is not touched stay. Names
that lead to what is renamed follow. What comes out may still be faulty: the loader says so, with the place.
Raises PlaybookFaulty where the text is no YAML, Refused where it has not what is to be changed. Pure.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from trellis.core.conditions import Path
from trellis.core.refusal import Refused
from trellis.core.text import fold
from trellis.journeys.playbook.splicing import (
    Splice,
    insert_at,
    move_at,
    remove_at,
    scalar_splice,
    set_at,
    spliced,
)
from trellis.journeys.playbook.tree import Group, Listing, Node, Scalar, node_at, plain, position, read_tree
from trellis.journeys.playbook.writing import scalar

Fields = Mapping[str, Any]
# Where the rules of each part stand in a stage, or at the top; those of `when` and `late` stand in an entry of it.
IN_STAGE = ("enter", "quiet", "next")
AT_TOP: Mapping[str, Path] = {"after_delivery": ("after_delivery",), "wake": ("parking", "wake")}
LONGEST_KEY = 64


class Edited(NamedTuple):
    """The new text, and the key or id of what was added."""

    text: str
    key: str


def add_stage(text: str, title: str, *, phase: str, means: str, owner: Fields, limit: str, after: str = "") -> Edited:
    """A stage with an owner and a limit, behind the stage `after` or as the last; when it is late the managers hear."""
    tree = read_tree(text)
    stages = words_at(tree, ("stages",))
    key, ids = propose(title, stages), ids_in(tree)
    limit_id = propose(f"{key}-limit", ids)
    late = {"id": propose(f"{key}-late", {*ids, limit_id}), "escalate": "manager"}
    limits = [{"id": limit_id, "clock": "stage", "within": limit, "late": [late]}]
    stage = {"title": title, "phase": phase, "means": means, "owner": dict(owner), "limits": limits}
    text = set_at(text, ("stages", key), stage)
    if after:
        text = move_at(text, ("stages", key), place_of(stages, after) + 1)
    return Edited(text, key)


def rename_stage(text: str, key: str, new: str) -> str:
    """Another key; ways that lead to it and conditions that name it follow."""
    tree = read_tree(text)
    stages = words_at(tree, ("stages",))
    group, place = node_at(tree, ("stages",)), place_of(stages, key)
    refuse_taken("stage", new, [word for word in stages if word != key])
    named = group.keys[place] if isinstance(group, Group) else None
    renamed = [(named.start.index, named.end.index, scalar(new))] if named else []
    return spliced(text, [*renamed, *following(text, tree, stage_names(tree), key, new)])


def move_stage(text: str, key: str, *, to: int) -> str:
    """The stage as the `to`-th of the path, counted from 0."""
    place_of(words_at(read_tree(text), ("stages",)), key)
    return move_at(text, ("stages", key), to)


def remove_stage(text: str, key: str) -> str:
    """Without the stage, without the ways that lead to it, and without the scenarios that pass through it."""
    tree = read_tree(text)
    stages = words_at(tree, ("stages",))
    place_of(stages, key)
    if len(stages) == 1:
        raise Refused("last_stage", "A playbook has at least one stage. Add another one first.")
    ways = [path for path, rule in rules_in(tree) if path[-2] == "next" and plain(rule).get("to") == key]
    for path in reversed(ways):
        text = remove_at(text, path)
    return with_true_scenarios(remove_at(text, ("stages", key)))


def set_stage(text: str, key: str, /, **fields: Any) -> str:
    """Other values for `title`, `means`, `phase`, `owner`; `limit` is how long a stay in the stage may take."""
    tree = read_tree(text)
    place_of(words_at(tree, ("stages",)), key)
    limit = fields.pop("limit", None)
    for word, value in fields.items():
        text = set_at(text, ("stages", key, word), value)
    return set_limit(text, key, "stage", limit) if limit else text


def set_limit(text: str, stage: str, clock: str, within: str) -> str:
    """The time that a stage promises on one of its clocks; a promise that is new tells the managers when it is late."""
    tree = read_tree(text)
    limits = node_at(tree, ("stages", stage, "limits"))
    for place, limit in enumerate(plain(limits) if isinstance(limits, Listing) else []):
        if limit.get("clock") == clock:
            return set_at(text, ("stages", stage, "limits", place, "within"), within)
    ids = ids_in(tree)
    id = propose(f"{stage}-{clock}", ids)
    late = {"id": propose(f"{id}-late", {*ids, id}), "escalate": "manager"}
    return insert_at(
        text, ("stages", stage, "limits"), None, {"id": id, "clock": clock, "within": within, "late": [late]}
    )


def add_rule(
    text: str,
    part: str,
    rule: Fields,
    *,
    stage: str = "",
    on: Collection[str] = (),
    limit: str = "",
    to: int | None = None,
) -> Edited:
    """A rule in a part: enter, when (with `on`), quiet, late (of a `limit`), next, after_delivery or wake.

    An id is proposed where it has none. `to` is its place among the others, the last by default.
    """
    tree = read_tree(text)
    ids = ids_in(tree)
    rule = {"id": propose(name_of(tree, part, rule), ids)} | dict(rule)
    refuse_taken("rule", str(rule["id"]), ids)
    path = place_for_rules(tree, part, stage, on, limit)
    if part == "when" and path[-1] != "do":
        return Edited(insert_at(text, path, None, {"on": list(on), "do": [rule]}), rule["id"])
    return Edited(insert_at(text, path, to, rule), rule["id"])


def set_triggers(text: str, id: str, on: Collection[str]) -> str:
    """What sets off the rule, and those that stand with it under the same `on`."""
    path = path_of(read_tree(text), id)
    if path[-2] != "do":
        raise Refused("unknown_part", f"“{id}” does not stand under anything that happens. Look again.")
    return set_at(text, (*path[:-2], "on"), list(on))


def change_rule(text: str, id: str, /, **fields: Any) -> str:
    """Other values for words of a rule, a way on or a limit; None takes a word out. What waits for its id follows."""
    tree = read_tree(text)
    path, new = path_of(tree, id), fields.pop("id", id)
    for word in sorted(fields, key=lambda word: fields[word] is None):
        text = set_at(text, (*path, "if" if word == "if_" else word), fields[word])
    if new == id:
        return text
    refuse_taken("rule", new, ids_in(tree))
    tree = read_tree(text)
    own = node_at(tree, (*path, "id"))
    names = [((*path, "id"), own)] if isinstance(own, Scalar) else []
    return spliced(text, following(text, tree, [*names, *rule_names(tree), *told_rules(tree)], id, new))


def remove_rule(text: str, id: str) -> str:
    """Without the rule, the way on or the limit; a list that would be empty goes with it.

    Ways on that wait for its step no longer do, unless it is all that they wait for. Scenarios that name it go.
    """
    tree = read_tree(text)
    path = path_of(tree, id)
    waiting = [place for place, node in rule_names(tree) if isinstance(node, Scalar) and node.text == id]
    alone = path[-2] == "do" and len(plain(node_at(tree, path[:-1]) or tree)) == 1
    removals = [path[:-2] if alone else path, *(place for place in waiting if waits_for_more(tree, place))]
    for place in sorted(removals, key=lambda place: position(tree, place), reverse=True):
        text = remove_at(text, place)
    return with_true_scenarios(text)


def waits_for_more(tree: Group, place: Path) -> bool:
    way = plain(node_at(tree, place[:-2]) or tree)
    return bool(way.get("on") or way.get("after") or len(way["done"]) > 1)


def move_rule(text: str, id: str, *, to: int) -> str:
    """The rule as the `to`-th of those beside it."""
    return move_at(text, path_of(read_tree(text), id), to)


def add_message(text: str, title: str, /, **parts: str) -> Edited:
    """A message with its parts: acknowledge, ask, next_step, and where wanted channel and subject."""
    key = propose(title, words_at(read_tree(text), ("messages",)))
    return Edited(set_at(text, ("messages", key), {"title": title} | parts), key)


def change_message(text: str, key: str, /, **parts: str | None) -> str:
    """Other words for parts of a message; None takes a part out."""
    place_of(words_at(read_tree(text), ("messages",)), key, "message")
    for word, said in parts.items():
        text = set_at(text, ("messages", key, word), said)
    return text


def rename_message(text: str, key: str, new: str) -> str:
    """Another key; the rules that send it follow, and the scenarios that expect it."""
    tree = read_tree(text)
    messages, group = words_at(tree, ("messages",)), node_at(tree, ("messages",))
    place = place_of(messages, key, "message")
    refuse_taken("message", new, [word for word in messages if word != key])
    named = group.keys[place] if isinstance(group, Group) else None
    renamed = [(named.start.index, named.end.index, scalar(new))] if named else []
    senders = [((*path, "send"), node_at(tree, (*path, "send"))) for path, _ in rules_in(tree)]
    senders += [(path, node) for path, node in walk(tree) if is_told(path, "sent", "not_sent")]
    return spliced(text, [*renamed, *following(text, tree, senders, key, new)])


def remove_message(text: str, key: str) -> str:
    place_of(words_at(read_tree(text), ("messages",)), key, "message")
    return with_true_scenarios(remove_at(text, ("messages", key)))


def remove_scenario(text: str, place: int) -> str:
    """The story at this place, from 0. KeyError where there is none."""
    return remove_at(text, ("scenarios", place))


def with_true_scenarios(text: str) -> str:
    """Without the scenarios that name a stage, a rule, a message or a team that is there no longer."""
    tree = read_tree(text)
    rules = {str(plain(rule)["id"]) for _, rule in rules_in(tree)}
    stages, messages = words_at(tree, ("stages",)), words_at(tree, ("messages",))
    teams = [node.text for path, node in walk(tree) if path[-2:] == ("owner", "team") and isinstance(node, Scalar)]
    known: Mapping[str, Collection[str]] = {
        **dict.fromkeys(("done", "step", "no_step"), rules),
        **dict.fromkeys(("move", "stage"), stages),
        **dict.fromkeys(("sent", "not_sent"), messages),
        "owner_in": teams,
    }
    told = [(path, node) for path, node in walk(tree) if is_told(path, *known) and isinstance(node, Scalar)]
    gone = {int(path[1]) for path, node in told if node.text not in known[str(path[-1])]}
    for place in sorted(gone, reverse=True):
        text = remove_at(text, ("scenarios", place))
    return text


def propose(title: str, taken: Collection[str]) -> str:
    """A key made of a title, such as no other has: “Discovery call” is discovery-call, then discovery-call-2."""
    plain_title = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")
    key = plain_title[: LONGEST_KEY - 4].strip("-") or "new"
    return (
        key
        if key not in taken
        else next(proposed for number in range(2, len(taken) + 3) if (proposed := f"{key}-{number}") not in taken)
    )


def name_of(tree: Group, part: str, rule: Fields) -> str:
    """What a rule without an id may be called: by what it does."""
    task = rule.get("task") or {}
    said = [*(task.get(kind) for kind in ("call", "reply", "meet", "do")), rule.get("send"), rule.get("reason")]
    said += [rule.get("priority"), rule.get("tag"), *(say.format(rule[word]) for word, say in NAMES if rule.get(word))]
    words = re.sub(r"{{.*?}}|{%.*?%}", " ", str(next(filter(None, said), part)))
    return " ".join(words.split()[:5]) or part


NAMES = (("to", "to {}"), ("escalate", "tell {}"), ("reassign", "pass on"))


def place_for_rules(tree: Group, part: str, stage: str, on: Collection[str], limit: str) -> Path:
    if part in AT_TOP:
        return AT_TOP[part]
    if part == "late":
        return (*path_of(tree, limit), "late")
    place_of(words_at(tree, ("stages",)), stage)
    if part in IN_STAGE:
        return ("stages", stage, part)
    if part != "when" or not on:
        raise Refused("unknown_part", "A rule stands in enter, when (with what happens), quiet, late, next, …")
    found = node_at(tree, ("stages", stage, "when"))
    for place, when in enumerate(plain(found) if isinstance(found, Listing) else []):
        if set(when.get("on", ())) == set(on):
            return ("stages", stage, "when", place, "do")
    return ("stages", stage, "when")


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node below with its path, parents first."""
    yield path, node
    if isinstance(node, Group):
        for key, value in zip(node.keys, node.values, strict=True):
            yield from walk(value, (*path, key.text))
    elif isinstance(node, Listing):
        for place, item in enumerate(node.items):
            yield from walk(item, (*path, place))


def rules_in(tree: Group) -> list[tuple[Path, Group]]:
    """Every group with an id of its own: rules, ways on and limits."""
    found = ((path, node) for path, node in walk(tree) if path[:1] in (("stages",), ("after_delivery",), ("parking",)))
    return [(path, node) for path, node in found if isinstance(node, Group) and isinstance(node.get("id"), Scalar)]


def ids_in(tree: Group) -> set[str]:
    return {str(plain(rule)["id"]) for _, rule in rules_in(tree)}


def path_of(tree: Group, id: str) -> Path:
    for path, rule in rules_in(tree):
        if plain(rule)["id"] == id:
            return path
    raise Refused("unknown_rule", f"There is no rule “{id}” in this playbook. Look again.")


def stage_names(tree: Group) -> Iterator[tuple[Path, Node | None]]:
    """Every place that names a stage: where ways lead, what conditions are compared with, what scenarios expect."""
    for path, node in walk(tree):
        if (path[-1:] == ("to",) and "next" in path[-3:-2]) or is_told(path, "move", "stage"):
            yield path, node
        if isinstance(node, Group) and "if" in path and plain(node).get("field") == "stage":
            for operator in ("is", "is_not", "one_of", "none_of"):
                compared = node.get(operator)
                yield from walk(compared, (*path, operator)) if compared else ()


def rule_names(tree: Group) -> Iterator[tuple[Path, Node]]:
    """Every place that names a rule by its id: the steps that ways on wait for."""
    return ((path, node) for path, node in walk(tree) if path[-2:-1] == ("done",))


def told_rules(tree: Group) -> Iterator[tuple[Path, Node]]:
    """Every place where a scenario names a rule."""
    return ((path, node) for path, node in walk(tree) if is_told(path, "done", "step", "no_step"))


def is_told(path: Path, *words: str) -> bool:
    """Whether it is what a scenario names by one of these words."""
    return path[:1] == ("scenarios",) and "story" in path and path[-1] in words


def following(text: str, tree: Group, places: Any, old: str, new: str) -> list[Splice]:
    return [
        scalar_splice(text, tree, path, node, new)
        for path, node in places
        if isinstance(node, Scalar) and node.text == old
    ]


def words_at(tree: Group, path: Path) -> list[str]:
    found = node_at(tree, path)
    return [key.text for key in found.keys] if isinstance(found, Group) else []


def place_of(words: list[str], key: str, what: str = "stage") -> int:
    if key not in words:
        raise Refused(f"unknown_{what}", f"There is no {what} “{key}”; there are {', '.join(words) or 'none yet'}.")
    return words.index(key)


def refuse_taken(what: str, key: str, taken: Collection[str]) -> None:
    if key in taken:
        raise Refused("taken", f"Another {what} is called “{key}” already. Choose another name.")

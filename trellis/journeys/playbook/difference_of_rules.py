"""What changed in the rules of a playbook: what is new, what is gone, and what is done otherwise. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from trellis.journeys.playbook.difference_words import Change, in_full, order, quoted
from trellis.journeys.playbook.schema import Next, Playbook, Rule, RulePlace, Stage, TaskSpec
from trellis.journeys.playbook.sentences import (
    condition_in_words,
    either,
    joined,
    lower_first,
    promise,
    provided,
    step_in_words,
    triggers,
    way_on,
    what_it_does,
    working,
)


class Spot(NamedTuple):
    """Where a rule stands, and on what it is set off. `list` names the list that it is read in."""

    place: RulePlace
    list: str
    on: tuple[str, ...] = ()


def rule_changes(before: Playbook, after: Playbook) -> Iterator[Change]:
    """By the ids of the rules, which survive edits. Those of a stage that is gone are gone with it."""
    was, now = spots(before), spots(after)
    for id, spot in now.items():
        old = was.get(id)
        if old is None:
            yield change(spot, f"{whole(after, spot)} is new", kind="new")
        else:
            yield from moved(before, after, old, spot)
            yield from of_rule(before, after, old, spot)
    for id, spot in was.items():
        if id not in now and (not spot.place.stage or spot.place.stage in after.stages):
            yield change(spot, f"{whole(before, spot)} is gone", kind="gone")
    yield from orders(before, after, was, now)


def spots(playbook: Playbook) -> dict[str, Spot]:
    """Every rule with where it stands."""
    on: dict[str, tuple[str, ...]] = {}
    lists: dict[str, str] = {}
    for key, stage in playbook.stages.items():
        for number, when in enumerate(stage.when):
            for rule in when.do:
                on[rule.id], lists[rule.id] = tuple(sorted(when.on)), f"{key}/when/{number}"
    found: dict[str, Spot] = {}
    for id, place in playbook.places.items():
        in_limit = f"/{place.limit.id}" if place.limit else ""
        found[id] = Spot(place, lists.get(id, f"{place.stage}/{place.part}{in_limit}"), on.get(id, ()))
    return found


def change(spot: Spot, sentence: str, *, kind: str = "changed") -> Change:
    return Change(stage=spot.place.stage, kind=kind, rule=spot.place.rule.id, sentence=sentence)


def title_of(playbook: Playbook, spot: Spot) -> str:
    stage = playbook.stages.get(spot.place.stage)
    return f"{stage.title}: " if stage else ""


def name_of(playbook: Playbook, rule: Rule | Next) -> str:
    """What a rule is called by: its message, its step, else what it does."""
    if isinstance(rule, Next):
        return f"the way to {playbook.stages[rule.to].title}"
    if rule.send:
        return quoted(playbook.messages[rule.send].title)
    return quoted(step_in_words(rule.task.title)) if rule.task else f"the rule that {what_it_does(playbook, rule)}"


def whole(playbook: Playbook, spot: Spot) -> str:
    """A rule with its stage and its time: “New: “Still need help?” after 2 hours of silence”."""
    rule = spot.place.rule
    if isinstance(rule, Next):
        way = way_on(playbook, spot.place.stage, rule)
        return f"{title_of(playbook, spot)}{name_of(playbook, rule)} ({way})"
    step = f" within {working(rule.task.due)}" if rule.task else ""
    said = f"{name_of(playbook, rule)}{step} {when_in_words(playbook, spot)}{provided(playbook, rule.if_)}"
    return f"{title_of(playbook, spot)}{said.strip()}"


def when_in_words(playbook: Playbook, spot: Spot) -> str:
    place, after = spot.place, getattr(spot.place.rule, "after", None)
    match place.part:
        case "quiet":
            return f"after {after.in_words if after else 'no time'} of silence"
        case "after_delivery":
            return f"{after.in_words if after else 'at once'} after the delivery"
        case "late":
            limit = promise(place.limit) if place.limit else ""
            late = "past its limit" if limit == "Past the limit" else f"when “{lower_first(limit)}” is late"
            return f"{working(after)} {late}" if after else late
        case "wake":
            head = "when a rest ends"
        case "when":
            head = f"on a {lower_first(triggers(spot.on))}"
        case _:
            head = "on entering"
    return f"{after.in_words} later, {head}" if after else head


def moved(before: Playbook, after: Playbook, was: Spot, now: Spot) -> Iterator[Change]:
    """A rule that stands elsewhere, or is set off by something else."""
    name = name_of(after, now.place.rule)
    if was.place.stage != now.place.stage:
        homes = [
            playbook.stages[spot.place.stage].title if spot.place.stage else "no stage of its own"
            for playbook, spot in ((after, now), (before, was))
        ]
        yield change(now, f"{name} belongs to {homes[0]} instead of {homes[1]}")
    same_limit = was.place.limit == now.place.limit or (
        was.place.limit and now.place.limit and was.place.limit.id == now.place.limit.id
    )
    if was.place.part != now.place.part or was.on != now.on or not same_limit:
        times = when_in_words(after, now), when_in_words(before, was)
        yield change(now, f"{title_of(after, now)}{name} happens {times[0]} instead of {times[1]}")
    elif was.place.stage == now.place.stage and was.list.rpartition("/")[0] != now.list.rpartition("/")[0]:
        yield change(now, f"{title_of(after, now)}{name} is read at another place")


def of_rule(before: Playbook, after: Playbook, was: Spot, now: Spot) -> Iterator[Change]:
    old, new = was.place.rule, now.place.rule
    if isinstance(old, Next) or isinstance(new, Next):
        yield from of_way(before, after, was, now)
        return
    head, name = title_of(after, now), name_of(after, new)
    if old.action != new.action or acts_otherwise(old, new):
        said = f"{head}{what_it_does(after, new)} instead of: {what_it_does(before, old)}"
        yield change(now, f"{said} ({when_in_words(after, now)})")
    if old.task and new.task:
        yield from of_task(head, old.task, new.task, now)
    if old.after != new.after and was.place.part == now.place.part:
        yield change(now, f"{head}{name} {when_in_words(after, now)} instead of {when_in_words(before, was)}")
    elif old.after != new.after:
        waits = [f"after {rule.after.in_words}" if rule.after else "at once" for rule in (new, old)]
        yield change(now, f"{head}{name} {waits[0]} instead of {waits[1]}")
    if old.if_ != new.if_:
        yield change(now, f"{head}{name} {only_if(after, new)} instead of {only_if(before, old)}")
    yield from other_fields(head + name, old, new, now, {"id", "if_", "after", "task", *ACTS})


ACTS = ("send", "tag", "priority", "park", "close", "reassign", "escalate", "reason")


def acts_otherwise(old: Rule, new: Rule) -> bool:
    """Another message, tag, reason, rest or outcome."""
    return any(getattr(old, name) != getattr(new, name) for name in ACTS)


def only_if(playbook: Playbook, rule: Rule | Next) -> str:
    return f"only if {condition_in_words(playbook, rule.if_)}" if rule.if_ else "always"


def of_task(head: str, old: TaskSpec, new: TaskSpec, now: Spot) -> Iterator[Change]:
    title = step_in_words(new.title)
    if old.title != new.title:
        yield change(
            now, f"{head}the step is {quoted(title)} instead of {quoted(step_in_words(old.title))}{written(old, new)}"
        )
    if old.kind != new.kind:
        yield change(now, f"{head}{quoted(title)} is a step of the kind {new.kind} instead of {old.kind}")
    if old.due != new.due:
        yield change(now, f"{head}{quoted(title)} within {working(new.due)} instead of {working(old.due)}")
    yield from other_fields(head + quoted(title), old, new, now, {"due", "call", "reply", "meet", "do"})


def written(old: TaskSpec, new: TaskSpec) -> str:
    """Two titles may read alike here and differ in what is filled in."""
    return f" (written {new.title})" if step_in_words(old.title) == step_in_words(new.title) else ""


def of_way(before: Playbook, after: Playbook, was: Spot, now: Spot) -> Iterator[Change]:
    old, new = was.place.rule, now.place.rule
    head = title_of(after, now)
    if not (isinstance(old, Next) and isinstance(new, Next)):
        yield change(now, f"{whole(after, now)} stands in place of {whole(before, was)}")
        return
    if old.to != new.to:
        aims = [playbook.stages[way.to].title for playbook, way in ((after, new), (before, old))]
        yield change(now, f"{head}it moves to {aims[0]} instead of {aims[1]}")
    name = name_of(after, new)
    if set(old.on) != set(new.on):
        told = [lower_first(triggers(way.on)) if way.on else "nothing" for way in (new, old)]
        yield change(now, f"{head}{name} is opened by {told[0]} instead of {told[1]}")
    if set(old.done) != set(new.done):
        done = [either([quoted(id) for id in way.done]) or "no step" for way in (new, old)]
        yield change(now, f"{head}{name} is opened by {done[0]} done instead of {done[1]}")
    if old.after != new.after:
        waits = [f"after {way.after.in_words}" if way.after else "not by time" for way in (new, old)]
        yield change(now, f"{head}{name} opens {waits[0]} instead of {waits[1]}")
    if old.if_ != new.if_:
        yield change(now, f"{head}{name} opens {only_if(after, new)} instead of {only_if(before, old)}")
    yield from other_fields(head + name, old, new, now, {"id", "to", "on", "done", "after", "if_"})


def other_fields(what: str, old: Any, new: Any, now: Spot, told: set[str]) -> Iterator[Change]:
    """Fields that have no words here yet."""
    for name in type(new).model_fields:
        if name not in told and getattr(old, name) != getattr(new, name):
            yield change(now, in_full(what, name, getattr(old, name), getattr(new, name)))


def orders(before: Playbook, after: Playbook, was: Mapping[str, Spot], now: Mapping[str, Spot]) -> Iterator[Change]:
    """Rules of one list are carried out, and ways are tried, in the order in which they are written."""
    for ids in lists_of(now).values():
        both = [id for id in ids if id in was]
        if order([id for id in was if id in both], both):
            names = joined([name_of(after, now[id].place.rule) for id in both], "and then")
            yield change(now[both[0]], f"{title_of(after, now[both[0]])}another order: {names}")
    for key, stage in after.stages.items():
        if key in before.stages:
            yield from groups(before.stages[key], stage, key)


def lists_of(found: Mapping[str, Spot]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for id, spot in found.items():
        lists.setdefault(spot.list, []).append(id)
    return lists


def groups(was: Stage, now: Stage, key: str) -> Iterator[Change]:
    """The same answers to what happens, tied together otherwise."""
    told = [[(tuple(sorted(when.on)), [rule.id for rule in when.do]) for when in stage.when] for stage in (was, now)]
    flat = [[(on, id) for on, ids in groups for id in ids] for groups in told]
    if told[0] != told[1] and flat[0] == flat[1]:
        heads: Sequence[str] = [triggers(when.on) for when in now.when]
        yield Change(stage=key, sentence=f"{now.title}: what is done is grouped otherwise: {joined(heads, 'and')}")

"""A stage put into the path with all that it needs: reached, owned, timed, spoken in, recovered and left. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trellis.core.durations import Duration
from trellis.journeys.playbook.edit import (
    Edited,
    add_message,
    add_rule,
    add_stage,
    change_rule,
    remove_stage,
    set_limit,
)
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.scenario import Scenario
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.playbook.splicing import remove_at

NAME = "{{ contact.first_name }}"
ANSWERS = (
    (("message_received", "form", "message", "referral"), {"reply": f"Answer {NAME}", "due": "2h"}),
    (("missed_call",), {"call": f"Call {NAME} back", "due": "15m"}),
)
REPLY_WITHIN = "4h"


@dataclass(frozen=True, kw_only=True)
class NewStage:
    """What a person says of it. `step` is a task as rules have it, `message` its parts or nothing; spans are `2d`.

    The silence is broken `tries` times, each `every` after the one before, then it rests for `rest`.
    """

    title: str
    after: str
    team: str
    limit: str
    step: Mapping[str, str]
    tries: int
    every: str
    rest: str
    means: str = ""
    message: Mapping[str, str] = field(default_factory=dict)


def add_whole_stage(text: str, new: NewStage) -> Edited:
    """The stage behind `after`: what led on from there leads here, and from here on once the first step is done."""
    playbook = load_playbook(text)
    before, target = playbook.stages[new.after], aim_of(playbook, new.after)
    means = new.means or f"It is time for this: {new.title}."
    text, key = add_stage(
        text,
        new.title,
        phase=before.phase,
        means=means,
        owner={"team": new.team},
        limit=new.limit,
        after=new.after,
    )
    for way in before.next:
        if way.to == target:
            text = change_rule(text, way.id, to=key)
    promised = next((str(limit.within) for limit in before.limits if limit.clock == "reply"), REPLY_WITHIN)
    text = set_limit(text, key, "reply", promised)
    text = with_message(text, key, new)
    text, step = add_rule(text, "enter", {"task": dict(new.step)}, stage=key)
    for on, task in ANSWERS:
        text = add_rule(text, "when", {"task": task}, stage=key, on=on).text
    text = with_quiet_path(text, key, new)
    if target:
        text = add_rule(text, "next", {"to": target, "done": [step]}, stage=key).text
    return Edited(text, key)


def take_out_stage(text: str, key: str) -> str:
    """Without the stage; what led to it leads to where it led. Scenarios that name what is gone go too."""
    playbook = load_playbook(text)
    target = aim_of(playbook, key)
    for stage, one in playbook.stages.items():
        ways = [way for way in one.next if way.to == key and target not in ("", stage)]
        for way in ways:
            text = change_rule(text, way.id, to=target)
    return remove_stage(without_scenarios(text, playbook, key), key)


def without_scenarios(text: str, playbook: Playbook, stage: str) -> str:
    """A story that names the stage, or a rule in it, can no longer be told."""
    gone = {stage, *(id for id, place in playbook.places.items() if place.stage == stage)}
    for place in reversed(range(len(playbook.scenarios))):
        if gone & set(names_in(playbook.scenarios[place])):
            text = remove_at(text, ("scenarios", place))
    return text


def names_in(scenario: Scenario) -> Iterator[str]:
    for beat in scenario.story:
        yield from filter(None, (beat.move, beat.done))
        if beat.expect:
            yield from filter(None, (beat.expect.stage, beat.expect.step, beat.expect.no_step))


def aim_of(playbook: Playbook, key: str) -> str:
    """Where a stage leads on to: the next of the path when a way goes there, else where its first way goes."""
    keys, ways = list(playbook.stages), [way.to for way in playbook.stages[key].next]
    following = keys[keys.index(key) + 1 : keys.index(key) + 2]
    return next((to for to in ways if to in following), ways[0] if ways else "")


def with_message(text: str, key: str, new: NewStage) -> str:
    if not new.message:
        return text
    parts = dict(new.message)
    text, message = add_message(text, parts.pop("title"), **parts)
    return add_rule(text, "enter", {"send": message}, stage=key).text


def with_quiet_path(text: str, key: str, new: NewStage) -> str:
    every = Duration.parse(new.every)
    for number in range(1, new.tries + 1):
        task = {"call": f"Try {NAME} again", "due": "4h"}
        text = add_rule(text, "quiet", {"after": str(times(every, number)), "task": task}, stage=key).text
    rest = {"after": str(times(every, new.tries + 1)), "park": new.rest, "reason": f"Went quiet: {new.title}"}
    return add_rule(text, "quiet", rest, stage=key).text


def times(span: Duration, number: int) -> Duration:
    return Duration(span.amount * number, span.unit)

"""A stage that somebody adds in a minute is sound in every playbook that ships, and taking it out again is too."""

from typing import Any

import pytest

from tests.cast import TUESDAY
from trellis.journeys.lint.check import lint
from trellis.journeys.lint.finding import errors
from trellis.journeys.playbook.blanks import to_blanks, to_fields
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.whole_stage import NewStage, add_whole_stage, aim_of, take_out_stage
from trellis.journeys.publish import pack, pack_keys

MESSAGE = {
    "title": "Shall we talk?",
    "acknowledge": "Hi {{ contact.first_name | default: 'there' }}, thanks for the answers.",
    "ask": "Is tomorrow morning good for a short call?",
    "next_step": "{{ owner.first_name }} will call you then.",
}


def new_stage(after: str, team: str, **more: Any) -> NewStage:
    step = {"call": "Have the discovery call with {{ contact.first_name }}", "due": "1d"}
    said: dict[str, Any] = {"title": "Discovery call", "limit": "3d", "tries": 3, "every": "2d", "rest": "60d"}
    return NewStage(after=after, team=team, step=step, message=MESSAGE, **said | more)


@pytest.mark.parametrize("key", pack_keys())
def test_a_stage_behind_the_second_is_sound_in_each_playbook(key: str) -> None:
    text = pack(key)
    playbook = load_playbook(text)
    after = next(stage for stage in list(playbook.stages)[1:] if playbook.stages[stage].next)
    added = add_whole_stage(text, new_stage(after, playbook.stages[after].owner.team))
    changed = load_playbook(added.text)
    keys = list(changed.stages)
    assert keys[keys.index(after) + 1] == added.key == "discovery-call"
    assert aim_of(changed, added.key) == aim_of(playbook, after)
    assert [str(found) for found in errors(lint(changed, at=TUESDAY))] == []
    without = load_playbook(take_out_stage(added.text, added.key))
    assert {stage: one.next for stage, one in without.stages.items()} == {
        stage: one.next for stage, one in playbook.stages.items()
    }


def test_silence_is_broken_as_often_as_it_was_said_and_then_it_rests() -> None:
    added = add_whole_stage(pack("storm-and-repair"), new_stage("qualified", "front-desk", tries=2))
    quiet = load_playbook(added.text).stages[added.key].quiet
    assert [(str(rule.after), rule.action) for rule in quiet] == [("2d", "task"), ("4d", "task"), ("6d", "park")]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("Call {{ contact.first_name }} back", "Call [first name] back"),
        ("Hi {{ contact.first_name | default: 'there' }}, we", "Hi [first name, or there], we"),
        ("{{ owner.first_name }} calls by {{ step.due }}", "[owner’s first name] calls by [when we call]"),
        ("At {{ answers.address }}", "At [answers.address]"),
        ("Nothing [at all] to fill in", "Nothing [at all] to fill in"),
    ],
)
def test_what_is_filled_in_reads_the_same_both_ways(template: str, words: str) -> None:
    assert (to_blanks(template), to_fields(words)) == (words, template)


def test_an_apostrophe_may_be_straight() -> None:
    assert to_fields("[Owner's first name]") == "{{ owner.first_name }}"

"""What holds in every stage is edited line by line, and so are conditions: every other letter stays."""

from typing import Any

import pytest

from trellis.core.refusal import Refused
from trellis.journeys.playbook.edit import change_rule, set_triggers
from trellis.journeys.playbook.edit_everywhere import (
    add_question,
    change_question,
    questions_in,
    remove_question,
    set_everywhere,
)
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.publish import pack

TEXT = pack("storm-and-repair")
# With a comment in every place that an edit could lose one.
NOTED = TEXT.replace('if: {field: answers.urgency, is: "yes"}', "CONDITION").replace(
    "{id: urgent, CONDITION, priority: Water is coming in}",
    """id: urgent
        # only in a hurry
        if:
          any:  # of these
            # water
            - {field: answers.urgency, is: "yes"}  # now
            - field: contact.tags   # known
              contains: vip
            # price
            - {field: answers.address, at_least: 3}
        priority: Water is coming in""",
)
WATER, VIP = {"field": "answers.urgency", "is": "yes"}, {"field": "contact.tags", "contains": "vip"}
PRICE = {"field": "answers.address", "at_least": 3}


def condition(text: str) -> Any:
    found = load_playbook(text).places["urgent"].rule.if_
    return found and found.model_dump(by_alias=True, exclude_none=True)


@pytest.mark.parametrize(
    ("to", "gone", "new"),
    [
        ({"any": [WATER, VIP, PRICE]}, [], []),
        ({"all": [WATER, VIP, PRICE]}, ["          any:  # of these"], ["          all:  # of these"]),
        ({"any": [WATER, PRICE]}, ["            - field: contact.tags   # known", "              contains: vip"], []),
        ({"any": [WATER, VIP, PRICE | {"at_least": 5}]}, ["at_least: 3}"], ["at_least: 5}"]),
        ({"any": [WATER, VIP | {"contains": "old"}, PRICE]}, ["contains: vip"], ["contains: old"]),
    ],
)
def test_a_condition_changes_in_its_own_lines(to: Any, gone: list[str], new: list[str]) -> None:
    text = change_rule(NOTED, "urgent", if_=to)
    before, after = NOTED.splitlines(), text.splitlines()
    assert [line for line in before if line not in after] == [
        line for line in before if any(one in line for one in gone)
    ]
    assert [line for line in after if line not in before] == [line for line in after if any(one in line for one in new)]
    load_playbook(text)


def test_lines_that_end_otherwise_stay_so() -> None:
    text = change_rule(NOTED.replace("\n", "\r\n"), "urgent", if_={"any": [WATER, VIP, PRICE, WATER | {"is": "no"}]})
    assert text.replace("\r\n", "").count("\n") == 0
    assert len(condition(text)["any"]) == 4


def test_quiet_hours_keep_the_words_that_are_not_given() -> None:
    text = set_everywhere(TEXT, quiet_hours={"to": "07:00"}, cap={"messages": 3}, title="Storms", steps=None)
    playbook = load_playbook(text)
    assert (playbook.quiet_hours.start, playbook.quiet_hours.end) == ("20:00", "07:00")
    assert (playbook.cap.messages, playbook.title) == (3, "Storms")


def test_a_question_has_a_name_of_its_own() -> None:
    text, first = add_question(TEXT, "How old is it?", ["new", "old"])
    text, second = add_question(text, "How old is she?")
    text, third = add_question(text, "¿?")
    assert (first, second, third) == ("how_old_is", "how_old_is_2", "new")
    text = change_question(text, first, ask="How old is the roof?", options=[])
    found = {one.key: one for one in load_playbook(text).questions}
    assert (found[first].ask, found[first].options) == ("How old is the roof?", [])
    assert remove_question(remove_question(remove_question(text, first), second), third) == TEXT


def test_a_playbook_that_asked_nothing_asks_its_first_question() -> None:
    start, end = TEXT.index("questions:\n"), TEXT.index("stages:\n")
    text, key = add_question(TEXT[:start] + TEXT[end:], "Is it dry?")
    assert questions_in(text) == [{"key": key, "ask": "Is it dry?"}]
    assert text.index("questions:") < text.index("stages:")


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda: set_triggers(TEXT, "nothing", ["form"]), "There is no rule “nothing”"),
        (lambda: set_triggers(TEXT, "urgent", ["form"]), "does not stand under anything that happens"),
        (lambda: change_question(TEXT, "age", ask="?", options=[]), "There is no question “age”"),
        (lambda: remove_question(TEXT, "age"), "There is no question “age”"),
    ],
)
def test_what_is_not_there_is_refused(edit: Any, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        edit()

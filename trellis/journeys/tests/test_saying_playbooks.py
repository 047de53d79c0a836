"""A playbook reads as a matrix of plain sentences, and what is claimed of it has been checked."""

import pytest

from trellis.core.durations import Duration
from trellis.journeys.playbook.columns import Column, columns, for_all_stages, rule_count
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Condition, OwnerRule, Playbook
from trellis.journeys.playbook.sentences import (
    Piece,
    condition_in_words,
    owned,
    owned_details,
    pieces,
    step_in_words,
    what_it_does,
    working,
)
from trellis.journeys.tests.playbooks import odd_playbook
from trellis.journeys.tests.sandbox import PACK

TEXT = PACK.read_text()
PLAYBOOK = load_playbook(TEXT)
NEW, TALKING, _, BOOKED, DELIVERED, LOYAL = columns(PLAYBOOK)


def told(column: Column, kind: str) -> list[str]:
    """The cell on one line for each head: “Late: …” and the titles of messages in quotes."""
    return [
        f"{said.head}: "
        + " | ".join(
            " ".join(part for part in (act.lead, f"“{act.message}”" if act.message else "", act.text) if part)
            for act in said.acts
        )
        for said in getattr(column, kind) or ()
    ]


def changed(old: str, new: str) -> Playbook:
    assert old in TEXT
    return load_playbook(TEXT.replace(old, new, 1))


def test_a_promise_says_its_time_and_what_happens_when_it_is_late() -> None:
    assert told(NEW, "timing") == [
        "First reply in 5 min: Late goes to the next free person | 15 min later owner and manager are told",
        "Reply in 1 hour: Late goes to the next free person",
        "Past the limit: owner and manager are told",
    ]
    assert NEW.limit == "limit 3 working days"
    assert [said.limit and said.limit.id for said in NEW.timing] == ["first-reply", "answer-new", "new-limit"]


def test_what_moves_a_lead_on_is_said_from_its_own_side() -> None:
    assert NEW.ways == (
        "when they write, we speak by phone, one of us replies or “Write down what the customer needs” is done",
    )
    assert TALKING.ways == ("when all 4 answers are in, if “Do you own the building?” is yes",)
    assert DELIVERED.ways == ("after 14 days",)
    assert LOYAL.ways == ()


def test_a_way_that_leaves_the_path_names_its_aim() -> None:
    back = columns(changed("- {id: work-done, to: delivered,", "- {id: work-done, to: new,"))
    assert back[3].ways == ("to New when “Do the work for the customer” is done",)


def test_what_happens_at_once_stands_under_what_sets_it_off() -> None:
    assert told(NEW, "messaging")[1:3] == [
        "Web form, referral or message: “we-got-it” | Call the customer within 5 min",
        "Missed call: “sorry-we-missed-you” | Call the customer back within 15 min",
    ]
    assert told(BOOKED, "messaging")[0] == (
        "At the start: “you-are-booked” | Do the work for the customer within 5 working days"
    )


def test_silence_is_told_in_the_order_of_its_days() -> None:
    assert told(NEW, "recovery") == [
        "Quiet 2 hours: try the customer once more",
        "Quiet 1 day: “still-need-help”",
        "Quiet 3 days: “shall-we-close”",
        "Quiet 6 days: rests for 90 days: no answer",
    ]
    assert told(DELIVERED, "recovery") == []


def test_what_follows_a_delivery_stands_in_the_stage_where_it_comes_due() -> None:
    assert [column.after for column in columns(PLAYBOOK)[:4]] == [None] * 4
    assert told(DELIVERED, "after") == [
        "Day 1: ask the customer how the cleanup went",
        "Day 3: “review-request”",
        "Day 10: “warranty-pack”",
    ]
    assert told(LOYAL, "after") == ["Day 45: “know-someone”"]


def test_every_rule_is_somewhere_in_the_matrix() -> None:
    kinds = ("timing", "messaging", "recovery", "after")
    shown = {id for column in columns(PLAYBOOK) for kind in kinds for id in column.rules(kind)}
    others = {place.rule.id for place in PLAYBOOK.places.values() if place.part in ("next", "wake")}
    assert shown | others == set(PLAYBOOK.places)
    assert rule_count(PLAYBOOK) == len(PLAYBOOK.places) + 13


def test_what_holds_everywhere_is_said_once() -> None:
    said = {one.title: one.text for one in for_all_stages(PLAYBOOK)}
    assert said["Starts on"] == "Web form, phone call, missed call, message or referral."
    assert said["Writes by itself"] == "Not from 20:00 to 08:00 where the customer is."
    assert said["When a rest ends"] == (
        "See if the customer still needs us within 1 working day."
        " After 2 rests it is closed as lost: rested twice without an answer."
    )


@pytest.mark.parametrize("number", range(60))
def test_any_playbook_can_be_read_as_a_matrix(number: int) -> None:
    odd = odd_playbook(number)
    kinds = ("timing", "messaging", "recovery", "after")
    assert all("{{" not in line for column in columns(odd) for kind in kinds for line in told(column, kind))
    assert len(for_all_stages(odd)) == 6
    assert all(what_it_does(odd, place.rule) for place in odd.places.values())


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"field": "answers.urgency", "is": "yes"}, "“Is water coming in right now?” is yes"),
        ({"field": "answers.owner", "is_not": "no"}, "“Do you own the building?” is not no"),
        ({"field": "answers.address", "known": True}, "“What is the address of the building?” is known"),
        ({"field": "priority", "is": "yes"}, "it is marked as urgent"),
        ({"field": "answers.address", "known": False}, "“What is the address of the building?” is not known"),
        (
            {"any": [{"field": "stage", "is": "new"}, {"field": "status", "is": "open"}]},
            "the stage is new or the status is open",
        ),
        ({"none": [{"field": "stage", "is": "new"}]}, "not (the stage is new)"),
        ({"field": "stage", "one_of": ["new", "booked"]}, "the stage is new or booked"),
        ({"field": "answers.insurance", "none_of": ["no"]}, "“Will you file an insurance claim?” is none of no"),
        ({"field": "contact.tags", "contains": "vip"}, "their tag contains vip"),
        ({"field": "contact.has_phone", "is": "no"}, "we have no mobile number of theirs"),
        ({"field": "contact.channel", "is": "sms"}, "how they last wrote is sms"),
    ],
)
def test_a_condition_is_said_with_the_question_it_is_about(condition: dict[str, object], said: str) -> None:
    assert condition_in_words(PLAYBOOK, Condition.model_validate(condition)) == said


@pytest.mark.parametrize(
    ("span", "said"), [("5m", "5 min"), ("1h", "1 hour"), ("4h", "4 hours"), ("1d", "1 working day")]
)
def test_working_time_is_called_so(span: str, said: str) -> None:
    assert working(Duration.parse(span)) == said


def test_a_text_shows_what_is_filled_in() -> None:
    assert pieces("Hi {{ contact.first_name | default: 'there' }}, this is {{ business.name }}.") == [
        Piece("Hi "),
        Piece("first name", is_field=True),
        Piece(", this is "),
        Piece("our name", is_field=True),
        Piece("."),
    ]
    assert step_in_words("See if {{ contact.first_name }} still needs us") == "See if the customer still needs us"


@pytest.mark.parametrize(
    ("rule", "head", "details"),
    [
        ({"by": "load"}, "By load: whoever has least", ["Away: next free."]),
        (
            {"by": "who_replied", "if_nobody": "manager"},
            "Whoever replied keeps it, else in turn",
            ["Away: next free.", "Nobody on duty: a manager gets it."],
        ),
        (
            {"by": "last_owner", "accept": "2h"},
            "Whoever of the team had this customer last, else in turn",
            ["Handed over: must be accepted within 2 working hours.", "Away: next free."],
        ),
        (
            {"match": "answers.owner", "if_away": "wait"},
            "In turn: whoever waited longest",
            ["Those who cover the answer to “Do you own the building?” come first.", "Away: it waits for them."],
        ),
    ],
)
def test_an_owner_rule_says_whose_it_is_and_what_else(rule: dict[str, str], head: str, details: list[str]) -> None:
    owner = OwnerRule.model_validate({"team": "front-desk", **rule})
    assert (owned(owner), owned_details(PLAYBOOK, owner)) == (head, details)

"""A playbook's text is edited place by place: what is not touched stays to the letter, comments included."""

import difflib
from collections.abc import Callable

import pytest

from trellis.core.refusal import Refused
from trellis.journeys.playbook import edit
from trellis.journeys.playbook.edit import Edited
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.rehearsal.scenarios import run_scenarios
from trellis.journeys.tests.gutters import SMALL
from trellis.journeys.tests.sandbox import PACK, RULES

TEXT = RULES
CALL = {"call": "Call {{ contact.first_name }} again", "due": "2h"}


def changed(new: str, old: str = TEXT) -> list[str]:
    """The lines that went and came: "- title: New", "+ title: Fresh"."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    told = [line for line in lines if line[:3] not in ("---", "+++") and line[0] in "+-" and line[1:].strip()]
    return [f"{line[0]} {line[1:].strip()}" for line in told]


def test_a_discovery_call_is_added_as_somebody_would_write_it() -> None:
    owner = {"team": "front-desk", "by": "keep"}
    text, key = edit.add_stage(
        TEXT,
        "Discovery call",
        phase="conversation",
        means="We learn what they need.",
        owner=owner,
        limit="5d",
        after="new",
    )
    text, way = edit.add_rule(text, "next", {"to": "qualified", "on": ["answers_complete"]}, stage=key)
    text, nudge = edit.add_rule(text, "quiet", {"after": "2d", "send": "still-need-help"}, stage=key)
    text, rest = edit.add_rule(text, "quiet", {"after": "6d", "park": "60d", "reason": "Went quiet"}, stage=key)
    text, call = edit.add_rule(text, "enter", {"task": CALL}, stage=key, to=0)
    assert changed(text) == [
        "+ discovery-call:",
        "+ title: Discovery call",
        "+ phase: conversation",
        "+ means: We learn what they need.",
        "+ owner: {team: front-desk, by: keep}",
        "+ limits:",
        "+ - id: discovery-call-limit",
        "+ clock: stage",
        "+ within: 5d",
        "+ late: [{id: discovery-call-late, escalate: manager}]",
        "+ enter:",
        '+ - {id: call-again, task: {call: "Call {{ contact.first_name }} again", due: 2h}}',
        "+ quiet:",
        "+ - {id: still-need-help, after: 2d, send: still-need-help}",
        "+ - {id: went-quiet, after: 6d, park: 60d, reason: Went quiet}",
        "+ next:",
        "+ - {id: to-qualified, to: qualified, on: [answers_complete]}",
    ]
    read = load_playbook(text)
    assert list(read.stages)[:3] == ["new", "discovery-call", "in-conversation"]
    assert [way, nudge, rest, call] == ["to-qualified", "still-need-help", "went-quiet", "call-again"]


CELLS: list[tuple[str, Callable[[], str | Edited], list[str]]] = [
    (
        "a title",
        lambda: edit.set_stage(TEXT, "new", title="Fresh: new"),
        ["- title: New", '+ title: "Fresh: new"'],
    ),
    ("a limit", lambda: edit.set_stage(TEXT, "new", limit="4d"), ["- within: 3d", "+ within: 4d"]),
    (
        "an owner",
        lambda: edit.set_stage(TEXT, "new", owner={"team": "crew", "by": "round_robin", "if_away": "next_free"}),
        [
            "- owner: {team: front-desk, by: round_robin, if_away: next_free}",
            "+ owner: {team: crew, by: round_robin, if_away: next_free}",
        ],
    ),
    (
        "a wait",
        lambda: edit.change_rule(TEXT, "nudge", after="2d"),
        ["- - {id: nudge, after: 1d, send: still-need-help}", "+ - {id: nudge, after: 2d, send: still-need-help}"],
    ),
    (
        "what a rule does",
        lambda: edit.change_rule(TEXT, "nudge", send=None, task={"call": "Call", "due": "1h"}),
        [
            "- - {id: nudge, after: 1d, send: still-need-help}",
            "+ - {id: nudge, after: 1d, task: {call: Call, due: 1h}}",
        ],
    ),
    (
        "a condition",
        lambda: edit.change_rule(TEXT, "nudge", **{"if": {"field": "answers.owner", "is": "yes"}}),
        [
            "- - {id: nudge, after: 1d, send: still-need-help}",
            '+ - {id: nudge, if: {field: answers.owner, is: "yes"}, after: 1d, send: still-need-help}',
        ],
    ),
    (
        "a late rule",
        lambda: edit.add_rule(TEXT, "late", {"after": "1h", "escalate": "manager"}, limit="new-limit"),
        [
            "- late: [{id: new-too-long, escalate: manager}]",
            "+ late: [{id: new-too-long, escalate: manager}, {id: tell-manager, after: 1h, escalate: manager}]",
        ],
    ),
    (
        "a rule beside others",
        lambda: edit.add_rule(TEXT, "when", {"send": "still-on"}, stage="new", on=["missed_call"]),
        ["+ - {id: still-on-2, send: still-on}"],
    ),
    (
        "the first of its list",
        lambda: edit.add_rule(TEXT, "after_delivery", {"after": "2h", "tag": "served"}, to=0),
        ["+ - {id: served, after: 2h, tag: served}"],
    ),
    (
        "another event",
        lambda: edit.add_rule(TEXT, "when", {"send": "still-on"}, stage="loyal", on=["form"]),
        ["+ - on: [form]", "+ do: [{id: still-on-2, send: still-on}]"],
    ),
    (
        "a rule out",
        lambda: edit.remove_rule(TEXT, "first-reply-late"),
        ["- - {id: first-reply-late, reassign: next_free}"],
    ),
    (
        "the only rule of its list out",
        lambda: edit.remove_rule(TEXT, "check-balance"),
        ["- enter:", '- - {id: check-balance, task: {do: "Send photos and check the balance", due: 1d}}'],
    ),
    (
        "a message's part",
        lambda: edit.change_message(TEXT, "we-got-it", ask="Is it dry?"),
        ["- ask: Is water coming in right now?", "+ ask: Is it dry?"],
    ),
    (
        "a message's channel and subject",
        lambda: edit.change_message(TEXT, "we-got-it", channel="sms", subject=None),
        ["- subject: We got your message", "+ channel: sms"],
    ),
    (
        "a message's name",
        lambda: edit.rename_message(TEXT, "we-got-it", "got-it"),
        ["- - {id: ack, send: we-got-it}", "+ - {id: ack, send: got-it}", "- we-got-it:", "+ got-it:"],
    ),
    (
        "several lines",
        lambda: edit.change_message(TEXT, "know-someone", next_step="Reply with a name.\nThank you!"),
        [
            "- next_step: Reply with a name and {{ owner.first_name }} will look after them like family.",
            "+ next_step: |-",
            "+ Reply with a name.",
            "+ Thank you!",
        ],
    ),
]


@pytest.mark.parametrize(("make", "lines"), [cell[1:] for cell in CELLS], ids=[cell[0] for cell in CELLS])
def test_a_change_of_one_cell_changes_its_own_lines(make: Callable[[], str | Edited], lines: list[str]) -> None:
    new = make()
    text = new.text if isinstance(new, Edited) else new
    assert changed(text) == lines
    load_playbook(text)
    assert changed(edited_crlf(make)) == lines


def edited_crlf(make: Callable[[], str | Edited]) -> str:
    """The same edit of a file from another machine: its line ends are kept."""
    global TEXT
    kept, TEXT = TEXT, TEXT.replace("\n", "\r\n")
    try:
        new = make()
    finally:
        TEXT = kept
    text = new.text if isinstance(new, Edited) else new
    assert text.count("\n") == text.count("\r\n")
    return text


def test_whatever_leads_to_a_stage_follows_its_new_name() -> None:
    text = TEXT.replace('if: {field: answers.owner, is: "yes"}', "if: {field: stage, one_of: [new, qualified]}")
    assert sorted(changed(edit.rename_stage(text, "qualified", "fit"), text)) == [
        "+ - {id: all-answers, to: fit, on: [answers_complete], if: {field: stage, one_of: [new, fit]}}",
        "+ fit:",
        "- - {id: all-answers, to: qualified, on: [answers_complete], if: {field: stage, one_of: [new, qualified]}}",
        "- qualified:",
    ]


def test_what_waits_for_a_step_follows_its_new_id() -> None:
    assert changed(edit.change_rule(TEXT, "repair", id="the-work")) == [
        '- - {id: repair, task: {do: "Do the work for {{ contact.first_name }}", due: 5d}}',
        '+ - {id: the-work, task: {do: "Do the work for {{ contact.first_name }}", due: 5d}}',
        "- - {id: work-done, to: delivered, done: [repair]}",
        "+ - {id: work-done, to: delivered, done: [the-work]}",
    ]


def test_a_stage_goes_with_the_ways_that_lead_to_it() -> None:
    text = edit.remove_stage(TEXT, "qualified")
    assert not [line for line in changed(text) if line[0] == "+"]
    read = load_playbook(text)
    assert "qualified" not in read.stages
    assert read.stages["in-conversation"].next == []


def test_stages_change_places_with_all_that_is_theirs() -> None:
    text = TEXT.replace("  booked:\n", "  # When the truck is loaded.\n  booked:\n")
    moved = edit.move_stage(text, "booked", to=1)
    assert list(load_playbook(moved).stages)[:3] == ["new", "booked", "in-conversation"]
    assert "  # When the truck is loaded.\n  booked:\n" in moved
    assert edit.move_stage(moved, "booked", to=3) == text


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: edit.set_stage(TEXT, "newe", title="x"), "There is no stage “newe”; there are new, in-conversation"),
        (lambda: edit.rename_stage(TEXT, "new", "booked"), "Another stage is called “booked” already."),
        (lambda: edit.change_rule(TEXT, "nope", after="1d"), "There is no rule “nope”"),
        (lambda: edit.change_rule(TEXT, "ack", id="sorry"), "Another rule is called “sorry” already."),
        (lambda: edit.add_rule(TEXT, "enter", {"id": "ack", "send": "x"}, stage="new"), "Another rule is called “ack”"),
        (lambda: edit.add_rule(TEXT, "when", {"send": "x"}, stage="new"), "A rule stands in enter, when"),
        (lambda: edit.change_message(TEXT, "hi", ask="x"), "There is no message “hi”"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_the_reason(make: Callable[[], str], told: str) -> None:
    with pytest.raises(Refused) as refused:
        make()
    assert told in refused.value.sentence


def test_names_are_made_of_titles_and_are_no_one_elses() -> None:
    assert edit.propose("Über “uns”!", []) == "uber-uns"
    assert edit.propose("Discovery call", ["discovery-call", "discovery-call-2"]) == "discovery-call-3"
    assert edit.propose("守", []) == "new"
    assert len(edit.propose("long " * 50, [])) <= 64


@pytest.mark.parametrize("title", [
    "yes", "null", "5", "2026-01-01", "a: b", "#x", "x #y", "- a", "'q'", '"q"', "{a}", "@x", "a\\b", "tab\there",
     "end:", "on", "~", "{{ contact.first_name }}", "<<", "*a", "&a", "!t", "%d", "? k",
    "a\u2028b", "a\x85b", "\ufeffa", "🛠", "a\u200bb",
])  # fmt: skip
def test_any_title_is_read_back_as_it_was_given(title: str) -> None:
    """In a line of its own, in braces, and in the quotes of what it takes the place of."""
    text = edit.set_stage(SMALL, "new", title=title)
    text = edit.change_message(edit.change_message(text, "bye", title=title, next_step=title), "hello", ask=title)
    read = load_playbook(text)
    assert {read.stages["new"].title, read.messages["bye"].title, read.messages["bye"].next_step} == {title}
    assert read.messages["hello"].ask == title


def test_scenarios_follow_what_is_renamed() -> None:
    renamed = edit.rename_stage(PACK.read_text(), "in-conversation", "talking")
    renamed = edit.rename_message(renamed, "we-got-it", "got-it")
    renamed = edit.change_rule(renamed, "first-call", id="call-first")
    assert "expect: {stage: talking}" in renamed
    assert "expect: {sent: got-it, within: 1m}" in renamed
    assert 'expect: {step: call-first, due: "tue 10:05"}' in renamed
    assert all(outcome.passed for outcome in run_scenarios(load_playbook(renamed)))


def test_scenarios_that_pass_through_what_is_removed_go_with_it() -> None:
    text = edit.remove_stage(PACK.read_text(), "loyal")
    told = [scenario.scenario for scenario in load_playbook(text).scenarios]
    gone = [
        scenario.scenario for scenario in load_playbook(PACK.read_text()).scenarios if scenario.scenario not in told
    ]
    assert gone == [
        "From the four answers to the work, and a review three days after it",
        "At every stage whoever calls or writes is answered in time, by those who have them",
        "Silence in “Loyal” comes to its end step by step",
    ]

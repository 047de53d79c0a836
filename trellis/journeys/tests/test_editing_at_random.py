"""Any edits in any order: what others wrote into a playbook stays, and every other rule means what it meant."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from trellis.journeys.playbook import edit
from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.playbook.tree import read_tree
from trellis.journeys.tests.gutters import GUTTERS, SMALL

TITLES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12) | st.sampled_from(
    ["yes", "null", "5", "2026-01-01", "a: b", "#x", "x #y", "- a", "'q'", '"q"', "{a}", "[b", "@x", "a\\b",
     "end:", " lead", "two\nlines", "on", "~", "é", "🛠", "tab\there",
     "{{ contact.first_name }}", "<<", "*a", "&a", "!t", "%d", "? k"]
)  # fmt: skip
SPANS = st.sampled_from(["5m", "2h", "3d"])
DOES = st.one_of(
    st.fixed_dictionaries({"send": st.sampled_from(["hello", "bye"])}),
    st.fixed_dictionaries({"task": st.fixed_dictionaries({"call": TITLES, "due": SPANS})}),
    st.fixed_dictionaries({"park": SPANS, "reason": TITLES}),
    st.fixed_dictionaries({"priority": TITLES, "if": st.just({"field": "stage", "is_not": "loyal"})}),
)
PARTS = st.sampled_from(["enter", "quiet", "when", "late", "after_delivery", "wake", "next"])


@st.composite
def commented(draw: st.DrawFn) -> str:
    """The small playbook with comments and blank lines where somebody may have put them."""
    lines = SMALL.splitlines()
    for number in range(draw(st.integers(1, 12))):
        place = draw(st.integers(0, len(lines) - 1))
        if draw(st.booleans()):
            lines.insert(place, " " * draw(st.integers(0, 12)) + f"# note {number}.")
        elif lines[place]:
            lines[place] += f"  # aside {number}."
        if draw(st.integers(0, 5)) == 0:
            lines.insert(place, "")
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))
    try:
        assume(load_playbook(text) == GUTTERS)  # Inside a text, a comment is no comment.
    except PlaybookFaulty:
        reject()
    return text


def edit_at_random(text: str, read: Playbook, data: st.DataObject) -> tuple[str, bool]:
    """The text after an edit, and whether something was taken out of it."""
    stage, rule = data.draw(st.sampled_from(list(read.stages))), data.draw(st.sampled_from(list(read.places)))
    message, place = data.draw(st.sampled_from(list(read.messages))), data.draw(st.integers(0, 6))
    what = data.draw(st.sampled_from(["stage", "rename", "move", "set", "rule", "change", "id", "remove", "shift",
                                      "message", "say", "call", "drop"]))  # fmt: skip
    match what:
        case "stage":
            made = {"phase": read.stages[stage].phase, "means": data.draw(TITLES), "limit": data.draw(SPANS)}
            return edit.add_stage(text, data.draw(TITLES), owner={"team": "crew"}, after=stage, **made).text, False
        case "rename":
            return edit.rename_stage(text, stage, edit.propose(data.draw(TITLES), list(read.stages))), False
        case "move":
            return edit.move_stage(text, stage, to=place), False
        case "set":
            return edit.set_stage(text, stage, title=data.draw(TITLES), limit=data.draw(SPANS)), False
        case "rule":
            return add_at_random(text, read, stage, data), False
        case "change":
            change = change_at_random(read, rule, data)
            # A word that is taken out takes along what stands behind it in its line.
            return edit.change_rule(text, rule, **change), None in change.values()
        case "id":
            return edit.change_rule(text, rule, id=edit.propose(data.draw(TITLES), list(read.places))), False
        case "remove":
            return edit.remove_rule(text, rule), True
        case "shift":
            return edit.move_rule(text, rule, to=place), False
        case "message":
            says = {part: data.draw(TITLES) for part in ("acknowledge", "ask", "next_step")}
            return edit.add_message(text, data.draw(TITLES), **says).text, False
        case "say":
            return edit.change_message(text, message, ask=data.draw(TITLES), title=data.draw(TITLES)), False
        case "call":
            return edit.rename_message(text, message, edit.propose(data.draw(TITLES), list(read.messages))), False
        case _:
            return (edit.remove_stage(text, stage), True) if len(read.stages) > 1 else (text, False)


def add_at_random(text: str, read: Playbook, stage: str, data: st.DataObject) -> str:
    part, rule = data.draw(PARTS), data.draw(DOES) | {"after": data.draw(SPANS)}
    if part == "next":
        rule = {"to": stage, "after": data.draw(SPANS)}
    where: dict[str, Any] = {"stage": stage} if part not in ("after_delivery", "wake", "late") else {}
    if part == "late":
        where = {"limit": data.draw(st.sampled_from([limit.id for limit in read.stages[stage].limits]))}
    if part == "when":
        where |= {"on": data.draw(st.sampled_from([["form"], ["missed_call"], ["call_tried", "call"]]))}
    return edit.add_rule(text, part, rule, to=data.draw(st.none() | st.integers(0, 4)), **where).text


def change_at_random(read: Playbook, id: str, data: st.DataObject) -> dict[str, Any]:
    place = read.places[id]
    if place.part == "next":
        return {"after": data.draw(SPANS)}
    does = data.draw(DOES) | {"after": data.draw(SPANS)}
    gone = set(place.rule.model_dump(by_alias=True, exclude_none=True)) - {"id", *does}
    return dict.fromkeys(gone) | does


def marks(text: str) -> Counter[str]:
    return Counter(part.split(".")[0] for part in text.split("# ") if part[:5] in ("note ", "aside"))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(text=commented(), data=st.data())
def test_any_edits_keep_what_others_wrote(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        before, read = text, load_playbook(text)
        text, takes = edit_at_random(before, read, data)
        if takes:
            assert marks(text) <= marks(before)
        else:
            assert marks(text) == marks(before)
        read_tree(text)
        if is_faulty(text):
            return


def is_faulty(text: str) -> bool:
    """What cannot be read any more is told with places that are in the text."""
    try:
        load_playbook(text)
    except PlaybookFaulty as faulty:
        faults = faulty.faults
    else:
        return False
    assert all(1 <= fault.line <= text.count("\n") + 1 and fault.sentence for fault in faults)
    return True


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(text=commented(), data=st.data())
def test_a_change_of_one_rule_is_what_was_asked_and_no_other_rule_means_anything_else(
    text: str, data: st.DataObject
) -> None:
    id = data.draw(st.sampled_from(list(GUTTERS.places)))
    asked = change_at_random(GUTTERS, id, data)
    new = edit.change_rule(text, id, **asked)
    assume(not is_faulty(new))
    read = load_playbook(new)
    rules = {name: place.rule for name, place in read.places.items()}
    assert rules.pop(id) == type(GUTTERS.places[id].rule).model_validate(
        GUTTERS.places[id].rule.model_dump(by_alias=True, exclude_none=True) | asked
    )
    assert rules == {name: place.rule for name, place in GUTTERS.places.items() if name != id}
    assert read.stages["done"] == GUTTERS.stages["done"] or GUTTERS.places[id].stage == "done"

"""Each way in which a playbook loses a customer is found, with its story; and what mends it leaves nothing to say."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from trellis.core.business_time import Hours
from trellis.core.durations import Duration
from trellis.journeys.lint.check import lint, lint_text
from trellis.journeys.lint.codes import CODES
from trellis.journeys.lint.finding import Finding
from trellis.journeys.lint.people import default_roster
from trellis.journeys.rehearsal.roster import Absence, Roster
from trellis.journeys.tests.sandbox import PACK, local
from trellis.journeys.tests.small import Change, Fields, message, small, task

PAGE = (Path(__file__).parents[3] / "docs" / "lint.md").read_text()
HALF_AN_HOUR = Duration(30, "m")
MONDAY = local("2026-06-08 09:00")


def stage(key: str, **parts: Any) -> Change:
    return lambda document: document["stages"][key].update(parts)


def limits(key: str, *kept: str) -> Change:
    def keep(document: Fields) -> None:
        here = document["stages"][key]
        here["limits"] = [limit for limit in here["limits"] if limit["clock"] in kept]

    return keep


def add(key: str, part: str, *items: Fields) -> Change:
    return lambda document: document["stages"][key].setdefault(part, []).extend(items)


def words(key: str, **parts: str) -> Change:
    return lambda document: document["messages"][key].update(parts)


def top(**parts: Any) -> Change:
    return lambda document: document.update(parts)


def quiet(*rules: Fields) -> Change:
    return stage("new", quiet=list(rules))


def way(id: str, to: str, **opens: Any) -> Fields:
    return {"id": id, "to": to, **opens}


def two_ways(first: Fields, second: Fields) -> Change:
    """The same step leads to one stage or to another."""
    ways = [way("a", "done", done=["do-it"], **{"if": first}), way("b", "new", done=["do-it"], **{"if": second})]
    return stage("work", next=ways)


REST = {"id": "rest", "after": "6d", "park": "30d", "reason": "No answer"}
URGENT, KNOWN, NOT_URGENT = (
    {"field": "answers.urgency", **test} for test in ({"is": "yes"}, {"known": True}, {"is_not": "yes"})
)
WON = {"id": "sold", "after": "6d", "close": "won", "reason": "They will come"}
CALLED = {"on": ["call_tried"], "do": [task("retry", "call", "Try again")]}
TEXTED = {"on": ["missed_call"], "do": [{"id": "sorry", "send": "still-there"}]}

# A defect, the code that finds it, the stage that it names, and the twin of the defect that is sound.
DEFECTS: list[tuple[str, str, Change, Change]] = [
    ("J1.unreachable", "done", stage("work", next=[]), stage("work")),
    ("J1.dead-end", "work", stage("work", next=[]), stage("work")),
    ("J1.dead-end", "done", stage("done", quiet=[REST | {"id": "end"}]), stage("done")),
    (
        "J1.memory",
        "done",
        lambda document: (limits("done", "reply")(document), stage("done", quiet=[])(document)),
        stage("done"),
    ),
    ("J3.no-deadline", "work", limits("work", "reply"), limits("work", "reply", "stage")),
    ("J3.no-promise", "work", limits("work", "stage"), limits("work", "reply", "stage")),
    ("J3.no-promise", "new", limits("new", "stage"), limits("new", "first_response", "reply", "stage")),
    (
        "J3.two-ways",
        "new",
        add("new", "next", way("skip", "done", on=["call_answered"])),
        add("new", "next", way("tried", "work", on=["call_tried"])),
    ),
    (
        "J3.two-ways",
        "work",
        two_ways(URGENT, KNOWN),
        two_ways(URGENT, NOT_URGENT),
    ),
    ("J3.twice", "new", add("new", "when", TEXTED), add("new", "when", CALLED)),
    (
        "J3.wait",
        "new",
        add("new", "next", way("never", "done", done=["do-it"])),
        add("new", "next", way("sometimes", "done", done=["call"])),
    ),
    (
        "J3.loop",
        "work",
        lambda document: (
            add("work", "next", way("on", "done", after="2d"))(document),
            add("done", "next", way("back", "work", after="2d"))(document),
        ),
        add("work", "next", way("on", "done", after="30d")),
    ),
    (
        "J3.repeats",
        "",
        lambda document: (
            add("new", "next", way("on", "work", on=["call_tried"]))(document),
            add("work", "next", way("back", "new", on=["call_tried"]))(document),
            add("work", "enter", {"id": "hello", "send": "still-there"})(document),
        ),
        lambda document: (
            add("new", "next", way("on", "work", on=["call_tried"]))(document),
            add("work", "enter", {"id": "hello", "send": "still-there"})(document),
        ),
    ),
    ("J4.part-empty", "", words("we-got-it", next_step="…"), words("we-got-it", next_step="We will call.")),
    ("J4.no-question", "", words("we-got-it", ask="Let us know."), words("we-got-it", ask="When?")),
    ("J4.two-questions", "", words("we-got-it", ask="When? Where?"), words("we-got-it", ask="When or where?")),
    ("J4.variable", "", words("we-got-it", ask="Is it {{ weather }}?"), words("we-got-it", ask="Is it wet?")),
    (
        "J4.variable",
        "new",
        words("we-got-it", acknowledge="Hi {{ contact.first_name }}."),
        words("we-got-it", acknowledge="Hi {{ contact.first_name | default: 'there' }}."),
    ),
    (
        "J4.variable",
        "new",
        words("still-there", next_step="We call by {{ step.due }}."),
        words("we-got-it", next_step="We call by {{ step.due }}."),
    ),
    (
        "J4.variable",
        "new",
        words("still-there", next_step="About {{ answers.urgency }}."),
        words("still-there", next_step="About {{ answers.urgency | default: 'it' }}."),
    ),
    (
        "J4.title",
        "work",
        stage("work", enter=[task("do-it", "do", "For {{ owner.name }}")]),
        stage("work", enter=[task("do-it", "do", "For {{ contact.name }}")]),
    ),
    ("J5.quiet-missing", "new", quiet(), quiet(REST)),
    ("J5.quiet-open", "new", quiet({"id": "cold", "after": "6d", "tag": "cold"}), quiet(REST)),
    (
        "J5.after-exit",
        "new",
        quiet(REST, {"id": "late", "after": "8d", "tag": "late"}),
        quiet({"id": "late", "after": "5d", "tag": "late"}, REST),
    ),
    (
        "J5.after-exit",
        "",
        top(after_delivery=[task("late", "call", "Ask", after="100d")]),
        top(after_delivery=[task("late", "call", "Ask", after="80d")]),
    ),
    ("J6.nothing-after", "done", top(after_delivery=[]), top(after_delivery=[task("ask", "call", "Ask", after="1d")])),
    (
        "J6.never-asked",
        "done",
        top(after_delivery=[task("file", "do", "File it", after="1d")]),
        top(after_delivery=[task("file", "meet", "See them", after="1d")]),
    ),
    ("J6.won-ends", "new", quiet(WON), quiet(WON | {"close": "lost"})),
]  # fmt: skip


def found(*changes: Change, **more: Any) -> list[Finding]:
    return lint(small(*changes), at=MONDAY, **more)


def test_nothing_is_said_of_a_playbook_in_which_nothing_is_wrong() -> None:
    assert found() == []
    assert lint_text(PACK.read_text(), at=MONDAY) == []


@pytest.mark.parametrize(
    ("code", "where", "defect", "twin"), DEFECTS, ids=[f"{one[0]}-{n}" for n, one in enumerate(DEFECTS)]
)
def test_a_defect_is_found_in_its_stage_and_its_sound_twin_is_clean(
    code: str, where: str, defect: Change, twin: Change
) -> None:
    findings = found(defect)
    [finding, *_] = [one for one in findings if one.code == code] or pytest.fail(str(findings))
    assert finding.stage == where or not where
    assert finding.severity == CODES[code].severity
    assert finding.path is None or finding.path.replay(small(defect), default_roster(small(defect))).steps
    assert [one for one in found(twin) if one.code != "J3.two-messages"] == []


def test_a_way_without_a_condition_after_one_that_has_one_means_else() -> None:
    other = stage("work", next=[way("a", "new", done=["do-it"], **{"if": URGENT}), way("b", "done", done=["do-it"])])
    assert found(other) == []


def test_two_messages_at_once_are_worth_a_warning() -> None:
    both = stage(
        "new",
        when=[
            {
                "on": ["form", "missed_call"],
                "do": [{"id": "ack", "send": "we-got-it"}, {"id": "more", "send": "still-there"}],
            }
        ],
    )
    [finding] = found(both)
    assert (finding.code, finding.severity, finding.rule_id) == ("J3.two-messages", "warning", "more")


def test_what_only_somebody_moved_by_hand_lacks_is_worth_a_warning() -> None:
    def answers_first(document: Fields) -> None:
        document["stages"]["new"]["next"] = [way("known", "work", on=["answers_complete"])]
        document["stages"]["work"]["enter"].append({"id": "greet", "send": "greeting"})
        document["messages"]["greeting"] = message(next_step="About {{ answers.urgency }}.")

    [finding] = found(answers_first)
    assert (finding.code, finding.severity) == ("J4.variable-by-hand", "warning")
    assert "moved by hand to work" in str(finding.path)


def test_an_automatic_message_needs_a_way_out_on_its_channel() -> None:
    """Texts end with STOP and emails with a link; this asks what if emails did not."""
    mailed = words("we-got-it", channel="email")
    assert found(mailed) == []
    assert {one.code for one in found(mailed, opt_outs=frozenset({"sms"}))} == {"J4.opt-out"}


# Who is there.


def roster(**changes: Any) -> Roster:
    plain = default_roster(small())
    return Roster([replace(member, **changes) for member in plain.members], plain.hours)


def test_a_team_with_nobody_in_it_or_only_people_who_look_on_is_found() -> None:
    [finding] = found(roster=roster(teams={"crew": 0}))
    assert (finding.code, finding.stage) == ("J2.team-empty", "new")
    assert "nobody in it" in finding.sentence


def test_a_business_of_viewers_has_nobody_who_can_own_anything() -> None:
    assert {one.code for one in found(roster=roster(role="viewer"))} == {"J2.team-empty", "J2.nobody"}


def test_a_promise_by_day_that_is_kept_in_the_evening_only_is_found_with_the_day_and_time() -> None:
    evenings = Hours.read("evening", "America/Chicago", {day: [["18:00", "22:00"]] for day in ("mon", "tue", "wed")})
    first = next(one for one in found(roster=roster(hours=evenings)) if one.rule_id == "first-reply")
    assert first.code == "J3.nobody-on-duty"
    assert "on Monday 09:00 is promised a first reply by Monday 09:30; nobody is on duty before Monday 18:00" in (
        first.sentence
    )
    assert str(first.path).startswith("lead arrives by form Mon 09:00 -> a reply is promised by Monday 09:30")


def test_four_days_on_which_everybody_is_away_are_worth_a_warning_and_one_lunch_break_is_not() -> None:
    leave = Absence(starts_at=MONDAY + timedelta(days=1), ends_at=MONDAY + timedelta(days=4))
    findings = found(roster=roster(absences=[leave]))
    assert {one.code for one in findings} == {"J2.all-away", "J3.off-for-days"}
    assert {one.severity for one in findings} == {"warning"}
    lunch = Absence(starts_at=local("2026-06-09 11:50"), ends_at=local("2026-06-09 12:00"))
    assert {one.code for one in found(roster=roster(absences=[lunch]))} <= {"J2.all-away"}


def test_the_minutes_that_matter_are_all_that_matter() -> None:
    """Minute by minute through a fortnight: the first bad one is the one that was named."""
    early = Hours.read("early", "America/Chicago", {day: [["06:00", "11:30"]] for day in ("mon", "tue", "thu")})
    people = roster(hours=early)
    finding = next(one for one in found(roster=people) if one.rule_id == "first-reply")
    minute = MONDAY
    while people.person(people.members[0], minute).next_on_duty_at <= people.hours.add(minute, HALF_AN_HOUR):
        minute += timedelta(minutes=1)
    assert f"on {minute:%A %H:%M} is promised" in finding.sentence


def test_a_calendar_that_is_never_open_is_found() -> None:
    closed = Roster(roster().members, Hours.read("office", "America/Chicago", {}))
    assert [one.code for one in found(roster=closed)] == ["J3.never-open"]


# How it is said.


def test_a_finding_says_its_line_and_its_story_in_plain_words() -> None:
    text = PACK.read_text().replace(
        "{id: rest, after: 6d, park: 90d, reason: No answer}", "{id: rest, after: 6d, tag: a}"
    )
    [finding] = lint_text(text, at=MONDAY)
    assert text.splitlines()[finding.line - 1] == "  new:"
    assert str(finding.path).startswith("lead arrives by form Tue 10:00 -> ")
    assert str(finding.path).endswith("they stay quiet, it is still open, and nothing is due any more")
    assert finding.as_json()["path"]["kind"] == "form"


def test_the_same_playbook_gives_the_same_findings() -> None:
    assert found(quiet(), limits("work", "reply")) == found(quiet(), limits("work", "reply"))


def test_what_needs_yes_and_no_at_once_is_found_impossible_in_the_largest_pack_too() -> None:
    text = (PACK.parent / "b2b-saas.yaml").read_text()
    way_on = "{id: demo-held, to: opportunity, done: [demo, demo-again]"
    both = ", if: {all: [{field: answers.need, is: 'yes'}, {field: answers.need, is: 'no'}]}"
    assert way_on in text
    codes = {(one.code, one.stage) for one in lint_text(text.replace(way_on, way_on + both), at=MONDAY)}
    assert ("J1.unreachable", "opportunity") in codes
    assert ("J1.dead-end", "sql") in codes


def test_where_there_is_more_than_can_be_looked_at_it_is_said_and_nothing_is_called_impossible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("trellis.journeys.lint.search.MOST_NODES", 10)
    assert [one.code for one in found()] == ["J0.not-searched"]


# The page about it.


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_of_each_code_how_much_it_weighs_and_what_it_means(code: str) -> None:
    assert f"### {code} ({CODES[code].severity})\n\n{CODES[code].means}\n" in PAGE


def test_the_page_knows_no_code_that_is_gone() -> None:
    assert {line.split()[1] for line in PAGE.splitlines() if line.startswith("### ")} == set(CODES)


@pytest.mark.parametrize("code", dict.fromkeys(one[0] for one in DEFECTS))
def test_the_story_on_the_page_is_the_one_that_is_told(code: str) -> None:
    defects = [defect for other, _, defect, _ in DEFECTS if other == code]
    told = [str(one.path) for defect in defects for one in found(defect) if one.code == code and one.path]
    assert not told or f"> {told[0]}\n" in PAGE

"""A playbook is read strictly, and everything that is wrong with it is told with its line, its column and the fix."""

import pytest

from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
from trellis.journeys.tests.sandbox import PACK, STORM

TEXT = PACK.read_text()


def with_change(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1, f"the shipped playbook no longer says {old}"
    return TEXT.replace(old, new, 1)


def place(text: str, mark: str) -> str:
    """Where `mark` begins in the text, counted by hand: "line 43, column 23"."""
    before = text[: text.index(mark)]
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def faults(text: str) -> list[str]:
    with pytest.raises(PlaybookFaulty) as refused:
        load_playbook(text)
    return [str(fault) for fault in refused.value.faults]


CALL = 'call: "Call {{ contact.first_name }}", due: 5m'
FIRST_CONDITION = '{field: answers.urgency, is: "yes"}'
# What is changed, what it becomes, where the fault begins (on the first line that reads so), and what is said.
FAULTS = [
    ("calendar: office", "calender: office", "calender", "`calender` is not known here; did you mean `calendar`?"),
    ("send: we-got-it", "sned: we-got-it", "sned", "`sned` is not known here; did you mean `send`?"),
    ("    means: Someone reached out. Nobody has spoken with them yet.\n", "", "new:\n", "`means` is missing"),
    ("    ask: Is water coming in right now?\n", "", "we-got-it:\n", "`ask` is missing"),
    ("to: in-conversation", "to: in-talks", "to: in-talks", "there is no stage `in-talks`"),
    ("to: qualified", "to: qualifeid", "to: qualifeid", "there is no stage `qualifeid`; did you mean `qualified`?"),
    ("send: we-got-it", "send: we-gott-it", "send: we-gott", "no message `we-gott-it`; did you mean `we-got-it`?"),
    ("done: [note-call]", "done: [note-cal]", "done: [note", "there is no rule `note-cal`; did you mean `note-call`?"),
    ("phase: booked", "phase: boked", "phase: boked", "there is no phase `boked`; did you mean `booked`?"),
    ("within: 5m", "within: 5 minutes", "within: 5 m", "“5 minutes” is not a duration"),
    ("within: 5m", "within: 5", "within: 5\n", "“5” is not a duration"),
    ("within: 5m", "within: -5m", "within: -5m", "“-5m” is not a duration"),
    ("within: 5m", "within: 99999d", "within: 99999d", "A duration is between 0 and 3660 days"),
    ("title: New", "title: 5", "title: 5", "`title` is text: put it in quotes"),
    ("title: New", "title: true", "title: true", "`title` is text: put it in quotes"),
    ("title: New", "title:", "title:\n", "`title` is empty: write a text behind it"),
    ("title: New", 'title: ""', 'title: ""', "`title` is empty: write a text behind it"),
    ("title: New", "title: [New]", "title: [New]", "`title` is one text, not a list"),
    ("title: New", "title: {a: b}", "title: {a: b}", "`title` is one text, not a group of words"),
    ("team: front-desk,", "ownr: front-desk,", "ownr:", "not known here; here may stand team, by, match, if_away"),
    ("team: front-desk,", "taem: front-desk,", "taem:", "`taem` is not known here; did you mean `team`?"),
    ("clock: first_response", "cap: 5", "cap: 5", "`cap` is not known here; it belongs under the top of the playbook"),
    ("    means: Someone reached", "    within: 5m\n    means: Someone reached", "within:", "belongs under `limits`"),
    ("within: 5m", "within:", "within:\n", "a duration is a whole number and m, h or d, such as 5m, 2h or 6d."),
    ("within: 5m", "within: [5m]", "within: [", "a duration is a whole number and m, h or d"),
    ("on: [missed_call]", "on: missed_call", "on: missed_call", "`on` is a list: write [one, two]"),
    ("on: [missed_call]", "on: [yes]", "yes]\n", "“yes” is not one of form, call"),
    ("on: [missed_call]", "on: [[call]]", "[call]]", "`on` is one of form, call"),
    ("cap: {messages: 2}", "cap: 2", "cap: 2", "`cap` needs a group of words below it, such as messages"),
    ("cap: {messages: 2}", "cap: {messages: two}", "messages: two", "`messages` is a whole number"),
    ("cap: {messages: 2}", "cap: {messages: 2.5}", "messages: 2.5", "`messages` is a whole number"),
    ("cap: {messages: 2}", "cap: {messages: 0}", "messages: 0", "`messages` is 1 or more"),
    ('options: ["yes", "no"]', "options: [true, false]", "true, false", "`options` is text: put it in quotes"),
    ("enter:\n", "enter:\n      - urgent\n", "urgent\n", "an entry of `enter` is a group of words, such as id"),
    (FIRST_CONDITION, "{field: answers.urgency, known: maybe}", "known: maybe", "`known` is true or false"),
    (FIRST_CONDITION, "{field: answers.address, before: 2026-02-31}", "before: 2026", "“2026-02-31” is no time"),
    ("send: we-got-it", "send: we-got-it, tag: roof", "{id: ack", "a rule does exactly one of send, task, tag"),
    (", send: we-got-it", "", "{id: ack", "a rule does exactly one of send, task, tag"),
    (", park: 90d, reason: No answer", ", park: 90d", "{id: rest", "park needs a reason"),
    (CALL, 'call: Call, do: Sing, due: 5m', "task: {call: Call, do", "a task is exactly one of call, reply, meet, do"),
    (CALL, 'call: Call', "task: {call: Call}", "`due` is missing"),
    ("{id: nudge, after: 1d,", "{id: nudge,", "{id: nudge", "`nudge` needs `after`: how long to wait"),
    ("{id: review, after: 3d,", "{id: review,", "{id: review", "`review` needs `after`: how long to wait"),
    ('"20:00"', '"25:00"', 'from: "25', "`from` is a time such as 08:00"),
    ("clock: first_response", "clock: first_reply", "clock: first_reply", "“first_reply” is not one of first_resp"),
    ("on: [missed_call]", "on: [missed_cal]", "missed_cal]", "“missed_cal” is not one of form, call, missed_call"),
    ("on: [missed_call]", "on: [missed_cal]", "missed_cal]", "did you mean `missed_call`?"),
    ("channel: sms", "channel: fax", "channel: fax", "“fax” is not one of same, email, sms"),
    ("  booked:\n", "  Booked Out:\n", "Booked Out:", "`Booked Out` is lower-case words joined by hyphens"),
    ("id: ack", "id: trellis/ack", "id: trellis/ack", "`id` is lower-case words joined by hyphens"),
    (FIRST_CONDITION, "{field: answers.urgency}", "if: {field: answers.urgency}", "exactly one of is, is_not, one_of"),
    (FIRST_CONDITION, '{is: "yes"}', 'if: {is: "yes"}', "a condition has a field and one of is, is_not, one_of"),
    (FIRST_CONDITION, "{field: answers.urgency, is: ja}", "is: ja", "`answers.urgency` is one of yes, no, not “ja”"),
    (FIRST_CONDITION, "{field: stage, one_of: [new, bokked]}", "one_of: [new", "did you mean `booked`?"),
    (FIRST_CONDITION, "{field: stage, before: 7d ago}", "before: 7d", "`stage` cannot be asked `before`: write one of"),
    (FIRST_CONDITION, "{field: answers.address, before: soon}", "before: soon", "“soon” is no time: write a day"),
    (FIRST_CONDITION, "{field: answers.address, more_than: lots}", "more_than: lots", "“lots” is not an amount"),
    (FIRST_CONDITION, "{field: priority, is: maybe}", "is: maybe", "`priority` is yes or no, not “maybe”"),
    (FIRST_CONDITION, "{field: stage, one_of: []}", "one_of: []", "`one_of` needs at least one"),
    (FIRST_CONDITION, "{field: answers.urgncy, known: true}", "field: answers.urgncy", "no field `answers.urgncy`"),
    (FIRST_CONDITION, "{any: [{field: stag, is: new}]}", "field: stag,", "did you mean `stage`?"),
    ("late: [{id: new-too-long, escalate: manager}]", "late: []", "late: []", "`late` needs at least one"),
    ("at_most: 2", "at_most: 99", "at_most: 99", "`at_most` is 12 or less"),
    ("key: address,", "key: urgency,", "{key: urgency, ask", "the question `urgency` is asked 2 times"),
    (CALL, 'call: "Call {{ contact", due: 5m', 'call: "Call {{ contact",', "this template cannot be read"),
    ("ask: Is the roof still", "ask: \"{% if %}\"  #", "ask: \"{% if %}\"", "this template cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "mark", "said"), FAULTS, ids=[fault[3] for fault in FAULTS])
def test_a_fault_is_told_with_its_place_and_the_fix(old: str, new: str, mark: str, said: str) -> None:
    text = with_change(old, new)
    told = [fault for fault in faults(text) if said in fault]
    assert told, faults(text)
    assert told[0].startswith(f"{place(text, mark)}: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1, column 1: a playbook starts with `playbook: its-key`"),
        ("- a", "line 1, column 1: a playbook starts with `playbook: its-key`"),
        ("hello", "line 1, column 1: a playbook starts with `playbook: its-key`"),
        ("playbook: {a", "line 1, column 13: a `,` or a closing `}` is missing"),
        ("playbook:\n\ta: 1", "line 2, column 1: a tab cannot stand here: indent with spaces"),
        ("playbook: a\ntitle: \x00", "line 2, column 8: this character cannot stand in YAML: '\\x00'"),
        ("a: " + "[" * 600, "line 1, column 27: this is nested too deeply: at most 24 levels"),
        ("a: " + "b" * 200_000, "line 1, column 1: a playbook has at most 200,000 characters; this has 200,003"),
        ("# nothing", "line 1, column 1: a playbook starts with `playbook: its-key`"),
        ("a: 1\nb: &x 2", "line 2, column 4: `&x` is an anchor: take it out, and write out its copies"),
        ("a: 1\nb: *x", "line 2, column 4: `*x` is an alias: write out what it stands for"),
        ("a: 1\n<<: {b: 1}", "line 2, column 1: `<<` merges in YAML, not here: write out what it brings"),
        ("a: !!str 1", "line 1, column 4: a tag of YAML (`!`) is not used in a playbook: take it out"),
        ("? [a]\n: b", "line 1, column 3: a key is a word, not a list"),
        ("a: 1\n---\nb: 1", "line 2, column 1: a file is one playbook: take out `---` and what follows it"),
        ("a: b: c", "line 1, column 5: a second `: ` in one line: put the text in quotes, or start a new line"),
        ("a:\n  b: 1\n c: 2", "line 3, column 2: this is not indented like the lines that it belongs to"),
        ("a: @x", "line 1, column 4: text cannot start with this character: put it in quotes"),
        ("a: 'x\nb: 1", "line 1, column 4: a quotation mark is never closed"),
        ("a: [1", "line 1, column 6: a `,` or a closing `]` is missing"),
        ('a: "\\q"', "line 1, column 6: a `\\` in double quotes has a meaning of its own: use single quotes"),
    ],
    ids=lambda text: text[:24],
)
def test_what_is_not_yaml_is_told_as_well(text: str, told: str) -> None:
    assert faults(text) == [told]


def test_a_stage_that_is_there_twice_is_told() -> None:
    text = with_change("  qualified:\n", "  booked:\n")
    [fault] = faults(text)
    again = text.rindex("  booked:\n") + 2
    line, first = text[:again].count("\n") + 1, text[: text.index("  booked:\n")].count("\n") + 1
    assert fault == f"line {line}, column 3: `booked` is here twice; the first is in line {first}"


def test_every_place_of_a_repeated_id_is_told() -> None:
    text = with_change("{id: ack,", "{id: first-call,")
    says = "the id `first-call` is used 2 times; each rule needs its own"
    first, second = faults(text)
    assert first == f"{place(text, 'id: first-call, send')}: {says}"
    assert second == f"{place(text, 'id: first-call, task')}: {says}"


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = with_change("title: Storm & repair", "titel: Storm").replace("within: 5m", "within: soon", 1)
    assert [fault.split(":")[0] for fault in faults(text)] == [
        "line 3, column 1",
        "line 4, column 1",
        place(text, "within: soon"),
    ]


def test_a_day_is_a_word_like_any_other() -> None:
    assert load_playbook(with_change("title: New", "title: 2026-01-01")).stages["new"].title == "2026-01-01"


def test_yes_and_times_stay_the_words_they_are() -> None:
    text = (
        with_change('options: ["yes", "no"]', "options: [yes, no]")
        .replace('is: "yes"', "is: yes")
        .replace('"20:00"', "20:00")
    )
    read = load_playbook(text)
    assert read.questions[0].options == ["yes", "no"]
    assert read == STORM


def test_it_can_be_written_on_any_machine() -> None:
    assert load_playbook("\ufeff" + TEXT.replace("\n", "\r\n")) == STORM


def test_what_was_read_is_the_same_after_it_was_stored() -> None:
    stored = STORM.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert type(STORM).model_validate(stored) == STORM


def test_every_rule_is_found_by_its_id() -> None:
    assert STORM.places["rest"].part == "quiet"
    assert STORM.places["first-reply-late"].limit is not None
    assert {STORM.places[id].stage for id in ("ack", "gather", "review", "wake-call")} == {"new", "in-conversation", ""}

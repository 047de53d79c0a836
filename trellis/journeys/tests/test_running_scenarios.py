"""Acceptance scenarios: written in the playbook, played by the engine. No database."""

import pytest

from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
from trellis.journeys.playbook.scenario_words import beginning_of, story_of
from trellis.journeys.playbook.switching import with_steps_written
from trellis.journeys.publish import pack, pack_keys, read_back, to_store
from trellis.journeys.rehearsal.scenarios import Outcome, run_scenarios
from trellis.journeys.tests.sandbox import RULES

STORMY = 'given: {signal: form, at: "tue 10:00"}'


def outcome_of(*story: str, given: str = STORMY, rules: str = RULES) -> Outcome:
    lines = "".join(f"\n      - {beat}" for beat in story)
    playbook = load_playbook(f"{rules}scenarios:\n  - scenario: A story\n    {given}\n    story:{lines}\n")
    return run_scenarios(playbook)[0]


def faults_of(*story: str, given: str = STORMY) -> str:
    with pytest.raises(PlaybookFaulty) as faulty:
        outcome_of(*story, given=given)
    return str(faulty.value)


@pytest.mark.parametrize("key", pack_keys())
def test_every_scenario_that_ships_passes(key: str) -> None:
    outcomes = run_scenarios(load_playbook(pack(key)))
    assert len(outcomes) >= 4
    assert [str(outcome) for outcome in outcomes if not outcome.passed] == []


def test_a_missed_call_on_saturday_is_texted_within_a_minute_and_called_back_on_monday() -> None:
    found = outcome_of(
        "expect: {sent: sorry-we-missed-you, within: 1m}",
        'expect: {step: call-back, due: "mon 08:15"}',
        given='given: {signal: missed_call, at: "sat 21:40", reachable: [sms]}',
    )
    assert found.passed
    assert str(found.told[0]) == "sat 21:40  (555) 010-0142 reached out"


def test_a_playbook_that_forgets_the_text_fails_its_scenario() -> None:
    forgetful = RULES.replace("          - {id: sorry, send: sorry-we-missed-you}\n", "")
    found = outcome_of(
        "expect: {sent: sorry-we-missed-you, within: 1m}",
        given='given: {signal: missed_call, at: "sat 21:40", reachable: [sms]}',
        rules=forgetful,
    )
    assert [str(failure) for failure in found.failures] == [
        "line 1 of the story: “Sorry we missed you” was not sent within 1 minute"
    ]


def test_hours_are_those_that_the_scenario_says() -> None:
    given = 'given: {signal: form, at: "sat 10:00", hours: "mon-fri 08:00-17:00, sat 09:00-13:00"}'
    assert outcome_of('expect: {step: first-call, due: "sat 10:05"}', given=given).passed


def test_hours_of_a_scenario_come_back_from_the_store_as_they_were() -> None:
    hours = "mon-fri 08:00-12:00, mon-fri 13:00-17:00, sat 18:00-02:00"
    start = f'{{signal: form, at: "sat 10:00", hours: "{hours}"}}'
    playbook = load_playbook(f"{RULES}scenarios:\n  - {{scenario: Late, given: {start}, story: [{{after: 1d}}]}}\n")
    assert read_back(to_store(playbook)).scenarios == playbook.scenarios


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("{sent: still-need-help}", "“Still need help?” was not sent"),
        ("{not_sent: we-got-it}", "“We got it” was sent tue 10:00"),
        ("{step: repair}", "the step “Do the work for the customer” is not on the list: “Call Dana” due tue 10:05"),
        ('{step: first-call, due: "tue 10:06"}', "“Call Dana” is due tue 10:05, not tue 10:06"),
        ("{no_step: first-call}", "“Call Dana” is still on the list, due tue 10:05"),
        ("{stage: booked}", "it stands in New, not in Booked"),
        ("{status: parked}", "it is open, not parked"),
        ("{priority: true}", "it is no priority"),
        ("{starts: care-plan}", "Care plan has not begun"),
        ("{owner_in: crew}", "Alex of front desk has it, who is not in Crew"),
    ],
)
def test_what_was_not_as_expected_is_said_in_a_sentence(expected: str, sentence: str) -> None:
    assert [failure.sentence for failure in outcome_of(f"expect: {expected}").failures] == [sentence]


def test_a_lead_that_is_lost_is_not_taken_for_one_that_is_won() -> None:
    closing = RULES.replace(
        "{id: rest, after: 6d, park: 90d, reason: No answer}", "{id: rest, after: 6d, close: lost, reason: No answer}"
    )
    story = ("{after: 7d}", "expect: {status: lost}", "expect: {status: won}")
    assert [failure.sentence for failure in outcome_of(*story, rules=closing).failures] == ["it is lost, not won"]


def test_a_step_that_is_not_there_cannot_be_done() -> None:
    found = outcome_of("done: repair")
    assert found.failures[0].sentence == (
        "the step “Do the work for the customer” cannot be done: it is not on the list (“Call Dana” due tue 10:05)"
    )


@pytest.mark.parametrize(
    ("beat", "sentence"),
    [
        ("expect: {sent: we-got}", "there is no message `we-got`; did you mean `we-got-it`?"),
        ("expect: {step: first-cal}", "there is no rule `first-cal`; did you mean `first-call`?"),
        ("expect: {stage: bookd}", "there is no stage `bookd`; did you mean `booked`?"),
        ("expect: {owner_in: front}", "there is no team `front`"),
        ("done: nothing", "there is no rule `nothing`"),
        ("answers: {urgncy: 'yes'}", "there is no question `urgncy`; did you mean `urgency`?"),
        ("expect: {sent: we-got-it, stage: new}", "expect exactly one of"),
        ("expect: {stage: new, within: 5m}", "`within` belongs to `sent`"),
        ("{after: 1d, at: 'mon 08:00'}", "say either after how long, or at what time"),
        ("{customer: message, we: reply}", "one thing happens at a time"),
        ("{at: 'noon'}", "a day and a time such as sat 21:40"),
        ("{after: 1d, expect: {stage: new}}", "`expect` stands alone"),
        ("{}", "say what happens, how much time passes, or what to expect"),
    ],
)
def test_a_beat_that_cannot_be_is_refused_with_its_line(beat: str, sentence: str) -> None:
    said = faults_of(beat)
    assert sentence in said
    assert said.startswith("line ")


def test_hours_that_cannot_be_read_are_refused() -> None:
    assert "write them such as mon-fri 08:00-17:00" in faults_of(
        "{after: 1d}", given='given: {signal: form, at: "tue 10:00", hours: "weekdays 9 to 5"}'
    )


def test_a_no_show_is_a_beat_of_the_story() -> None:
    found = outcome_of("{move: qualified}", "{after: 1d, customer: no_show}", "expect: {no_step: book-visit}")
    assert found.passed
    assert [failure.sentence for failure in outcome_of("customer: no_show").failures] == [
        "they cannot miss a meeting: none is on the list (“Call Dana” due tue 10:05)"
    ]


def test_a_story_reads_as_sentences() -> None:
    playbook = load_playbook(pack("storm-and-repair"))
    urgent = next(one for one in playbook.scenarios if one.given.answers)
    assert beginning_of(playbook, urgent.given) == ("Tue 10:00: they send the form: Is water coming in right now? yes")
    assert story_of(playbook, urgent) == [
        "Then it is a priority",
        "Then “We got it” has gone out within 1 minute",
        "Then the step “Call the customer” is on the list, due Tue 10:05",
        "5 minutes later",
        "Then the step “Call the customer” is on the list, due Tue 10:10",
    ]
    missed = playbook.scenarios[0]
    assert beginning_of(playbook, missed.given) == ("Sat 21:40: their call is missed. They can be reached by text only")
    assert story_of(playbook, missed)[-1] == "Then somebody of Front desk has it"


@pytest.mark.parametrize("key", pack_keys())
def test_every_line_of_a_story_that_ships_says_something(key: str) -> None:
    playbook = load_playbook(pack(key))
    for scenario in playbook.scenarios:
        for said in story_of(playbook, scenario):
            assert len(said) > len("Then ")
            assert "None" not in said


def test_a_scenario_of_a_step_that_is_off_waits_and_one_of_a_step_that_is_on_is_played_as_it_runs() -> None:
    playbook = load_playbook(with_steps_written(pack("storm-and-repair"), ["capture"]))
    outcomes = {outcome.scenario: outcome for outcome in run_scenarios(playbook)}
    assert all(outcome.passed for outcome in outcomes.values())
    assert not outcomes["A missed call on Saturday night is texted at once and called back on Monday"].waits
    quiet = outcomes["Whoever says nothing is tried four times, then rests with a reason"]
    assert quiet.waits
    assert str(quiet) == "waits   Whoever says nothing is tried four times, then rests with a reason"


def test_a_scenario_that_no_step_makes_true_fails_as_it_runs() -> None:
    text = pack("storm-and-repair").replace("expect: {status: parked}", "expect: {status: won}", 1)
    playbook = load_playbook(with_steps_written(text, ["capture"]))
    failed = [outcome for outcome in run_scenarios(playbook) if not outcome.passed]
    assert [outcome.scenario for outcome in failed] == [
        "Whoever says nothing is tried four times, then rests with a reason"
    ]

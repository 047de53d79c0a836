"""What changed between two versions is told in sentences: all of it, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from tests.proof.effort import effort
from trellis.journeys.playbook.differences import differences
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.tests.edits import EDITS, edited
from trellis.journeys.tests.playbooks import odd_playbook
from trellis.journeys.tests.sandbox import PACK, STORM

TEXT = PACK.read_text()


def told(before: str, after: str, *, times: int = 1) -> list[str]:
    """What is said about replacing these words of the shipped playbook."""
    assert before in TEXT
    return [change.sentence for change in differences(STORM, load_playbook(TEXT.replace(before, after, times)))]


def test_an_owner_reads_what_became_of_a_promise_a_wait_and_a_message() -> None:
    assert told("within: 5m", "within: 10m") == ["New: first reply in 10 min instead of 5 min"]
    assert told("{id: nudge, after: 1d", "{id: nudge, after: 2d") == [
        "New: “Still need help?” after 2 days of silence instead of after 1 day of silence"
    ]
    assert told("Is the roof still giving", "Does the roof still give") == [
        "The message “Still need help?” asks something else: “Does the roof still give you trouble?” "
        "instead of “Is the roof still giving you trouble?”"
    ]


def test_an_owner_reads_what_is_new_and_what_is_gone() -> None:
    line = '      - {id: again, after: 2h, task: {call: "Try {{ contact.first_name }} once more", due: 30m}}\n'
    assert told(line, "") == ["New: “Try the customer once more” within 30 min after 2 hours of silence is gone"]
    assert told("    quiet:\n", "    quiet:\n      - {id: wave, after: 5h, escalate: manager}\n") == [
        "New: the rule that the owner and the manager are told after 5 hours of silence is new"
    ]


def test_a_stage_between_two_is_told_with_its_place() -> None:
    start, end = TEXT.index("  booked:\n"), TEXT.index("  delivered:\n")
    stage = TEXT[start:end].replace("booked:", "proposal:", 1).replace("title: Booked", "title: Proposal")
    stage = stage.replace("phase: booked", "phase: proposal").replace("{id: ", "{id: p-").replace("- id: ", "- id: p-")
    stage = stage.replace("done: [repair]", "done: [p-repair]").replace("answer-booked", "p-answer", 1)
    after = load_playbook(TEXT[:start] + stage + TEXT[start:])
    sentences = [change.sentence for change in differences(STORM, after)]
    assert sentences[0] == "The stage Proposal is new, between Qualified and Booked"
    assert {change.stage for change in differences(STORM, after)} == {"proposal"}


def test_what_changed_comes_in_the_order_of_the_stages() -> None:
    text = (
        TEXT.replace("within: 15d", "within: 16d")
        .replace("within: 5m", "within: 6m")
        .replace("messages: 2", "messages: 3")
    )
    changes = differences(STORM, load_playbook(text))
    assert [change.stage for change in changes] == ["", "new", "delivered"]


def test_comments_and_layout_are_no_difference() -> None:
    text = TEXT.replace("stages:\n", "# All of them.\nstages:\n\n", 1).replace("{messages: 2}", "{ messages:   2 }")
    assert text != TEXT
    assert differences(STORM, load_playbook(text)) == []
    triggers = "[form, call, missed_call, message, referral]"
    assert told(triggers, "[call, form, missed_call, referral, message]") == []


PLAYBOOKS = st.one_of(st.just(STORM), st.integers(0, 2_000).map(odd_playbook))


@effort(quick=250, long=20_000)
@given(PLAYBOOKS, st.integers(0, 10**6))
def test_every_edit_is_told_both_ways(playbook: Playbook, number: int) -> None:
    after = edited(playbook, number)
    if without_order_of_triggers(playbook) != without_order_of_triggers(after):
        assert differences(playbook, after)
        assert differences(after, playbook)


@effort(quick=50, long=2_000)
@given(PLAYBOOKS, st.integers(0, 10**6))
def test_every_sentence_reads_as_one_and_the_same_is_told_of_nothing(playbook: Playbook, number: int) -> None:
    after = edited(playbook, number, 4)
    sentences = [change.sentence for change in differences(playbook, after)]
    assert all("{{" not in text.split("(written")[0].split("“")[0] and "None" not in text for text in sentences)
    assert differences(after, after) == []


def without_order_of_triggers(playbook: Playbook) -> object:
    document = playbook.model_dump(mode="json", by_alias=True)
    document["starts_on"].sort()
    for stage in document["stages"].values():
        for part in (*stage["when"], *stage["next"]):
            part["on"].sort()
    return [document, list(playbook.stages)]


def test_every_kind_of_edit_is_tried() -> None:
    assert len(EDITS) > 25


def test_who_gets_it_is_said_in_words() -> None:
    before = "owner: {team: estimators, by: round_robin, if_away: next_free}"
    after = "owner: {team: estimators, by: load, if_away: wait, if_nobody: manager, accept: 2h}"
    assert told(before, after) == [
        "Qualified: it goes to whoever of Estimators has least, waiting for whoever is away, "
        "with nobody on duty to a manager, to be accepted within 2 working hours; "
        "so far it is dealt in turn to Estimators"
    ]

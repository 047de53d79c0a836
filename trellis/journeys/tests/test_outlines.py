"""Two playbooks of one outline are one to the linter, and what a change cannot touch is not told again."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from trellis.journeys.actions import move_journey
from trellis.journeys.lint.check import lint
from trellis.journeys.models import Journey
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.outline import FILLED_IN, ONLY_READ, gist, outline
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.publish import document_of, pack, pack_keys
from trellis.journeys.replay import compare as comparing
from trellis.journeys.replay.history import past_journeys
from trellis.journeys.roster import roster_of_business
from trellis.journeys.tests.edits import as_document, edited
from trellis.journeys.tests.sandbox import STORM
from trellis.journeys.wake import work_once

READ = {*ONLY_READ, *FILLED_IN}


def in_other_words(part: Any) -> Any:
    """Every word that only people read, said otherwise."""
    if isinstance(part, dict):
        return {word: said(value) if word in READ else in_other_words(value) for word, value in part.items()}
    return [in_other_words(item) for item in part] if isinstance(part, list) else part


def said(words: Any) -> Any:
    """All words are one, but for what is filled in."""
    return gist(words) if isinstance(words, str) else words


@pytest.mark.parametrize("key", pack_keys())
def test_what_only_people_read_is_no_part_of_the_outline(key: str) -> None:
    playbook = load_playbook(pack(key))
    assert outline(Playbook.model_validate(in_other_words(as_document(playbook)))) == outline(playbook)


def test_the_linter_finds_the_same_in_other_words() -> None:
    other = Playbook.model_validate(in_other_words(as_document(STORM)))
    assert [one.code for one in lint(other, at=TUESDAY)] == [one.code for one in lint(STORM, at=TUESDAY)] == []


@pytest.mark.parametrize("number", range(60))
def test_whatever_else_is_changed_is_seen_in_the_outline(number: int) -> None:
    """Only words may differ where the outline does not."""
    after = edited(STORM, number)
    if outline(after) == outline(STORM):
        assert in_other_words(as_document(after)) == in_other_words(as_document(STORM))


@pytest.mark.parametrize(
    ("text", "other", "same"),
    [
        ("Is it dry?", "Are you well?", True),
        ("Hi {{ contact.first_name }}, now?", "{{ contact.first_name }}, today?", True),
        ("{{ contact.first_name }}, now?", "{{ contact.first_name }}?", False),
        ("{% if owner.name %}Hi{% endif %}", "{% if owner.name %}{% endif %} Hi", False),
        ("Hi {{ contact.first_name }}, now?", "Dear {{ contact.first_name }}: when?", True),
        ("Now? Or then?", "Now or then?", False),
        ("{{ contact.first_name }}", "{{ contact.name }}", False),
        ("…", "Thanks", False),
        ("Hi {{ contact", "Hi", False),
    ],
)
def test_of_a_message_it_matters_what_it_fills_in_and_asks(text: str, other: str, same: bool) -> None:
    assert (gist(text) == gist(other)) is same


@pytest.fixture
def past(ridgeline: Business) -> list[Journey]:
    """Twelve leads at different places of the path, and ten days that went by."""
    stages = list(STORM.stages)
    leads = []
    for number in range(12):
        lead = ridgeline.lead(ridgeline.contact(f"Lead {number}", f"lead{number}@example.com"))
        leads.append(lead)
        for stage in stages[1 : number % len(stages) + 1]:
            lead.refresh_from_db()
            move_journey(lead, stage=stage, by=ridgeline.maya, at=TUESDAY + timedelta(minutes=1))
    for hour in range(0, 240, 6):
        work_once(at=TUESDAY + timedelta(hours=hour))
    return leads


def test_what_a_change_cannot_touch_is_spared_and_the_sum_is_the_same(
    past: list[Journey], ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    pasts = list(past_journeys("storm-and-repair", since=TUESDAY - timedelta(days=1)))
    roster, live = roster_of_business("office", with_gone=True), document_of(ridgeline.playbook)
    asked: list[Any] = []
    retell = comparing.retell

    def counted(*args: Any) -> Any:
        asked.append(args)
        return retell(*args)

    def report(after: Playbook, told: Any = None) -> dict[str, Any]:
        until = TUESDAY + timedelta(days=10)
        return comparing.compare(lambda version: live, after, pasts, lambda: roster, until, told=told).as_json()

    told: dict[str, Any] = {}
    monkeypatch.setattr(comparing, "retell", counted)
    for number in range(40):
        after = edited(live, number)
        spared = report(after, told)
        with monkeypatch.context() as whole:
            whole.setattr(comparing, "is_touched", lambda *args: True)
            assert spared == report(after), number
    spared_at_all = 40 * len(pasts) * 4 - len(asked)
    assert spared_at_all > 40 * len(pasts)

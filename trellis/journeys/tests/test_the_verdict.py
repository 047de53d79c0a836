"""What the linter found, as the line of claims at the head of a playbook's page."""

import pytest

from trellis.journeys.lint.check import lint
from trellis.journeys.lint.verdict import Claim, verdict
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.tests.sandbox import PACK, local

TEXT = PACK.read_text()


def claims(text: str) -> list[Claim]:
    playbook = load_playbook(text)
    return verdict(playbook, lint(playbook, at=local("2026-06-08 09:00")))


def test_of_the_shipped_playbook_every_claim_holds() -> None:
    found = claims(TEXT)
    assert all(claim.holds and not claim.where for claim in found)
    assert [claim.text for claim in found] == [
        "every stage is reached and left",
        "no team is empty",
        "always a deadline",
        "somebody is there for every promise",
        "no two rules for one thing",
        "every message is complete",
        "every quiet lead has a way back",
        "customers hear from us again",
    ]


@pytest.mark.parametrize(
    ("old", "new", "text", "where"),
    [
        (
            "{id: visit-agreed, to: booked,",
            "{id: visit-agreed, to: new,",
            "a stage is not reached or not left",
            "Booked",
        ),
        (
            "      - id: new-limit\n        clock: stage",
            "      - id: new-limit\n        clock: reply",
            "a deadline is missing",
            "New",
        ),
        (
            "- {id: rest, after: 6d, park: 90d, reason: No answer}",
            "- {id: rest, after: 6d, tag: cold}",
            "a quiet lead is forgotten",
            "New",
        ),
        ("    ask: Is water coming in right now?", "    ask: Is it wet? Or dry?", "a message is not right", ""),
    ],
)
def test_what_does_not_hold_comes_first_with_its_stage(old: str, new: str, text: str, where: str) -> None:
    assert old in TEXT
    first = claims(TEXT.replace(old, new, 1))[0]
    assert (first.text, [*first.where, ""][0], first.holds) == (text, where, False)

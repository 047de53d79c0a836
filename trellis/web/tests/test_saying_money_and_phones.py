"""Money and phone numbers as people read them."""

import pytest

from trellis.web.money import say_money
from trellis.web.phones import dial, say_phone


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (940_000, "USD", "$9,400"),
        (181_508, "USD", "$1,815.08"),
        (-5_000, "EUR", "−€50"),
        (5, "GBP", "£0.05"),
        (1_200, "JPY", "¥1,200"),
        (1_234_567, "KWD", "KWD 1,234.567"),
        (0, "USD", "$0"),
    ],
)
def test_money_shows_cents_only_where_there_are_any(minor: int, currency: str, words: str) -> None:
    assert say_money(minor, currency) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("+15015550142", "(501) 555-0142"),
        ("501-555-0142", "(501) 555-0142"),
        ("+442079460958", "+44 20 7946 0958"),
        ("front door", "front door"),
        ("", ""),
    ],
)
def test_a_number_reads_as_at_home_or_abroad(value: str, words: str) -> None:
    assert say_phone(value) == words


@pytest.mark.parametrize(
    ("value", "dialed"), [("(501) 555-0100", "+15015550100"), ("+44 20 7946 0958", "+442079460958"), ("ext. 7", "7")]
)
def test_a_number_is_dialed_in_full(value: str, dialed: str) -> None:
    assert dial(value) == dialed

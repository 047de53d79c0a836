"""Money and phone numbers as people read them."""

import pytest

from trellis.web.money import money_in, say_money
from trellis.web.phones import dial, say_phone


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (940_000, "USD", "$9,400"),
        (181_508, "USD", "$1,815.08"),
        (-5_000, "EUR", "−€50"),
        (5, "GBP", "£0.05"),
        (1_200, "JPY", "¥1,200"),
        (1_234_567, "KWD", "KWD\N{NO-BREAK SPACE}1,234.567"),
        (0, "USD", "$0"),
    ],
)
def test_money_shows_cents_only_where_there_are_any(minor: int, currency: str, words: str) -> None:
    assert say_money(minor, currency) == words


@pytest.mark.parametrize(
    ("locale", "minor", "currency", "words"),
    [
        ("en-US", 120_050, "USD", "$1,200.50"),
        ("en-GB", 120_050, "GBP", "£1,200.50"),
        ("en-CA", 120_000, "CAD", "$1,200"),
        ("en-DE", 120_050, "EUR", "1.200,50_€"),
        ("en-SE", 123_456_700, "SEK", "1_234_567_kr"),
        ("en-NL", -120_050, "EUR", "−€_1.200,50"),
        ("en-CH", 123_456_789, "CHF", "CHF_1’234’567.89"),
        ("en-IN", 1_234_567_800, "INR", "₹1,23,45,678"),
        ("en-AU", 500, "USD", "USD_5"),
    ],
)
def test_money_is_written_as_in_the_viewers_region(locale: str, minor: int, currency: str, words: str) -> None:
    """An underscore stands for the space that never breaks."""
    assert say_money(minor, currency, locale) == words.replace("_", "\N{NO-BREAK SPACE}")


def test_the_page_that_is_made_for_a_person_says_how_money_is_written() -> None:
    with money_in("en-DE"):
        assert say_money(5_000, "EUR") == "50\N{NO-BREAK SPACE}€"
    assert say_money(5_000, "EUR") == "€50"


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

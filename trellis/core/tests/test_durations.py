from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.core.durations import Duration, elapse

BERLIN = "Europe/Berlin"


@given(st.integers(0, 3660), st.sampled_from("mhd"))
def test_a_duration_reads_back_as_it_was_written(amount, unit):
    assert str(Duration.parse(f"{amount}{unit}")) == f"{amount}{unit}"


@pytest.mark.parametrize("text", ["", "5", "m", "-5m", "5 m", "1.5h", "5w", "5m ", "5M", "٥m", "12345678m"])
def test_a_text_that_is_no_duration_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="such as 5m, 2h or 6d"):
        Duration.parse(text)


def test_a_duration_beyond_ten_years_is_refused():
    with pytest.raises(ValueError, match="between 0 and 3660 days"):
        Duration.parse("3661d")


def test_a_unit_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="m, h or d"):
        Duration(3, "w")  # type: ignore[arg-type]  # the fault under test


@pytest.mark.parametrize(("text", "words"), [("1m", "1 minute"), ("2h", "2 hours"), ("1d", "1 day"), ("0d", "0 days")])
def test_a_duration_can_be_said_in_words(text, words):
    assert Duration.parse(text).in_words == words


def test_days_keep_the_local_time_when_clocks_change():
    before = datetime(2026, 3, 28, 9, tzinfo=UTC)  # 10:00 in Berlin, the day before spring forward
    assert elapse(before, Duration(1, "d"), BERLIN) == datetime(2026, 3, 29, 8, tzinfo=UTC)


def test_hours_are_hours_when_clocks_change():
    before = datetime(2026, 3, 28, 9, tzinfo=UTC)
    assert elapse(before, Duration(24, "h"), BERLIN) == before + timedelta(hours=24)


def test_a_local_time_that_spring_skips_moves_on_by_the_gap():
    before = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, which the next day does not have
    assert elapse(before, Duration(1, "d"), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_no_days_at_all_is_now_even_in_the_repeated_hour():
    second_half_past_two = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert elapse(second_half_past_two, Duration(0, "d"), BERLIN) == second_half_past_two

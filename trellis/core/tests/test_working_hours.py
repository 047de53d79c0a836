"""A roofer's office: mornings and afternoons, a late Friday, holidays, and the two nights that clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from trellis.core.business_time import Hours, NeverOpen
from trellis.core.durations import Duration
from trellis.core.windows import BadHours

CHICAGO = ZoneInfo("America/Chicago")
TWICE_A_DAY = [["08:00", "12:00"], ["13:00", "17:00"]]
OFFICE = Hours.read(
    "office",
    "America/Chicago",
    dict.fromkeys(("mon", "tue", "wed", "thu"), TWICE_A_DAY) | {"fri": [["08:00", "12:00"], ["20:00", "02:00"]]},
    {date(2026, 7, 3): [], date(2026, 7, 6): [["10:00", "11:00"]]},
)
NIGHTS = Hours.read("nights", "America/Chicago", {"sun": [["00:00", "06:00"]], "sat": [["22:00", "04:00"]]})


def chicago(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO, fold=fold)


def after(at: datetime, text: str, hours: Hours = OFFICE) -> datetime:
    return hours.add(at, Duration.parse(text)).astimezone(CHICAGO)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-10 07:59:59.999999", False),
        ("2026-06-10 08:00", True),
        ("2026-06-10 12:00", False),
        ("2026-06-10 13:00", True),
        ("2026-06-10 17:00", False),
        ("2026-06-13 01:59", True),  # Saturday, the tail of Friday's late shift
        ("2026-06-13 02:00", False),
        ("2026-07-03 09:00", False),  # a holiday
        ("2026-07-04 01:00", False),  # whose late shift falls away with it
        ("2026-07-06 10:30", True),
        ("2026-07-06 08:30", False),  # a short Monday
    ],
)
def test_the_office_is_open_inside_its_windows_only(moment, is_open):
    assert OFFICE.is_open(chicago(moment)) is is_open


def test_the_next_opening_after_saturday_evening_is_monday_morning():
    assert OFFICE.next_open(chicago("2026-06-13 21:40")) == chicago("2026-06-15 08:00")


def test_while_the_office_is_open_its_next_opening_is_now():
    assert OFFICE.next_open(chicago("2026-06-10 08:00:01")) == chicago("2026-06-10 08:00:01")


def test_five_minutes_promised_on_saturday_evening_end_on_monday_morning():
    assert after(chicago("2026-06-13 21:40"), "5m") == chicago("2026-06-15 08:05")


def test_minutes_pause_over_lunch():
    assert after(chicago("2026-06-10 11:50"), "20m") == chicago("2026-06-10 13:10")


def test_a_promise_that_is_used_up_at_closing_is_due_at_closing():
    assert after(chicago("2026-06-10 16:55"), "5m") == chicago("2026-06-10 17:00")


def test_hours_run_on_past_midnight_in_the_late_shift():
    assert after(chicago("2026-06-12 22:00"), "3h") == chicago("2026-06-13 01:00")


def test_no_time_at_all_ends_when_the_office_opens():
    assert after(chicago("2026-06-10 05:00"), "0m") == chicago("2026-06-10 08:00")


def test_hours_skip_a_holiday_and_use_the_short_day_after_it():
    assert after(chicago("2026-07-02 16:00"), "3h") == chicago("2026-07-07 09:00")


def test_days_keep_the_local_time_and_count_open_days_only():
    assert after(chicago("2026-06-11 09:30"), "2d") == chicago("2026-06-15 09:30")


def test_a_day_that_would_end_over_lunch_ends_after_it():
    assert after(chicago("2026-06-13 12:30"), "1d") == chicago("2026-06-15 13:00")


def test_a_day_that_would_end_after_closing_ends_at_closing():
    assert after(chicago("2026-06-09 21:00"), "1d") == chicago("2026-06-10 17:00")


def test_a_day_that_would_end_before_opening_ends_at_opening():
    assert after(chicago("2026-06-09 03:00"), "1d") == chicago("2026-06-10 08:00")


def test_a_day_from_the_small_hours_belongs_to_the_shift_they_are_part_of():
    every_night = Hours.read("n", "America/Chicago", {day: [["20:00", "02:00"]] for day in ("mon", "tue", "wed")})
    assert after(chicago("2026-06-09 01:00"), "1d", every_night) == chicago("2026-06-10 01:00")


def test_a_night_shift_in_spring_is_an_hour_shorter():
    assert NIGHTS.elapsed(chicago("2026-03-07 22:00"), chicago("2026-03-08 06:00")) == timedelta(hours=7)


def test_a_night_shift_in_autumn_is_an_hour_longer():
    assert NIGHTS.elapsed(chicago("2026-10-31 22:00"), chicago("2026-11-01 06:00")) == timedelta(hours=9)


def test_both_hours_between_one_and_two_in_autumn_are_open():
    assert NIGHTS.is_open(chicago("2026-11-01 01:30"))
    assert NIGHTS.is_open(chicago("2026-11-01 01:30", fold=1))


def test_a_window_that_spring_skips_does_not_open_that_day():
    gap = Hours.read("gap", "America/Chicago", {"sun": [["02:15", "02:45"]]})
    assert gap.next_open(chicago("2026-03-08 00:00")) == chicago("2026-03-15 02:15")
    assert after(chicago("2026-03-01 02:20"), "1d", gap) == chicago("2026-03-15 02:20")


def test_a_window_around_the_skipped_hour_closes_at_its_time_on_the_clock():
    around = Hours.read("around", "America/Chicago", {"sun": [["01:30", "03:30"]]})
    assert around.elapsed(chicago("2026-03-08 00:00"), chicago("2026-03-08 12:00")) == timedelta(hours=1)


def test_a_change_at_midnight_is_no_different():
    havana = Hours.read("h", "America/Havana", {"sat": [["22:00", "04:00"]]})
    night = datetime(2026, 10, 31, 12, tzinfo=ZoneInfo("America/Havana")).astimezone(UTC)
    assert havana.elapsed(night, night + timedelta(days=1)) == timedelta(hours=7)


def test_open_time_does_not_run_backwards():
    assert OFFICE.elapsed(chicago("2026-06-10 15:00"), chicago("2026-06-10 09:00")) == timedelta()


def test_round_the_clock_hours_are_always_open():
    always = Hours.read(
        "always", "UTC", {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    )
    start = datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert always.elapsed(start, start + timedelta(days=400)) == timedelta(days=400)


def test_hours_without_windows_say_that_they_never_open():
    closed = Hours.read("closed", "UTC", {})
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert not closed.is_open(at)
    assert closed.elapsed(at, at + timedelta(days=9)) == timedelta()
    for question in (
        lambda: closed.next_open(at),
        lambda: closed.add(at, Duration(1, "m")),
        lambda: closed.add(at, Duration(1, "d")),
    ):
        with pytest.raises(NeverOpen, match="closed"):
            question()


def test_hours_that_open_on_one_far_date_are_found():
    once = Hours.read("once", "UTC", {}, {date(2030, 5, 5): [["10:00", "11:00"]]})
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert once.next_open(at) == datetime(2030, 5, 5, 10, tzinfo=UTC)
    assert once.add(at, Duration(1, "d")) == datetime(2030, 5, 5, 10, tzinfo=UTC)
    with pytest.raises(NeverOpen):
        once.add(at, Duration(61, "m"))
    with pytest.raises(NeverOpen):
        once.next_open(datetime(2030, 5, 5, 11, tzinfo=UTC))


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises((TypeError, ValueError)):
        OFFICE.elapsed(chicago("2026-06-10 09:00"), datetime(2026, 6, 10, 10))  # noqa: DTZ001  # the fault under test


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        ({"monday": []}, "“monday” is not a day of the week"),
        ({"mon": "08:00-17:00"}, "a list of pairs"),
        ({"mon": [["08:00"]]}, "a pair such as"),
        ({"mon": [["8", "17:00"]]}, "not a time of day"),
        ({"mon": [["08:00", "25:00"]]}, "not a time of day"),
        ({"mon": [["08:60", "17:00"]]}, "not a time of day"),
        ({"mon": [[8, 17]]}, "not a time of day"),
        ({"mon": [["٠٨:00", "17:00"]]}, "not a time of day"),
        ({"mon": [["24:00", "02:00"]]}, "starts before 24:00"),
        ({"mon": [["08:00", "12:00"], ["11:00", "17:00"]]}, "11:00 is already open"),
    ],
)
def test_hours_that_cannot_be_read_say_what_to_write(week, sentence):
    with pytest.raises(BadHours, match=sentence):
        Hours.read("office", "America/Chicago", week)


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "America"])
def test_a_time_zone_that_does_not_exist_is_refused(zone):
    with pytest.raises(BadHours, match="not a time zone"):
        Hours.read("office", zone, {})


def test_the_open_stretches_between_two_moments_are_cut_at_both() -> None:
    spans = OFFICE.open_spans(chicago("2026-06-12 09:00"), chicago("2026-06-13 01:00"))
    assert spans == [
        (chicago("2026-06-12 09:00"), chicago("2026-06-12 12:00")),
        (chicago("2026-06-12 20:00"), chicago("2026-06-13 01:00")),
    ]
    assert OFFICE.open_spans(chicago("2026-07-03 00:00"), chicago("2026-07-04 00:00")) == []


def test_open_stretches_of_many_months_meet_without_a_seam() -> None:
    week = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    always = Hours.read("always", "America/Chicago", week)
    start, end = chicago("2026-01-01 00:00"), chicago("2027-01-01 00:00")
    assert always.open_spans(start, end) == [(start, end)]

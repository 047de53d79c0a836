from datetime import UTC, datetime

import pytest

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.windows import BadHours
from trellis.team.actions.business import set_business
from trellis.team.actions.hours import create_calendar, remove_day, set_day, set_hours
from trellis.team.models import Calendar
from trellis.team.queries import UnknownCalendar, business, hours_of
from trellis.team.tests.conftest import AT


def test_new_hours_count_at_once(office):
    assert hours_of("office").is_open(AT)
    set_hours(key="office", time_zone="America/Chicago", windows={"sun": [["10:00", "11:00"]]}, by=None, at=AT)
    assert not hours_of("office").is_open(AT)


def test_hours_that_did_not_change_are_not_laid_out_again(office):
    before = hours_of("office")
    forget()
    assert hours_of("office") is before


def test_a_calendar_that_nobody_made_is_named(office):
    with pytest.raises(UnknownCalendar, match="no calendar “nights”"):
        hours_of("nights")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"windows": {"mon": [["08:00", "8:30"]]}}, "not a time of day"),
        ({"windows": {"someday": []}}, "not a day of the week"),
        ({"time_zone": "Texas"}, "not a time zone"),
        ({"holidays": "ZZ"}, "No holidays are known for “ZZ”"),
        ({"holidays": "US-ZZ"}, "No holidays are known for “US-ZZ”"),
    ],
)
def test_hours_that_cannot_be_read_change_nothing(office, changed, sentence):
    hours = {"time_zone": "America/Chicago", "windows": {}} | changed
    with pytest.raises(BadHours, match=sentence):
        set_hours(key="office", **hours, by=None, at=AT)
    assert Calendar.objects.get().windows == office.windows
    assert hours_of("office").is_open(AT)


def test_a_day_that_cannot_be_read_changes_nothing(office):
    with pytest.raises(BadHours):
        set_day(office, AT.date(), windows=[["late", "later"]], by=None, at=AT)
    assert not office.days.exists()


def test_a_business_without_settings_has_plain_defaults(db):
    assert (business().time_zone, business().region, business().currency) == ("UTC", "US", "USD")


def test_a_business_is_set_up_once_and_changed_after_that(db):
    first = set_business(name="Ozark Roofing", time_zone="America/Chicago", by=None, at=AT)
    again = set_business(name="Ozark Roofing & Sons", by=None, at=datetime(2026, 6, 11, tzinfo=UTC))
    assert again.pk == first.pk
    assert business().name == "Ozark Roofing & Sons"
    assert business().time_zone == "America/Chicago"


def test_a_business_cannot_live_in_a_time_zone_that_does_not_exist(db):
    with pytest.raises(BadHours):
        set_business(name="Ozark Roofing", time_zone="Ozark/Time", by=None, at=AT)


def test_hours_beside_the_offices_get_a_key_of_their_own(office):
    week = {"sat": [["08:00", "12:00"]]}
    saturdays = create_calendar(name="Saturdays", time_zone="America/Chicago", windows=week, by=None, at=AT)
    assert (saturdays.key, saturdays.name, hours_of("saturdays").is_open(AT)) == ("saturdays", "Saturdays", False)


@pytest.mark.parametrize(("name", "sentence"), [("office", "hours called office already"), (" ", "Hours have a name")])
def test_hours_need_a_name_that_is_free(office, name, sentence):
    with pytest.raises(Refused, match=sentence):
        create_calendar(name=name, time_zone="America/Chicago", windows={}, by=None, at=AT)
    assert Calendar.objects.count() == 1


def test_a_date_that_differs_can_be_like_any_other_again(office):
    different = set_day(office, AT.date(), windows=[], label="Roof party", by=None, at=AT)
    assert not hours_of("office").is_open(AT)
    remove_day(different, by=None, at=AT)
    assert hours_of("office").is_open(AT)

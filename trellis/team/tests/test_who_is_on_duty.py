from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from trellis.core.availability import NEVER
from trellis.core.memory import forget
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.hours import set_day, set_hours
from trellis.team.actions.teams import create_team, join_team
from trellis.team.models import User
from trellis.team.queries import staff
from trellis.team.tests.conftest import AT

CHICAGO = ZoneInfo("America/Chicago")


def member(user, at):
    return next(member for member in staff(at) if member.id == str(user.id))


def test_everybody_is_on_duty_while_the_office_is_open(office, maya):
    found = member(maya, AT)
    assert found.on_duty
    assert found.next_on_duty_at == AT
    assert found.away_until is None
    assert (found.name, found.role, found.time_zone) == ("Maya", "admin", "America/Chicago")


def test_on_saturday_evening_nobody_is_and_monday_morning_is_next(office, maya):
    found = member(maya, datetime(2026, 6, 13, 21, 40, tzinfo=CHICAGO))
    assert not found.on_duty
    assert found.next_on_duty_at == datetime(2026, 6, 15, 8, tzinfo=CHICAGO)


def test_a_person_with_hours_of_their_own_keeps_those(office, hire):
    nights = set_hours(key="nights", time_zone="America/Chicago", windows={"sat": [["20:00", "02:00"]]}, by=None, at=AT)
    ben = hire("Ben", calendar=nights)
    assert member(ben, datetime(2026, 6, 14, 1, tzinfo=CHICAGO)).on_duty
    assert not member(ben, AT).on_duty


def test_a_person_on_leave_is_away_until_it_ends_and_back_at_the_next_opening(office, maya):
    back = datetime(2026, 6, 12, 20, tzinfo=CHICAGO)
    put_on_leave(maya, starts_at=AT - timedelta(hours=1), ends_at=back, by=maya, at=AT)
    found = member(maya, AT)
    assert not found.on_duty
    assert found.away_until == back
    assert found.next_on_duty_at == datetime(2026, 6, 15, 8, tzinfo=CHICAGO)


def test_leave_that_follows_leave_is_one_absence(office, maya):
    for start, end in ((-1, 24), (24, 72)):
        put_on_leave(maya, starts_at=AT + timedelta(hours=start), ends_at=AT + timedelta(hours=end), by=maya, at=AT)
    assert member(maya, AT).away_until == AT + timedelta(hours=72)


def test_leave_that_has_not_begun_keeps_nobody_away_but_moves_when_they_are_back(office, maya):
    friday_evening = datetime(2026, 6, 12, 18, tzinfo=CHICAGO)
    monday_noon = datetime(2026, 6, 15, 12, tzinfo=CHICAGO)
    put_on_leave(maya, starts_at=friday_evening, ends_at=monday_noon, by=maya, at=AT)
    assert member(maya, AT).on_duty
    found = member(maya, friday_evening - timedelta(minutes=30))
    assert found.away_until is None
    assert found.next_on_duty_at == datetime(2026, 6, 15, 13, tzinfo=CHICAGO)


def test_independence_day_is_a_holiday_without_anybody_writing_it_down(office, maya):
    friday = datetime(2026, 7, 3, 10, tzinfo=CHICAGO)  # the Fourth is a Saturday in 2026, observed on Friday
    assert not member(maya, friday).on_duty


def test_a_date_written_down_by_hand_counts_more_than_a_holiday(office, maya):
    set_day(office, date(2026, 7, 3), windows=[["09:00", "11:00"]], label="Storm", by=maya, at=AT)
    assert member(maya, datetime(2026, 7, 3, 10, tzinfo=CHICAGO)).on_duty


def test_where_nobody_wrote_down_hours_everybody_counts_as_there(maya):
    assert member(maya, datetime(2026, 6, 14, 3, tzinfo=UTC)).on_duty


def test_a_person_whose_hours_are_empty_is_never_on_duty(office, hire):
    never = set_hours(key="never", time_zone="UTC", windows={}, by=None, at=AT)
    found = member(hire("Ben", calendar=never), AT)
    assert not found.on_duty
    assert found.next_on_duty_at == NEVER


def test_people_who_left_are_no_longer_staff(office, maya, luis):
    User.objects.filter(pk=luis.pk).update(deactivated_at=AT)
    assert [found.name for found in staff(AT)] == ["Maya"]


def test_a_person_has_a_place_in_each_of_their_teams(office, maya, luis, front_desk):
    create_team(key="crew", name="Crew", users=[maya], by=maya, at=AT)
    assert member(maya, AT).teams == (("crew", 0), ("front-desk", 1))
    assert member(luis, AT).teams == (("front-desk", 0),)


def test_whoever_joins_a_team_comes_last_and_joins_once(office, hire, front_desk):
    ben = hire("Ben")
    assert join_team(ben, front_desk, by=None, at=AT) == join_team(ben, front_desk, by=None, at=AT)
    assert member(ben, AT).teams == (("front-desk", 2),)


def test_asking_who_is_there_takes_the_same_few_queries_however_many_there_are_and_then_none(
    office, hire, front_desk, django_assert_num_queries
):
    for number in range(5):
        hire(f"Person{number}")
    forget()
    with django_assert_num_queries(4):
        assert len(staff(AT)) == 7
    with django_assert_num_queries(0):
        assert len(staff(AT)) == 7

from datetime import timedelta

import pytest

from trellis.core.refusal import Refused
from trellis.core.windows import BadHours
from trellis.team.actions.people import (
    change_password,
    create_user,
    deactivate_user,
    password_to_hand_over,
    reactivate_user,
    set_password,
    set_preferences,
    update_user,
)
from trellis.team.queries import staff
from trellis.team.tests.conftest import AT

DETAILS = {"name": "Luis Vega", "email": "luis@ozark.example", "role": "manager", "phone": "501-555-0101"}


def test_a_person_changes_name_role_and_hours(office, maya, luis):
    update_user(luis, **DETAILS, calendar=office, by=maya, at=AT)
    luis.refresh_from_db()
    assert (luis.name, luis.role, luis.phone, luis.calendar) == ("Luis Vega", "manager", "501-555-0101", office)
    assert [member.name for member in staff(AT)] == ["Maya", "Luis Vega"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"email": "Maya@ozark.example"}, "email_taken"),
        ({"email": "luis"}, "bad_email"),
        ({"name": " "}, "no_name"),
        ({"role": "boss"}, "unknown_role"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_a_reason(maya, luis, changed, code):
    with pytest.raises(Refused) as refusal:
        update_user(luis, **DETAILS | changed, calendar=None, by=maya, at=AT)
    assert refusal.value.code == code
    luis.refresh_from_db()
    assert (luis.name, luis.role) == ("Luis", "sales")


def test_the_only_admin_stays_admin_until_there_is_another(maya, luis):
    maya_as_manager = {"name": "Maya", "email": maya.email, "role": "manager", "phone": ""}
    with pytest.raises(Refused, match="make somebody else admin first"):
        update_user(maya, **maya_as_manager, calendar=None, by=maya, at=AT)
    update_user(luis, **DETAILS | {"role": "admin"}, calendar=None, by=maya, at=AT)
    assert update_user(maya, **maya_as_manager, calendar=None, by=luis, at=AT).role == "manager"


def test_whoever_comes_back_is_here_again(maya, luis):
    deactivate_user(luis, by=maya, at=AT)
    reactivate_user(luis, by=maya, at=AT + timedelta(days=90))
    luis.refresh_from_db()
    assert luis.is_active
    assert [member.name for member in staff(AT)] == ["Maya", "Luis"]


def test_somebody_likes_things_their_own_way(maya):
    set_preferences(maya, time_zone="Europe/Berlin", locale="en-DE", hour_cycle="h23", theme="dark", by=maya, at=AT)
    maya.refresh_from_db()
    assert (maya.time_zone, maya.locale, maya.hour_cycle, maya.theme) == ("Europe/Berlin", "en-DE", "h23", "dark")
    assert (maya.single_keys, maya.name) == ("on", "Maya")


@pytest.mark.parametrize(
    "chosen", [{"theme": "pink"}, {"hour_cycle": "h25"}, {"week_starts_on": "wed"}, {"single_keys": ""}, {"name": "  "}]
)
def test_what_is_not_offered_cannot_be_chosen(maya, chosen):
    with pytest.raises(Refused):
        set_preferences(maya, **chosen, by=maya, at=AT)
    maya.refresh_from_db()
    assert (maya.theme, maya.hour_cycle, maya.name) == ("", "h12", "Maya")


def test_a_zone_that_does_not_exist_is_refused_with_an_example(maya):
    with pytest.raises(BadHours, match="America/Chicago"):
        set_preferences(maya, time_zone="Ozark/Time", by=maya, at=AT)


def test_a_password_is_changed_by_whoever_knows_the_old_one(hire):
    ben = hire("Ben", password="a long enough one")
    change_password(ben, old="a long enough one", new="quiet-river-stone", by=ben, at=AT)
    ben.refresh_from_db()
    assert ben.check_password("quiet-river-stone")
    with pytest.raises(Refused, match="the one that you log in with now"):
        change_password(ben, old="a long enough one", new="another-long-one", by=ben, at=AT)


@pytest.mark.parametrize(("password", "why"), [("short", "at least 10 characters"), ("1234567890", "too common")])
def test_a_password_that_could_be_guessed_is_refused(maya, password, why):
    with pytest.raises(Refused, match=why):
        set_password(maya, password=password, by=maya, at=AT)
    with pytest.raises(Refused, match=why):
        create_user(name="Ben", email="ben@ozark.example", role="sales", password=password, by=maya, at=AT)


def test_a_password_to_hand_over_is_another_each_time_and_good_enough(maya):
    first, second = password_to_hand_over(), password_to_hand_over()
    assert first != second
    assert set_password(maya, password=first, by=maya, at=AT).check_password(first)

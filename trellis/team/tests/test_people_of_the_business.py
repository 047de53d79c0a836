from datetime import timedelta

import pytest

from trellis.core.refusal import Refused
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.people import create_user, deactivate_user
from trellis.team.models import Absence, User
from trellis.team.queries import staff
from trellis.team.tests.conftest import AT


def test_a_new_person_can_log_in_with_their_email_in_any_case(hire):
    ben = hire("Ben", email=" Ben@Ozark.Example ", password="a long enough one")
    assert ben.email == "ben@ozark.example"
    assert ben.check_password("a long enough one")
    assert ben.is_active


def test_a_person_without_a_password_cannot_log_in(hire):
    assert not hire("Ben").has_usable_password()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"email": "MAYA@ozark.example"}, "email_taken"),
        ({"email": "maya at ozark"}, "bad_email"),
        ({"role": "owner"}, "unknown_role"),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_with_a_reason(maya, changed, code):
    person = {"name": "Ben", "email": "ben@ozark.example", "role": "sales"} | changed
    with pytest.raises(Refused) as refusal:
        create_user(**person, by=maya, at=AT)
    assert refusal.value.code == code
    assert User.objects.count() == 1


def test_whoever_leaves_is_kept_with_the_time_they_left(maya, luis):
    deactivate_user(luis, by=maya, at=AT)
    deactivate_user(luis, by=maya, at=AT + timedelta(days=1))
    luis.refresh_from_db()
    assert luis.deactivated_at == AT
    assert not luis.is_active
    assert [member.name for member in staff(AT)] == ["Maya"]


def test_the_only_admin_cannot_leave(maya, luis):
    with pytest.raises(Refused, match="Maya is the only admin"):
        deactivate_user(maya, by=maya, at=AT)
    maya.refresh_from_db()
    assert maya.is_active


def test_leave_that_ends_before_it_starts_is_refused(maya):
    with pytest.raises(Refused, match="choose a later end"):
        put_on_leave(maya, starts_at=AT, ends_at=AT, by=maya, at=AT)
    assert not Absence.objects.exists()

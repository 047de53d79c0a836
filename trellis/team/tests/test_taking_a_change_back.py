"""What somebody changed about ourselves comes back as it was, unless it was changed again or is in use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from trellis.core.refusal import Refused
from trellis.team.actions.absences import put_on_leave, remove_leave
from trellis.team.actions.hours import create_calendar
from trellis.team.actions.people import deactivate_user, set_preferences, update_user
from trellis.team.actions.teams import create_team, join_team, rename_team, set_members, set_teams
from trellis.team.actions.tokens import create_token, revoke_token
from trellis.team.models import Absence, Calendar, Change, Membership, Team, User
from trellis.team.queries import find_token, staff
from trellis.team.tests.conftest import AT
from trellis.team.undoing import change_at, forget_old_changes, undo_change

LATER = AT + timedelta(seconds=5)


def last(by: User) -> Change:
    change = change_at(by=by, at=AT)
    assert change
    return change


def as_he_is(user: User, **changed: Any) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ("name", "email", "role", "phone", "calendar")} | changed


def test_a_name_comes_back(maya: User) -> None:
    team = create_team(key="desk", name="Front desk", by=None, at=AT)
    rename_team(team, name="Phones", by=maya, at=AT)
    undo_change(last(maya), by=maya, at=LATER)
    team.refresh_from_db()
    assert team.name == "Front desk"


def test_what_was_removed_is_there_again_and_counts_at_once(maya: User, luis: User, office: Calendar) -> None:
    absence = put_on_leave(luis, starts_at=AT, ends_at=AT + timedelta(days=2), reason="Lake", by=None, at=AT)
    noted = absence.pk
    remove_leave(absence, by=maya, at=AT)
    assert not [member for member in staff(AT) if member.away_until]
    undo_change(last(maya), by=maya, at=LATER)
    assert Absence.objects.get().pk == noted
    assert [member.name for member in staff(AT) if member.away_until] == ["Luis"]


def test_what_was_added_is_gone(maya: User, luis: User) -> None:
    create_team(name="Night shift", users=[luis], by=maya, at=AT)
    undo_change(last(maya), by=maya, at=LATER)
    assert not Team.objects.exists()
    assert not Membership.objects.exists()


def test_all_that_was_done_at_one_moment_is_one_change(maya: User, luis: User) -> None:
    old, new = (create_team(name=name, by=None, at=AT) for name in ("Crew", "Front desk"))
    join_team(luis, old, by=None, at=AT)
    update_user(luis, **as_he_is(luis, role="manager"), by=maya, at=AT)
    update_user(luis, **as_he_is(luis, name="Luis Vega"), by=maya, at=AT)
    set_teams(luis, teams=[new], by=maya, at=AT)
    assert Change.objects.count() == 1
    undo_change(last(maya), by=maya, at=LATER)
    luis.refresh_from_db()
    assert (luis.name, luis.role, list(luis.teams.all())) == ("Luis", "sales", [old])


def test_an_order_of_turn_comes_back(maya: User, luis: User) -> None:
    team = create_team(name="Front desk", users=[maya, luis], by=None, at=AT)
    set_members(team, users=[luis], by=maya, at=AT)
    undo_change(last(maya), by=maya, at=LATER)
    assert [place.user for place in team.memberships.order_by("position")] == [maya, luis]


def test_a_token_opens_again(maya: User) -> None:
    token, text = create_token(name="Website", role="sales", by=maya, at=AT - timedelta(hours=1))
    revoke_token(token, by=maya, at=AT)
    assert find_token(text) is None
    undo_change(last(maya), by=maya, at=LATER)
    assert find_token(text) == token


def test_it_is_taken_back_once(maya: User) -> None:
    set_preferences(maya, theme="dark", by=maya, at=AT)
    change = last(maya)
    undo_change(change, by=maya, at=LATER)
    with pytest.raises(Refused, match="taken back already"):
        undo_change(change, by=maya, at=LATER)


def test_nobody_else_takes_it_back_and_nobody_after_ten_minutes(maya: User, luis: User) -> None:
    set_preferences(maya, theme="dark", by=maya, at=AT)
    change = last(maya)
    for by, at in ((luis, LATER), (maya, AT + timedelta(minutes=11))):
        with pytest.raises(Refused, match="cannot be taken back any more"):
            undo_change(change, by=by, at=at)
    maya.refresh_from_db()
    assert maya.theme == "dark"


def test_what_a_colleague_changed_since_stays(maya: User, luis: User, hire: Callable[..., User]) -> None:
    ana = hire("Ana", role="admin")
    update_user(luis, **as_he_is(luis, role="manager"), by=maya, at=AT)
    update_user(luis, **as_he_is(luis, role="support"), by=ana, at=LATER)
    with pytest.raises(Refused, match="changed again since then"):
        undo_change(last(maya), by=maya, at=LATER)
    luis.refresh_from_db()
    assert luis.role == "support"


def test_what_a_colleague_changed_beside_it_stays_too(maya: User, luis: User) -> None:
    update_user(luis, **as_he_is(luis, role="manager"), by=maya, at=AT)
    set_preferences(luis, theme="dark", by=luis, at=LATER)
    undo_change(last(maya), by=maya, at=LATER)
    luis.refresh_from_db()
    assert (luis.role, luis.theme) == ("sales", "dark")


def test_what_was_removed_and_made_anew_is_not_there_twice(maya: User, luis: User) -> None:
    span = {"starts_at": AT, "ends_at": AT + timedelta(days=2)}
    remove_leave(put_on_leave(luis, **span, by=None, at=AT), by=maya, at=AT)
    change = last(maya)
    Absence.objects.create(pk=change.rows[0]["id"], user=luis, **span)
    with pytest.raises(Refused, match="changed again since then"):
        undo_change(change, by=maya, at=LATER)
    assert Absence.objects.count() == 1


def test_a_team_that_has_people_by_now_stays(maya: User, luis: User) -> None:
    team = create_team(name="Night shift", by=maya, at=AT)
    join_team(luis, team, by=None, at=LATER)
    with pytest.raises(Refused, match="Something depends on it by now"):
        undo_change(last(maya), by=maya, at=LATER)
    assert list(team.users.all()) == [luis]


def test_hours_that_somebody_keeps_by_now_stay(maya: User, luis: User, office: Calendar) -> None:
    nights = create_calendar(name="Nights", time_zone="UTC", windows={}, by=maya, at=AT)
    User.objects.filter(pk=luis.pk).update(calendar=nights)
    with pytest.raises(Refused, match="Something depends on it by now"):
        undo_change(last(maya), by=maya, at=LATER)
    assert Calendar.objects.filter(pk=nights.pk).exists()


def test_an_email_that_somebody_else_has_by_now_is_not_taken_from_them(
    maya: User, luis: User, hire: Callable[..., User]
) -> None:
    update_user(luis, **as_he_is(luis, email="vega@ozark.example"), by=maya, at=AT)
    hire("Luis")
    with pytest.raises(Refused, match="Something depends on it by now"):
        undo_change(last(maya), by=maya, at=LATER)
    luis.refresh_from_db()
    assert luis.email == "vega@ozark.example"


def test_somebody_is_always_admin(maya: User, luis: User) -> None:
    """Maya made Luis admin and has left since; she comes back to take it back at an open screen."""
    update_user(luis, **as_he_is(luis, role="admin"), by=maya, at=AT)
    deactivate_user(maya, by=luis, at=LATER)
    with pytest.raises(Refused, match="Luis is the only admin"):
        undo_change(last(maya), by=maya, at=LATER)


def test_nothing_is_kept_of_what_nobody_did_or_what_changed_nothing(maya: User) -> None:
    team = create_team(name="Front desk", by=None, at=AT)
    rename_team(team, name="Front desk", by=maya, at=AT)
    assert not Change.objects.exists()


def test_of_a_person_only_what_changed_is_kept_and_not_for_long(maya: User, luis: User) -> None:
    update_user(luis, **as_he_is(luis, role="manager"), by=maya, at=AT)
    [row] = last(maya).rows
    assert (row["before"], row["after"]) == ({"role": "sales"}, {"role": "manager"})
    set_preferences(luis, theme="dark", by=luis, at=AT + timedelta(minutes=9))
    forget_old_changes(AT + timedelta(minutes=11))
    assert [change.by for change in Change.objects.all()] == [luis]

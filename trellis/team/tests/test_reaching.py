"""How far a role reaches: by default, as an admin made it, and never beyond what it sees."""

from datetime import timedelta

import pytest

from trellis.core.refusal import Refused
from trellis.team.actions.roles import set_reach
from trellis.team.actions.teams import create_team
from trellis.team.actions.tokens import create_token
from trellis.team.models import ApiToken, Grant, Role
from trellis.team.permissions import NOBODY, may, owners_in_reach, reach_of
from trellis.team.roles import ADMINS_ALONE, ALL, DEFAULTS, NONE, OWN, RIGHTS, TEAM, UnknownRight
from trellis.team.tests.conftest import AT
from trellis.team.undoing import change_at, undo_change


def test_every_role_has_a_table_and_names_only_what_there_is():
    assert set(DEFAULTS) == set(Role.values)
    for table in DEFAULTS.values():
        for noun, verbs in table.items():
            assert all(reach in RIGHTS[noun][verb] for verb, reach in verbs.items())


def test_a_role_that_nobody_named_may_nothing(db):
    stranger = ApiToken(role="root")
    assert not any(may(stranger, verb, noun) for noun, verbs in RIGHTS.items() for verb in verbs)


def test_a_right_that_does_not_exist_is_an_error_not_a_no(maya):
    with pytest.raises(UnknownRight):
        reach_of(maya, "paint", "contact")


def test_an_admin_makes_a_role_reach_less_far_and_takes_it_back(maya, luis):
    assert reach_of(luis, "see", "journey") == ALL
    set_reach("sales", {("see", "journey"): OWN}, by=maya, at=AT)
    assert reach_of(luis, "see", "journey") == OWN
    undo_change(change_at(by=maya, at=AT), by=maya, at=AT + timedelta(seconds=5))
    assert reach_of(luis, "see", "journey") == ALL


def test_what_is_as_by_default_is_no_row(maya, luis):
    set_reach("sales", {("see", "journey"): OWN}, by=maya, at=AT)
    set_reach("sales", {("see", "journey"): ALL}, by=maya, at=AT + timedelta(seconds=5))
    assert not Grant.objects.exists()
    assert reach_of(luis, "see", "journey") == ALL


def test_nobody_changes_what_they_do_not_see(maya, luis):
    set_reach("sales", {("see", "journey"): OWN, ("change", "journey"): ALL}, by=maya, at=AT)
    assert reach_of(luis, "change", "journey") == OWN


@pytest.mark.parametrize("noun", ["journey", "conversation", "note", "signal"])
def test_who_does_not_see_a_person_sees_nothing_of_theirs(maya, luis, noun):
    set_reach("sales", {("see", "contact"): TEAM}, by=maya, at=AT)
    assert reach_of(luis, "see", noun) == TEAM
    set_reach("sales", {("see", "contact"): NONE}, by=maya, at=AT)
    assert reach_of(luis, "see", noun) == NONE


def test_nothing_is_taken_from_admins_and_nothing_of_theirs_is_given_away(maya, luis):
    with pytest.raises(Refused, match="Admins"):
        set_reach("admin", {("see", "contact"): NONE}, by=maya, at=AT)
    for verb, noun in ADMINS_ALONE:
        assert may(maya, verb, noun)
        assert not may(luis, verb, noun)
        with pytest.raises(UnknownRight):
            set_reach("sales", {(verb, noun): ALL}, by=maya, at=AT)


def test_a_playbook_belongs_to_nobody(maya):
    with pytest.raises(Refused, match="cannot be chosen"):
        set_reach("sales", {("see", "playbook"): OWN}, by=maya, at=AT)


def test_a_team_is_everybody_who_shares_one(maya, luis, hire):
    ben = hire("Ben")
    create_team(key="front-desk", name="Front desk", users=[maya, luis], by=None, at=AT)
    assert owners_in_reach(luis, TEAM) == {maya.pk, luis.pk}
    assert owners_in_reach(luis, OWN) == {luis.pk}
    assert owners_in_reach(ben, TEAM) == {ben.pk}
    assert owners_in_reach(luis, NONE) == {NOBODY}


def test_a_machine_has_what_its_maker_has(maya, luis):
    set_reach("sales", {("see", "contact"): OWN}, by=maya, at=AT)
    made, _ = create_token(name="Website", role="sales", by=luis, at=AT)
    nobodys, _ = create_token(name="Old", role="sales", by=None, at=AT)
    assert reach_of(made, "see", "contact") == OWN
    assert owners_in_reach(made, OWN) == {luis.pk}
    assert reach_of(nobodys, "see", "contact") == NONE

import pytest

from trellis.core.refusal import Refused
from trellis.team.actions.people import deactivate_user
from trellis.team.actions.teams import create_team, rename_team, set_members, set_teams
from trellis.team.models import Team
from trellis.team.tests.conftest import AT


def in_order(team):
    return list(team.memberships.order_by("position").values_list("user__name", flat=True))


def test_a_team_is_named_and_gets_a_key_for_playbooks(maya, luis):
    team = create_team(name="Night  shift", users=[luis, maya], by=maya, at=AT)
    assert (team.key, team.name, in_order(team)) == ("night-shift", "Night shift", ["Luis", "Maya"])
    again = create_team(name="Night shift!", by=maya, at=AT)
    assert again.key == "night-shift-2"
    assert create_team(name="夜勤", by=maya, at=AT).key == "team"


def test_a_team_keeps_its_key_when_it_is_renamed(maya, front_desk):
    rename_team(front_desk, name="Phones", by=maya, at=AT)
    front_desk.refresh_from_db()
    assert (front_desk.key, front_desk.name) == ("front-desk", "Phones")
    rename_team(front_desk, name="phones", by=maya, at=AT)


@pytest.mark.parametrize(("name", "code"), [("front DESK", "name_taken"), ("  ", "no_name")])
def test_a_name_that_cannot_be_is_refused(maya, front_desk, name, code):
    crew = create_team(name="Crew", by=maya, at=AT)
    for act in (lambda: create_team(name=name, by=maya, at=AT), lambda: rename_team(crew, name=name, by=maya, at=AT)):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == code
    assert Team.objects.count() == 2


def test_leads_are_dealt_in_the_order_that_is_set(maya, luis, hire, front_desk):
    ben = hire("Ben")
    set_members(front_desk, users=[ben, maya], by=maya, at=AT)
    assert in_order(front_desk) == ["Ben", "Maya"]
    set_members(front_desk, users=[maya, luis, ben], by=maya, at=AT)
    assert in_order(front_desk) == ["Maya", "Luis", "Ben"]


def test_whoever_left_keeps_a_place_for_when_they_come_back(maya, luis, front_desk):
    deactivate_user(luis, by=maya, at=AT)
    set_members(front_desk, users=[maya], by=maya, at=AT)
    assert in_order(front_desk) == ["Maya", "Luis"]


def test_somebody_changes_teams(maya, luis, front_desk):
    crew, nights = (create_team(name=name, by=maya, at=AT) for name in ("Crew", "Nights"))
    set_teams(luis, teams=[crew, nights], by=maya, at=AT)
    assert (in_order(front_desk), in_order(crew), in_order(nights)) == (["Maya"], ["Luis"], ["Luis"])

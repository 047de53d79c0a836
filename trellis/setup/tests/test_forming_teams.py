"""Teams: forming and naming them, who is in them, and whose turn comes when."""

import pytest

from tests.cast import Business
from tests.screen import Screen
from trellis.team.models import Team, User


def in_order(key: str) -> list[str]:
    places = Team.objects.get(key=key).memberships.order_by("position")
    return [name.split()[0] for name in places.values_list("user__name", flat=True)]


def place(screen: Screen, user: User, move: str) -> None:
    team = Team.objects.get(key="front-desk")
    screen.send(f"/people/teams/{team.pk}/members/{user.pk}", move=move)


def test_a_team_says_who_is_in_it_and_what_it_gets(screen: Screen) -> None:
    screen.open("/people/teams")
    assert "Front desk front-desk Rename Front desk Storm & repair: New, In conversation" in screen.words
    assert "Whoever has waited longest for a new lead gets the next one." in screen.words


def test_a_new_team_is_empty_and_says_so(screen: Screen) -> None:
    screen.send("/people/teams/new", name="Night shift")
    assert "Night shift is there. Now say who is in it." in screen.words
    assert "Nobody is in it. Managers get its leads until somebody is." in screen.words
    assert Team.objects.filter(key="night-shift").exists()


def test_a_team_is_renamed_and_playbooks_still_find_it(screen: Screen) -> None:
    team = Team.objects.get(key="front-desk")
    assert "Playbooks name it by its key, front-desk, which stays." in screen.open(f"/people/teams/{team.pk}")
    screen.send(f"/people/teams/{team.pk}", name="Phones")
    assert "The team is now called Phones." in screen.words
    assert Team.objects.get(key="front-desk").name == "Phones"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "Write a name, such as Front desk."), ("crew", "There is a team called crew already: choose another name.")],
)
def test_a_name_that_cannot_be_is_said(screen: Screen, name: str, sentence: str) -> None:
    for address in ("/people/teams/new", f"/people/teams/{Team.objects.get(key='front-desk').pk}"):
        screen.send(address, name=name)
        assert screen.status == 422
        assert sentence in screen.words
    assert Team.objects.count() == 3


def test_people_move_up_and_down_in_the_order_of_turn(screen: Screen, ridgeline: Business) -> None:
    assert in_order("front-desk") == ["Maya", "Ben"]
    place(screen, ridgeline.ben, "up")
    assert in_order("front-desk") == ["Ben", "Maya"]
    place(screen, ridgeline.ben, "up")
    place(screen, ridgeline.ben, "sideways")
    assert in_order("front-desk") == ["Ben", "Maya"]
    place(screen, ridgeline.ben, "down")
    assert in_order("front-desk") == ["Maya", "Ben"]


def test_people_join_last_and_go(screen: Screen, ridgeline: Business) -> None:
    team = Team.objects.get(key="front-desk")
    screen.send(f"/people/teams/{team.pk}/members", user=str(ridgeline.tom.pk))
    assert "Tom is in Front desk, last in turn." in screen.words
    assert in_order("front-desk") == ["Maya", "Ben", "Tom"]
    place(screen, ridgeline.maya, "out")
    assert in_order("front-desk") == ["Ben", "Tom"]
    screen.send(f"/people/teams/{team.pk}/members", user="nobody")
    assert in_order("front-desk") == ["Ben", "Tom"]


def test_a_team_that_a_playbook_names_but_nobody_formed_is_offered(screen: Screen) -> None:
    Team.objects.filter(key="crew").delete()
    screen.open("/people/teams")
    assert "Storm & repair: Booked deals leads to “crew”, a team that is not there: managers get them." in screen.words
    assert 'value="Crew"' in screen.open("/people/teams/new?key=crew")
    screen.send("/people/teams/new?key=crew", name="The crew")
    assert Team.objects.get(key="crew").name == "The crew"


def test_others_read_and_change_nothing(screen: Screen, ridgeline: Business) -> None:
    page = screen.log_in(ridgeline.ben).open("/people/teams")
    assert "Front desk" in page
    assert "Rename" not in page
    screen.send("/people/teams/new", name="Mine")
    assert screen.status == 403
    place(screen, ridgeline.ben, "up")
    assert screen.status == 403
    assert in_order("front-desk") == ["Maya", "Ben"]

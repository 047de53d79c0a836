"""Somebody leaves: what they had passes on by the rules, and they can be welcomed back."""

from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.team.actions.people import deactivate_user
from trellis.team.models import User


def test_the_question_says_how_many_leads_pass_to_whom(screen: Screen, ridgeline: Business) -> None:
    for number in range(3):
        ridgeline.lead(ridgeline.contact(f"Lead {number}", f"lead{number}@example.com"))
    owned = Journey.objects.filter(owner=ridgeline.ben).count()
    assert owned
    screen.open(f"/people/{ridgeline.ben.pk}/left")
    assert f"Ben has {owned} lead" in screen.words
    assert f"By the rules of their stages they pass on: {owned} to Maya Ortiz. Ben can no longer" in screen.words


def test_what_was_said_is_what_happens(screen: Screen, ridgeline: Business) -> None:
    for number in range(3):
        ridgeline.lead(ridgeline.contact(f"Lead {number}", f"lead{number}@example.com"))
    screen.send(f"/people/{ridgeline.ben.pk}/left")
    assert "Ben Whitfield has left. What was theirs has passed on." in screen.words
    assert set(Journey.objects.values_list("owner__name", flat=True)) == {"Maya Ortiz"}
    assert audit()["violations"] == 0
    assert not User.objects.active().filter(pk=ridgeline.ben.pk).exists()


def test_whoever_left_is_out_at_once(screen: Screen, ridgeline: Business) -> None:
    ben = Client()
    ben.force_login(ridgeline.ben)
    screen.send(f"/people/{ridgeline.ben.pk}/left")
    assert ben.get("/people/").status_code == 302
    assert not Client().login(username="ben@ridgeline.example", password="x" * 12)


def test_somebody_without_leads_simply_leaves(screen: Screen, ridgeline: Business) -> None:
    screen.open(f"/people/{ridgeline.tom.pk}/left")
    assert "Tom has no open leads. Tom can no longer log in." in screen.words


def test_the_only_admin_cannot_leave(screen: Screen, ridgeline: Business) -> None:
    screen.send(f"/people/{ridgeline.maya.pk}/left")
    assert screen.status == 422
    assert "Maya Ortiz is the only admin: make somebody else admin first." in screen.words


def test_the_last_one_who_could_have_the_leads_cannot_leave(screen: Screen, ridgeline: Business) -> None:
    ridgeline.lead()
    for user in (ridgeline.ben, ridgeline.priya, ridgeline.tom):
        deactivate_user(user, by=ridgeline.maya, at=TUESDAY)
    screen.open(f"/people/{ridgeline.maya.pk}/left")
    assert "Nobody else can take over what Maya has. Add a person first." in screen.words
    screen.send(f"/people/{ridgeline.maya.pk}/left")
    assert screen.status == 422
    assert "Nobody else can take over from Maya Ortiz. Invite someone first." in screen.words


def test_whoever_left_is_welcomed_back_to_their_teams(screen: Screen, ridgeline: Business) -> None:
    screen.send(f"/people/{ridgeline.tom.pk}/left")
    screen.send(f"/people/{ridgeline.tom.pk}/back")
    assert "Tom Okafor is back, in their teams, and logs in with the password from before." in screen.words
    assert Client().login(username="tom@ridgeline.example", password="x" * 12)
    screen.send(f"/people/{ridgeline.tom.pk}/back")
    assert screen.status == 404

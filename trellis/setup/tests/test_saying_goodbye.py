"""Somebody leaves: what they had passes on by the rules, and they can be welcomed back."""

from datetime import timedelta

from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.journeys.actions import assign_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.team.actions.people import deactivate_user
from trellis.team.models import Notice, User


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


def ben_leaves(screen: Screen, ridgeline: Business) -> list[Journey]:
    """With two of the four leads that came in; what had been his."""
    for number in range(4):
        contact = ridgeline.contact(f"Lead {number}", f"lead{number}@example.com")
        ridgeline.lead(contact, at=TUESDAY - timedelta(minutes=10 - number))
    his = list(Journey.objects.filter(owner=ridgeline.ben).order_by("pk"))
    screen.at += timedelta(minutes=1)
    screen.send(f"/people/{ridgeline.ben.pk}/left")
    return his


def take_back(screen: Screen) -> None:
    address = screen.undo
    screen.at += timedelta(seconds=4)
    screen.send(address)


def test_a_farewell_that_was_a_mistake_gives_everything_back(screen: Screen, ridgeline: Business) -> None:
    his = ben_leaves(screen, ridgeline)
    steps = {journey.pk: (journey.due_at, str(journey.next_task)) for journey in his}
    assert len(his) == 2
    take_back(screen)
    assert "Taken back. Ben is here again with 2 leads of before." in screen.words
    assert list(Journey.objects.filter(owner=ridgeline.ben).order_by("pk")) == his
    for journey in Journey.objects.filter(owner=ridgeline.ben).select_related("next_task"):
        assert journey.due_at == steps[journey.pk][0]
        assert journey.next_task
        assert journey.next_task.assignee == ridgeline.ben
    assert not Notice.objects.filter(read_at=None, user=ridgeline.maya).exists()
    assert Client().login(username="ben@ridgeline.example", password="x" * 12)
    assert audit()["violations"] == 0


def test_what_somebody_has_touched_meanwhile_stays_with_them(screen: Screen, ridgeline: Business) -> None:
    touched, other = ben_leaves(screen, ridgeline)
    assign_journey(touched, owner=ridgeline.priya, by=ridgeline.maya, at=screen.at + timedelta(seconds=1))
    take_back(screen)
    assert (
        "Ben is here again with 1 lead of before; 1 lead stays where it is, for something has happened there since."
        in screen.words
    )
    owners = [Journey.objects.get(pk=journey.pk).owner for journey in (touched, other)]
    assert owners == [ridgeline.priya, ridgeline.ben]
    assert audit()["violations"] == 0


def test_a_farewell_is_taken_back_by_the_admin_who_said_it(screen: Screen, ridgeline: Business) -> None:
    ben_leaves(screen, ridgeline)
    address = screen.undo
    screen.log_in(ridgeline.tom).send(address)
    assert screen.status == 403
    User.objects.filter(pk=ridgeline.tom.pk).update(role="admin")
    screen.send(address)
    assert "That cannot be taken back any more." in screen.words
    screen.log_in(ridgeline.maya)
    screen.at += timedelta(minutes=11)
    screen.send(address)
    assert "That cannot be taken back any more." in screen.words
    assert User.objects.get(pk=ridgeline.ben.pk).deactivated_at


def test_somebody_welcomed_back_who_has_work_by_now_is_not_let_go_again(screen: Screen, ridgeline: Business) -> None:
    screen.send(f"/people/{ridgeline.tom.pk}/left")
    screen.at += timedelta(minutes=1)
    screen.send(f"/people/{ridgeline.tom.pk}/back")
    address = screen.undo
    assign_journey(ridgeline.lead(), owner=ridgeline.tom, by=ridgeline.ben, at=screen.at)
    screen.send(address)
    assert "Tom has been given work since then. Say that Tom has left instead." in screen.words
    assert User.objects.get(pk=ridgeline.tom.pk).deactivated_at is None


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

"""Whatever is done at a door, its toast takes it back: once, soon, and by whoever did it and still may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Business
from tests.screen import Screen
from tests.undo.doors import OWN, UNDONE
from tests.undo.picture import picture
from trellis.core.memory import forget
from trellis.journeys.audit import audit
from trellis.journeys.models import Act
from trellis.people.actions import write_note
from trellis.team.models import Change, User

Do = Callable[[str], dict[str, Any]]


@pytest.fixture
def screen(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Maya, an admin, on Tuesday at 10:00."""
    screen = Screen(client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: screen.at)
    return screen.log_in(ridgeline.maya)


@pytest.fixture
def do(screen: Screen, ridgeline: Business) -> Do:
    """Do it a minute later; how all stood before."""

    def act(door: str) -> dict[str, Any]:
        address, fields = UNDONE[door](ridgeline)
        forget()
        before = picture()
        screen.at += timedelta(minutes=1)
        screen.send(address, **fields)
        return before

    return act


def undo(screen: Screen, address: str, after: timedelta = timedelta(seconds=4)) -> None:
    screen.at += after
    screen.send(address)


def offered(screen: Screen) -> str:
    assert screen.undo, f"nothing takes it back: {screen.words[:200]}"
    return screen.undo


@pytest.mark.parametrize("door", UNDONE)
def test_it_stands_again_as_it_stood_and_once_is_enough(door: str, screen: Screen, do: Do) -> None:
    before = do(door)
    assert picture() != before
    address = offered(screen)
    undo(screen, address)
    assert "Taken back" in screen.words
    assert not screen.undo
    assert picture() == before
    assert audit()["violations"] == 0
    undo(screen, address)
    assert any(said in screen.words for said in ("taken back already", "nothing to take back", "cannot be taken back"))
    assert picture() == before


# Of what somebody had who was said to have left, each lead comes back by itself: see the tests of saying goodbye.
@pytest.mark.parametrize("door", [door for door in UNDONE if door != "setup:release_person"])
def test_it_is_refused_to_others_to_whoever_may_no_longer_and_too_late(
    door: str, screen: Screen, do: Do, ridgeline: Business
) -> None:
    do(door)
    address = offered(screen)
    User.objects.filter(pk=ridgeline.ben.pk).update(role="admin", deactivated_at=None)
    done = picture()
    screen.log_in(ridgeline.ben)
    undo(screen, address)
    assert "by hand" in screen.words
    if door not in OWN:
        as_viewer(screen, ridgeline, address)
    screen.log_in(ridgeline.maya)
    make_stale(screen, ridgeline)
    undo(screen, address)
    assert "by hand" in screen.words
    assert picture() == done


def as_viewer(screen: Screen, office: Business, address: str) -> None:
    """Maya was an admin when she did it."""
    User.objects.filter(pk=office.maya.pk).update(role="viewer")
    forget()
    screen.log_in(office.maya)
    undo(screen, address)
    assert screen.status == 403
    User.objects.filter(pk=office.maya.pk).update(role="admin")
    forget()


def make_stale(screen: Screen, office: Business) -> None:
    """With a lead something else happens; with a setting minutes pass."""
    for act in Act.objects.filter(by=office.maya).exclude(journey=None):
        contact, later = act.contact, screen.at + timedelta(seconds=1)
        write_note(contact, text="Has a dog", by=office.ben, at=later, journey_id=act.journey_id)
    screen.at += timedelta(minutes=11)


@pytest.mark.parametrize("door", sorted(OWN))
def test_what_is_ones_own_is_taken_back_in_any_role(door: str, screen: Screen, do: Do, ridgeline: Business) -> None:
    do(door)
    address = offered(screen)
    User.objects.filter(pk=ridgeline.maya.pk).update(role="viewer")
    forget()
    undo(screen, address)
    assert "Taken back" in screen.words


def test_what_was_learned_of_somebody_is_taken_back_with_the_lead_alone(screen: Screen, ridgeline: Business) -> None:
    lead = ridgeline.lead()
    screen.at += timedelta(minutes=1)
    told = {"name": "Renee Castillo", "email": "renee@example.com", "phone": "501 555 0142", "kind": "referral"}
    screen.send("/leads/new", **told)
    screen.send(f"/settings/undo/{Change.objects.get().pk}")
    assert "That cannot be taken back any more." in screen.words
    assert lead.contact.points.count() == 2

"""Somebody of Ridgeline Roofing at the desk, at a time of the test's choosing."""

import pytest
from django.test import Client

from tests.cast import Business
from tests.screen import Screen
from trellis.journeys.models import Journey


class Desk(Screen):
    """Where people work."""

    def queue(self, address: str) -> str:
        """The queue of Today without the panel beside it."""
        return self.open(address).partition('<aside class="pulse')[0]


@pytest.fixture
def desk(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Maya at her desk on Tuesday at 10:00."""
    desk = Desk(client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: desk.at)
    return desk.log_in(ridgeline.maya)


@pytest.fixture
def lead(ridgeline: Business) -> Journey:
    """Renee filled in the form just now."""
    return ridgeline.lead()

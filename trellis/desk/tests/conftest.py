"""Somebody of Ridgeline Roofing at the desk, at a time of the test's choosing."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.journeys.models import Journey
from trellis.team.models import User


class Desk:
    """A browser without script: pages are read as text, forms are posted and followed."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at = TUESDAY
        self.status = 0
        self.page = ""

    def sit_down(self, user: User) -> "Desk":
        self.client.force_login(user)
        return self

    def open(self, address: str, **headers: Any) -> str:
        return self._read(self.client.get(address, follow=True, **headers))

    def queue(self, address: str) -> str:
        """The queue of Today without the panel beside it."""
        return self.open(address).partition('<aside class="pulse')[0]

    def send(self, address: str, **fields: Any) -> str:
        return self._read(self.client.post(address, fields, follow=True))

    def _read(self, response: Any) -> str:
        self.status = response.status_code
        self.page = unescape(response.content.decode())
        return self.page


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def desk(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Maya at her desk on Tuesday at 10:00."""
    desk = Desk(client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: desk.at)
    return desk.sit_down(ridgeline.maya)


@pytest.fixture
def lead(ridgeline: Business) -> Journey:
    """Renee filled in the form just now."""
    return ridgeline.lead()

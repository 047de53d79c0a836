"""Somebody of Ridgeline Roofing in front of the set-up pages, at a time of the test's choosing."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.setup.tests.newcomer import Newcomer
from trellis.team.models import User

# Where a screen begins another line, words stand apart.
BLOCK_END = re.compile(r"</(?:p|li|dt|dd|td|th|h[1-6]|div|option|label)>")


class Screen:
    """A browser without script: forms are posted and followed; `words` is what can be read on the `page`."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at = TUESDAY
        self.status = 0
        self.page = ""
        self.words = ""
        self.address = ""

    def log_in(self, user: User) -> "Screen":
        self.client.force_login(user)
        return self

    def open(self, address: str, **headers: Any) -> str:
        return self._read(self.client.get(address, follow=True, **headers))

    def send(self, address: str, **fields: Any) -> str:
        return self._read(self.client.post(address, fields, follow=True))

    @property
    def undo(self) -> str:
        """Where the toast takes back what it tells of."""
        found = re.search(r'class="toast__undo" method="post" action="([^"]+)"', self.page)
        return found[1] if found else ""

    def _read(self, response: Any) -> str:
        self.status = response.status_code
        self.page = unescape(response.content.decode())
        apart = BLOCK_END.sub(" ", self.page)
        self.words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", apart))
        self.address = response.request["PATH_INFO"]
        return self.page


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def screen(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Maya, an admin, on Tuesday at 10:00."""
    screen = Screen(client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: screen.at)
    return screen.log_in(ridgeline.maya)


@pytest.fixture
def newcomer(client: Client, db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Newcomer:
    """Alma, on Tuesday at 10:00, in front of an empty Trellis with a data folder of its own."""
    settings.DATA = tmp_path
    newcomer = Newcomer(client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: newcomer.at)
    return newcomer

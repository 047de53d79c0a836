"""Somebody of Ridgeline Roofing in front of the set-up pages, at a time of the test's choosing."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import Business
from tests.screen import Screen
from trellis.setup.tests.newcomer import Newcomer


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

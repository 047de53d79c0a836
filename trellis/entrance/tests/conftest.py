"""Somebody at the door of Ridgeline Roofing, on an ordinary day."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import Business
from tests.screen import Screen
from trellis.entrance.views import middleware

PASSWORD = "x" * 12


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    middleware._noted.clear()
    yield
    cache.clear()


@pytest.fixture
def door(client: Client, ridgeline: Business) -> Screen:
    """A browser in which nobody is logged in."""
    return Screen(client)


@pytest.fixture
def maya(client: Client, ridgeline: Business) -> Screen:
    """Maya, who logged in with her password."""
    screen = Screen(client)
    screen.send("/log-in", email="maya@ridgeline.example", password=PASSWORD)
    return screen

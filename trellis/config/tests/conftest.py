"""What the tests of running need."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from trellis.config import health
from trellis.journeys.models import Heartbeat


@pytest.fixture(autouse=True)
def _fresh_reading() -> Iterator[None]:
    health.forget()
    yield
    health.forget()


@pytest.fixture
def worker_seen(db: None) -> None:
    """A worker was seen two seconds ago."""
    Heartbeat.objects.create(name="shop:1", at=timezone.now() - timedelta(seconds=2))

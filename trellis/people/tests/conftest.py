"""Someone reaching out, as the room hears of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from trellis.people.identity import Recognition, recognize

MORNING = datetime(2026, 6, 8, 15, 0, tzinfo=UTC)

Reaching = Callable[..., Recognition]


@pytest.fixture
def morning() -> datetime:
    return MORNING


@pytest.fixture
def someone_reaches_out(db: None) -> Reaching:
    def reach_out(name: str = "", email: str = "", phone: str = "", **more: Any) -> Recognition:
        told: dict[str, Any] = {"name": name, "email": email, "phone": phone, "region": "US", "at": MORNING}
        return recognize(**told | more)

    return reach_out

"""What every test of every room starts from."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Calendars that one test made are not there in the next, though a process keeps them for two seconds."""
    from trellis.team.queries import forget

    forget()
    yield
    forget()

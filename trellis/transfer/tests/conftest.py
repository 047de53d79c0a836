"""Files are kept apart for each test, and taken as Maya brings them."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.cast import TUESDAY, Business
from trellis.team.runs import work_runs
from trellis.transfer.actions import start_import, take_file
from trellis.transfer.models import Import

type Take = Callable[..., Import]


@pytest.fixture
def take(ridgeline: Business, settings: object, tmp_path: Path) -> Take:
    """A file as Maya brings it, with its columns where their names say."""
    settings.MEDIA_ROOT = tmp_path
    seconds = count()

    def taken(text: str, *, called: str = "people.csv") -> Import:
        told, at = text.encode(), TUESDAY + timedelta(seconds=next(seconds))
        return take_file(called, [told], size=len(told), by=ridgeline.maya, at=at)

    return taken


@pytest.fixture
def work() -> Callable[[Import], Import]:
    """Brought in, by the workers, to its end."""

    def worked(imported: Import) -> Import:
        start_import(imported, by=imported.by, at=TUESDAY)
        while work_runs(at=TUESDAY):
            pass
        imported.refresh_from_db()
        return imported

    return worked

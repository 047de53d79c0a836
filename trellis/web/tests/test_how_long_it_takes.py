"""Long work says how fast it goes and about how long it still takes, once there is enough to tell it by."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY
from trellis.team.models import Run
from trellis.web.pace import pace_of


def run(done: int, total: int | None, **more: object) -> Run:
    return Run(**{"done": done, "total": total, "started_at": TUESDAY, **more})


@pytest.mark.parametrize(
    ("done", "total", "took", "said"),
    [
        (12_000, 156_000, 10, "1,200 a second, about 2 minutes left"),
        (12_000, 60_000, 10, "1,200 a second, less than a minute left"),
        (90, 180, 60, "2 a second, about 1 minute left"),
        (30, 90, 60, "30 a minute, about 2 minutes left"),
        (1, 10, 1200, "3 an hour, about 3 hours left"),
        (10, 1000, 3600 * 10, "1 an hour, about 41 days left"),
        (100, None, 10, "10 a second"),
        (110, 100, 11, "10 a second"),
        (0, 100, 10, ""),
        (1000, 100_000, 1, ""),
    ],
)
def test_how_fast_it_goes_and_how_long_it_takes(done: int, total: int | None, took: int, said: str) -> None:
    assert pace_of(run(done, total), TUESDAY + timedelta(seconds=took)) == said


@pytest.mark.parametrize("more", [{"paused_at": TUESDAY}, {"ended_at": TUESDAY}, {"started_at": None}, {"attempts": 2}])
def test_what_stands_still_has_no_pace(more: dict[str, object]) -> None:
    assert pace_of(run(100, 200, **more), TUESDAY + timedelta(minutes=1)) == ""

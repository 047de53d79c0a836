"""What people type in a filter, as a condition has it."""

import pytest

from trellis.core.condition_rows import span_written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("2 days ago", "2d ago"),
        ("a week ago", "7d ago"),
        ("In 3 Weeks", "in 21d"),
        ("30 minutes ago", "30m ago"),
        ("Yesterday", "yesterday"),
        ("Tomorrow", "tomorrow"),
        ("in 1 month", "in 30d"),
        ("2 days", "2 days"),
        ("in 2 days ago", "in 2 days ago"),
        ("7d ago", "7d ago"),
        ("2026-03-01", "2026-03-01"),
        ("99999 days ago", "99999 days ago"),
    ],
)
def test_a_time_is_written_as_people_say_it(typed: str, written: str) -> None:
    assert span_written(typed) == written

"""When every measurement takes place, whatever the day, and the hours of the business that is measured."""

from datetime import UTC, datetime

# A Tuesday, 10:34 in the morning in Conway.
NOW = datetime(2026, 6, 9, 15, 34, tzinfo=UTC)
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}

"""Moments of the demo, counted from now: back in working time, forward to the places of a day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trellis.core.business_time import Hours
from trellis.core.durations import Duration

LONGEST = timedelta(days=400)
FIRST_PLACE = timedelta(minutes=65)
BETWEEN = timedelta(minutes=15)
LONG_ENOUGH = timedelta(hours=4)
EVENING = 20


class Past:
    """Working time before `now` and after it. A picture made of it is the same on any day, holidays or not."""

    def __init__(self, hours: Hours, now: datetime) -> None:
        self.hours = hours
        self.now = now
        self.zone = ZoneInfo(hours.zone)

    def ago(self, minutes: float) -> datetime:
        """The latest moment that lies so much working time back."""
        wanted, early, late = timedelta(minutes=minutes), 0, int(LONGEST.total_seconds())
        while late - early > 1:
            middle = (early + late) // 2
            if self.hours.elapsed(self.now - timedelta(seconds=middle), self.now) >= wanted:
                late = middle
            else:
                early = middle
        return self.now - timedelta(seconds=late)

    def after(self, at: datetime, minutes: float) -> datetime:
        """So much working time later; never later than now."""
        whole = self.hours.add(at, Duration(int(minutes), "m")) if minutes >= 1 else self.hours.next_open(at)
        return min(whole, self.now)

    def evening_before(self, at: datetime, minutes: int) -> datetime:
        """The evening before the working day of `at`, so long after half past six."""
        day = at.astimezone(self.zone).date() - timedelta(days=1)
        return datetime(day.year, day.month, day.day, 18, 30, tzinfo=self.zone) + timedelta(minutes=minutes)

    def places_today(self, most: int) -> list[datetime]:
        """Up to so many times in the rest of the day, spread evenly, on round minutes. None late at night."""
        first, last = self.now + FIRST_PLACE, self._end_of_day()
        count = max(0, min(most, (last - first) // BETWEEN))
        return [_rounded(first + (last - first) * place / count) for place in range(count)]

    def places_on(self, days: int, count: int) -> list[datetime]:
        """So many times in the first four fifths of a working day, so many working days from now."""
        opening = self.hours.add(self._start_of_day(), Duration(days, "d"))
        minutes = self.hours.elapsed(opening, opening + timedelta(hours=14)) / timedelta(minutes=1)
        steps = (Duration(10 + int(minutes * 0.8 * place / count), "m") for place in range(count))
        return [_rounded(self.hours.add(opening, step)) for step in steps]

    def on_day(self, days: int) -> datetime:
        """Ten o'clock so many days from now, or when we are there after that."""
        day = (self.now + timedelta(days=days)).astimezone(self.zone)
        return self.hours.next_open(day.replace(hour=10, minute=0, second=0))

    def _start_of_day(self) -> datetime:
        return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0)

    def _end_of_day(self) -> datetime:
        """When work ends today; where it has or soon will, the evening."""
        evening = self.now.astimezone(self.zone).replace(hour=EVENING, minute=0, second=0)
        windows = self.hours.windows_on(evening.date())
        closing = evening.replace(hour=0) + timedelta(minutes=windows[-1][1]) if windows else evening
        return closing if closing - self.now > LONG_ENOUGH else evening


def _rounded(at: datetime) -> datetime:
    """On five minutes."""
    return at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)

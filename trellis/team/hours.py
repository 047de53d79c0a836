"""From a stored calendar to hours that can be reckoned with: the week, public holidays, and the dates that differ."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

import holidays

from trellis.core.business_time import Hours
from trellis.core.windows import BadHours
from trellis.team.models import Calendar

Span = tuple[datetime, datetime]

# Far enough back for imported history and far enough ahead for anything that is planned.
_YEARS = range(2010, 2051)


def build_hours(calendar: Calendar) -> Hours:
    """Read a calendar with its `days` loaded. BadHours says what is wrong with it."""
    different: dict[date, object] = dict.fromkeys(public_holidays(calendar.holidays), ())
    different.update({day.date: day.windows for day in calendar.days.all()})
    return Hours.read(calendar.key, calendar.time_zone, calendar.windows, different)


@lru_cache(maxsize=32)
def public_holidays(code: str) -> Mapping[date, str]:
    """The names of public holidays by date: of a country ("DE") or a part of one ("US-AR"); none for an empty code."""
    if not code:
        return {}
    country, _, part = code.partition("-")
    try:
        return dict(holidays.country_holidays(country, subdiv=part or None, years=_YEARS))
    except NotImplementedError as error:
        raise BadHours(
            f"No holidays are known for “{code}”: write a country such as US, or a part such as US-AR."
        ) from error


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of `spans`, which are in order and apart, once every moment of `taken` is cut out."""
    left = list(spans)
    for start, end in taken:
        left = [
            (begin, finish)
            for opening, closing in left
            for begin, finish in ((opening, min(closing, start)), (max(opening, end), closing))
            if begin < finish
        ]
    return left

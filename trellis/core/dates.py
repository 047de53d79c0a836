"""Dates as exports write them. 03/04/2026 is never guessed: which comes first, day or month, is asked."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone

ORDERS = ("ymd", "dmy", "mdy")

# January to December in English, German, French and Spanish, folded, as far as tells them apart from each other.
MONTHS = (
    ("jan", "ene"),
    ("feb", "fev", "fév"),
    ("mar", "mär", "maer", "mrz"),
    ("apr", "avr", "abr"),
    ("may", "mai"),
    ("jun", "juin"),
    ("jul", "juil"),
    ("aug", "aou", "aoû", "ago"),
    ("sep", "set"),
    ("oct", "okt"),
    ("nov",),
    ("dec", "dez", "déc", "dic"),
)
MONTH_OF = {name: number for number, names in enumerate(MONTHS, 1) for name in names}

TIME = (
    r"(?:(?:[T ]|,\s*|\s+(?:at|um|à)\s+)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[-+]\d{2}:?\d{2})?)?"
)
WEEKDAY = r"(?:[^\W\d]+\.?,\s*)?"
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){TIME}", re.IGNORECASE)
COMPACT = re.compile(rf"(?P<year>[12]\d{{3}})(?P<month>\d{{2}})(?P<day>\d{{2}}){TIME}", re.IGNORECASE)
DAY_NAMED = re.compile(
    rf"{WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[- ]*(?:de |of )?(?P<name>[^\W\d]{{3,10}})\.?,?[- ]*(?:de )?"
    rf"(?P<year>\d{{4}}|\d{{2}}){TIME}",
    re.IGNORECASE,
)
MONTH_NAMED = re.compile(
    rf"{WEEKDAY}(?P<name>[^\W\d]{{3,10}})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){TIME}",
    re.IGNORECASE,
)
THREE = re.compile(rf"(\d{{1,4}})([-/. ])\s?(\d{{1,2}})\2\s?(\d{{4}}|\d{{2}}){TIME}", re.IGNORECASE)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
SINCE_1970 = re.compile(r"[12]\d{9}(?:\d{3})?")

# Excel counts days from here (its 29th of February 1900 never was), and what we take for its dates: 1927 to 2099.
EXCEL_DAY_ZERO = datetime.combine(date(1899, 12, 30), time())
EXCEL_DAYS = range(10_000, 73_051)
# Two digits are of this century up to here, as POSIX has it.
LAST_OF_2000S = 68


def orders_of(samples: Iterable[str]) -> set[str]:
    """The orders in which all of these that are dates can be read.

    One where nothing is to be asked, several where a person must say, none where they are no dates or contradict.
    """
    ways = [ways_of(text) for text in samples]
    asking = [set(way) for way in ways if way and not is_same_in_any(way)]
    if asking:
        return set.intersection(*asking)
    return {"ymd"} if any(ways) else set()


def ways_of(text: str) -> dict[str, date]:
    return {order: found for order in ORDERS if (found := read_date(text, order)) is not None}


def is_same_in_any(way: dict[str, date]) -> bool:
    return len(way) == len(ORDERS) and len(set(way.values())) == 1


def read_date(text: str, order: str) -> date | datetime | None:
    """What a cell means when numbers stand in this order: "ymd", "dmy" or "mdy".

    A year of four digits in front, the name of a month, a serial number of Excel and seconds since 1970 mean the same
    in any order. With a time it is a datetime, aware where the text has a zone. None for what is no date.
    """
    text = text.strip()
    if not text or len(text) > 60 or not any(map(str.isdigit, text)):
        return None
    try:
        return read_plainly(text) or read_in_order(text, order)
    except (ValueError, OverflowError):
        return None


def read_plainly(text: str) -> date | datetime | None:
    if found := YEAR_FIRST.fullmatch(text) or COMPACT.fullmatch(text):
        return moment(found, int(found["year"]), int(found["month"]), int(found["day"]))
    if found := DAY_NAMED.fullmatch(text) or MONTH_NAMED.fullmatch(text):
        return moment(found, full_year(found["year"]), month_of(found["name"]), int(found["day"]))
    if SERIAL.fullmatch(text) and int(float(text)) in EXCEL_DAYS:
        return of_excel(float(text))
    if SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    return None


def read_in_order(text: str, order: str) -> date | datetime | None:
    found = THREE.fullmatch(text)
    if not found:
        return None
    parts = dict(zip(order, (found[1], found[3], found[4]), strict=True))
    if len(parts["m"]) > 2 or len(parts["d"]) > 2 or len(parts["y"]) not in (2, 4):
        return None
    if order == "ymd" and found[2] != "-":
        return None
    return moment(found, full_year(parts["y"]), int(parts["m"]), int(parts["d"]))


def full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year <= LAST_OF_2000S else 1900)


def month_of(name: str) -> int:
    """The number of a month, 0 for what is none: no date has it."""
    name = name.lower()
    return MONTH_OF.get(name[:4]) or MONTH_OF.get(name[:3], 0)


def of_excel(serial: float) -> date | datetime:
    found = EXCEL_DAY_ZERO + timedelta(seconds=round(serial * 86_400))
    return found if serial % 1 else found.date()


def moment(found: re.Match[str], year: int, month: int, day: int) -> date | datetime:
    """Raises ValueError for a day or an hour that never is."""
    on = date(year, month, day)
    if found["hour"] is None:
        return on
    hour = int(found["hour"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of half a day")
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    return datetime.combine(on, time(hour, int(found["minute"]), int(found["second"] or 0), tzinfo=zone(found["zone"])))


def zone(text: str | None) -> timezone | None:
    if not text:
        return None
    offset = re.search(r"([-+])(\d{2}):?(\d{2})", text)
    if not offset:
        return UTC
    minutes = int(offset[2]) * 60 + int(offset[3])
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))

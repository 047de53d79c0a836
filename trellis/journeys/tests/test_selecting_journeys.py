"""A condition selects the same journeys whether the database is asked or each row is read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import TUESDAY, Business
from trellis.core.condition_query import Column, to_q
from trellis.core.conditions import AMOUNTS, OPERATORS, Condition, Kind, Known, holds
from trellis.core.conditions import MOMENTS as MOMENTS_ASKED
from trellis.core.rows import insert_rows, update_rows
from trellis.journeys.fields import COLUMNS, READERS, fields_of_journeys, reading
from trellis.journeys.models import Journey, Stage
from trellis.people.models import Contact, ContactTag, Tag
from trellis.team.models import Calendar, CalendarDay

ODD_TEXTS = (
    "", "yes", "Yes", "no", "5000", "5000.0", "-12.5", "0", "5000\n", "99999999999.9999", "2026-06-09", "2026-06-10",
     "2026-06-09\n", "2026-6-9", "100%", "a_b", "aXb", "O'Brien", 'say "x"', "back\\slash", "Zoë", "ZOE", "straße",
     "İstanbul", "ΟΔΟΣ", "οδος", "Жук", "🛠 roof", "e\u0301", "é", "new", "booked", "vip", "50% off", "‘Don’t’ — ZOË",
)  # fmt: skip
TEXTS = st.sampled_from(ODD_TEXTS) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6
)
NUMBERS = st.integers(-3, 6000) | st.decimals(-9, 6000, places=3).map(str) | st.sampled_from(["1250 USD", "12.5 JPY"])
ODD_MOMENTS = (
    "now", "today", "yesterday", "1d ago", "in 2h", "90m ago", "in 30d", "2026-06-09", "2026-06-10", "2026-06-09T10:00",
     "2026-06-09T15:00Z", "2026-06-09T10:00:00-05:00", "tuesday", "last monday (from sunday)", "this week",
     "next week (from saturday)", "last month", "this month", "this year", "last 2 days", "next 7 days",
)  # fmt: skip
MOMENTS = st.sampled_from(ODD_MOMENTS)
INSTANTS = st.none() | st.integers(-5000, 5000).map(lambda minutes: TUESDAY + timedelta(minutes=minutes))
MIDNIGHT = TUESDAY.replace(hour=0)
ODD_INSTANTS = (TUESDAY, MIDNIGHT, MIDNIGHT + timedelta(days=1), MIDNIGHT - timedelta(microseconds=1), None)
INSTANTS |= st.sampled_from(ODD_INSTANTS)
ODD_NUMBERS = ("0", "-12.5", "2", "2.5", "1250", "1250.5", "12.5 JPY", "1250 USD", "1.25 KWD", "99999999999.9999")
ODD_MONEY = ((1250, "JPY"), (125_000, "USD"), (1250, "KWD"), (12_500, "CLF"), (125_050, "EUR"), (12, "JPY"), (None, ""))
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"])
WORDS = ("booked", "new", "closed", "open", "won", "sales", "maya@ridgeline.example", "form", "yes", "no", "hail")
OPERANDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("is", "is_not"), TEXTS | st.sampled_from(WORDS) | MOMENTS | NUMBERS.map(str)),
    **dict.fromkeys(("one_of", "none_of"), st.lists(TEXTS | st.sampled_from(WORDS), min_size=1, max_size=3)),
    "contains": (TEXTS | st.sampled_from(["o", "%", "_", "'", "roof", "ZO"])).filter(bool),
    **dict.fromkeys(("more_than", "less_than", "at_least", "at_most"), NUMBERS),
    **dict.fromkeys(("before", "after"), MOMENTS),
    "known": st.booleans(),
}
FIELDS = fields_of_journeys(["urgency", "budget"])

TESTS = st.one_of(
    [st.fixed_dictionaries({"field": st.sampled_from(sorted(FIELDS)), name: OPERANDS[name]}) for name in OPERATORS]
)
CONDITIONS = st.recursive(
    TESTS,
    lambda parts: st.one_of(
        [st.fixed_dictionaries({group: st.lists(parts, max_size=3)}) for group in ("all", "any", "none")]
    ),
    max_leaves=5,
)
TAGS = st.lists(st.sampled_from(["vip", "hail", "yes", "Zoë", "100%"]), max_size=2, unique=True)
ROWS = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "words": TEXTS,
        "answers": st.dictionaries(st.sampled_from(["urgency", "budget"]), TEXTS),
        "context": st.dictionaries(st.sampled_from(["kind", "channel", "source"]), TEXTS),
        "value_minor": st.none() | st.integers(0, 600_000) | st.sampled_from([1250, 125_000, 12]),
        "currency": CURRENCIES,
        "priority_at": INSTANTS,
        "parks": st.integers(0, 4),
        "heard_at": INSTANTS,
        "spoke_at": INSTANTS,
        "stage": st.sampled_from(["new", "booked", "loyal"]),
    }
)
ZONES = st.sampled_from(["America/Chicago", "UTC", "Asia/Kolkata"])


@pytest.fixture
def journeys(ridgeline: Business) -> list[Journey]:
    """Two that are open, one with an owner nobody else has, and two that ended without any."""
    contacts = [ridgeline.contact(f"Person {place}", f"p{place}@example.com", "") for place in range(4)]
    opened = [ridgeline.lead(contact, at=TUESDAY + timedelta(hours=1)) for contact in contacts[:2]]
    ended = [closed_twin(opened[0], contact) for contact in contacts[2:]]
    return [*opened, *insert_rows(ended)]


def closed_twin(journey: Journey, contact: Contact) -> Journey:
    kept = ("playbook_id", "playbook_key", "stage_id", "started_at", "stage_entered_at", "assigned_at")
    columns = {name: getattr(journey, name) for name in kept}
    ending = {"status": "closed", "outcome": "won", "closed_at": TUESDAY, "owner": None}
    return Journey(contact=contact, **columns, **ending)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROWS, min_size=4, max_size=4),
    tags=st.lists(TAGS, min_size=4, max_size=4),
    conditions=st.lists(CONDITIONS, min_size=6, max_size=12),
    zone=ZONES,
)
def test_the_database_and_the_reader_agree(
    journeys: list[Journey],
    rows: list[dict[str, Any]],
    tags: list[list[str]],
    conditions: list[dict[str, Any]],
    zone: str,
) -> None:
    write(journeys, rows, tags)
    at = TUESDAY.astimezone(ZoneInfo(zone))
    found = list(Journey.objects.select_related("contact", "stage", "owner").order_by("id"))
    for given_ in conditions:
        condition = Condition.model_validate(given_)
        read = [journey.pk for journey in found if holds(condition, reading(journey), at=at)]
        asked = Journey.objects.filter(to_q(condition, FIELDS, at)).order_by("id").values_list("pk", flat=True)
        assert list(asked) == read, given_


def test_they_agree_wherever_something_could_be_read_in_two_ways(ridgeline: Business) -> None:
    """Each odd value beside each odd operand: what chance would rarely bring together."""
    first = ridgeline.lead()
    twins = [closed_twin(first, first.contact) for _ in ODD_TEXTS]
    for place, twin in enumerate(twins):
        twin.answers = {"budget": ODD_TEXTS[place]}
        twin.words = ODD_TEXTS[place]
        twin.heard_at = ODD_INSTANTS[place % len(ODD_INSTANTS)]
        twin.value_minor, twin.currency = ODD_MONEY[place % len(ODD_MONEY)]
        twin.parks = place % 4
    insert_rows(twins)
    found = list(Journey.objects.select_related("contact", "stage", "owner").order_by("id"))
    for field, operator, operand in odd_tests():
        condition = Condition.model_validate({"field": field, operator: operand})
        read = [journey.pk for journey in found if holds(condition, reading(journey), at=TUESDAY)]
        asked = Journey.objects.filter(to_q(condition, FIELDS, TUESDAY)).order_by("id").values_list("pk", flat=True)
        assert list(asked) == read, (field, operator, operand)


def odd_tests() -> Iterator[tuple[str, str, object]]:
    yield from product(("words", "answers.budget"), ("is", "is_not"), ODD_TEXTS)
    yield from product(
        ("words", "answers.budget"), ("contains",), [*filter(None, ODD_TEXTS), "%", "_", "zo", "ΔΟ", "1"]
    )
    yield from product(("answers.budget", "rests", "value"), AMOUNTS, ODD_NUMBERS)
    yield from product(("rests", "value"), ("is", "is_not"), ODD_NUMBERS)
    yield from product(("answers.budget", "heard_at", "due_at"), MOMENTS_ASKED, ODD_MOMENTS)
    yield from product(("heard_at",), ("is", "is_not"), ODD_MOMENTS)
    yield from product(("priority", "contact.has_email"), ("is", "is_not"), ("yes", "no", "", "maybe"))
    yield from product(sorted(FIELDS), ("known",), (True, False))
    yield from product(sorted(FIELDS), ("is", "is_not"), ("",))


def write(journeys: Sequence[Journey], rows: Sequence[dict[str, Any]], tags: Sequence[list[str]]) -> None:
    stages = {stage.key: stage for stage in Stage.objects.all()}
    known = {name: Tag.objects.get_or_create(name=name, small=name.lower())[0] for some in tags for name in some}
    ContactTag.objects.all().delete()
    for journey, row, worn in zip(journeys, rows, tags, strict=True):
        for name, value in row.items():
            setattr(journey, name, stages[value] if name == "stage" else value)
        ContactTag.objects.bulk_create([ContactTag(contact=journey.contact, tag=known[name]) for name in worn])
    update_rows(list(journeys), list(rows[0]))


def test_every_field_can_be_asked_and_read() -> None:
    assert set(READERS) == set(COLUMNS)


def test_a_saved_view_reads_as_one_would_say_it(ridgeline: Business) -> None:
    """Urgent leads of Maya's or Ben's that came today and whose budget is above four thousand."""
    urgent = ridgeline.lead(ridgeline.contact(), answers={"urgency": "yes"})
    Journey.objects.filter(pk=urgent.pk).update(answers={"urgency": "yes", "budget": "4500"})
    ridgeline.lead(ridgeline.contact("Sam Gates", "sam@example.com"), at=TUESDAY - timedelta(days=1))
    view = Condition.model_validate(
        {
            "all": [
                {"field": "owner", "one_of": [ridgeline.maya.email, ridgeline.ben.email, ridgeline.priya.email]},
                {"field": "started_at", "is": "today"},
                {"any": [{"field": "answers.budget", "more_than": 4000}, {"field": "contact.tags", "contains": "vip"}]},
                {"none": [{"field": "answers.urgency", "is_not": "yes"}]},
            ]
        }
    )
    assert Journey.objects.get(to_q(view, FIELDS, TUESDAY)) == urgent


@pytest.mark.parametrize(
    ("operator", "operand", "count"),
    [("before", "2026-06-09", 1), ("after", "today", 1), ("is", "1d ago", 1), ("none_of", ["today", "1d ago"], 1)],
)
def test_a_date_is_a_day_wherever_one_is(ridgeline: Business, operator: str, operand: object, count: int) -> None:
    """Late on the ninth in Chicago it is the tenth elsewhere; a date has no zone and stays what it is."""
    calendar = Calendar.objects.get(key="office")
    days = [date(2026, 6, day) for day in (8, 9, 10)]
    CalendarDay.objects.all().delete()
    insert_rows([CalendarDay(calendar=calendar, date=day) for day in days])
    at = datetime(2026, 6, 10, 3, 0, tzinfo=UTC).astimezone(ZoneInfo("America/Chicago"))
    condition = Condition.model_validate({"field": "day", operator: operand})
    found = CalendarDay.objects.filter(to_q(condition, {"day": Column(Known(Kind.DATE), F("date"))}, at))
    assert found.count() == count
    assert set(found.values_list("date", flat=True)) == {
        day for day in days if holds(condition, {"day": day}.get, at=at)
    }


@pytest.mark.parametrize("text", ["100%", "a_b", "O'Brien", 'say "x"', "back\\slash", "🛠"])
def test_no_letter_has_a_meaning_of_its_own(ridgeline: Business, text: str) -> None:
    named = ridgeline.lead(ridgeline.contact(f"x{text}y", "a@example.com"))
    ridgeline.lead(ridgeline.contact("aXb 100 OBrien back slash", "b@example.com"))
    condition = Condition.model_validate({"field": "contact.name", "contains": text})
    assert Journey.objects.get(to_q(condition, FIELDS, TUESDAY)) == named

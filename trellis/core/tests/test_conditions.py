"""What a condition means, case by case; that the databases agree is proved beside the fields of journeys."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from trellis.core.condition_values import Money
from trellis.core.conditions import Condition, Kind, Known, faults_of, holds

# Tuesday morning in Chicago, where it is still the ninth when London has the tenth.
AT = datetime(2026, 6, 9, 22, 30, tzinfo=ZoneInfo("America/Chicago"))

ROW: dict[str, Any] = {
    "need": "New ROOF for Zoë’s café",
    "budget": "5000",
    "moves_in": "2026-07-01",
    "parks": 2,
    "score": Decimal("7.5"),
    "value": Money(1250_00, "USD"),
    "yen": Money(1250, "JPY"),
    "stage": "booked",
    "tags": ("vip", "hail"),
    "urgent": True,
    "born": date(1980, 2, 29),
    "started_at": datetime(2026, 6, 9, 14, 0, tzinfo=UTC),
    "nothing": None,
    "blank": "",
    "untagged": (),
}


def says(at: datetime = AT, **condition: Any) -> bool:
    return holds(Condition.model_validate(condition), ROW.get, at=at)


@pytest.mark.parametrize(
    ("field", "operator", "operand"),
    [
        ("stage", "is", "booked"),
        ("stage", "is_not", "Booked"),
        ("stage", "one_of", ["new", "booked"]),
        ("stage", "none_of", ["new", "loyal"]),
        ("need", "contains", "roof"),
        ("need", "contains", "ZOE"),
        ("need", "contains", "CAFÉ"),
        ("budget", "more_than", 4999.5),
        ("budget", "at_least", "5000"),
        ("budget", "less_than", "5000.01"),
        ("moves_in", "after", "today"),
        ("moves_in", "before", "in 30d"),
        ("parks", "at_most", 2),
        ("parks", "is", "2.0"),
        ("score", "more_than", "7.4999"),
        ("value", "is", "1250"),
        ("value", "at_least", "1250 USD"),
        ("yen", "more_than", 1249),
        ("tags", "is", "vip"),
        ("tags", "contains", "hail"),
        ("tags", "one_of", ["cold", "hail"]),
        ("tags", "none_of", ["cold"]),
        ("urgent", "is", "yes"),
        ("born", "before", "1980-03-01"),
        ("born", "is", "1980-02-29"),
        ("started_at", "is", "today"),
        ("started_at", "before", "now"),
        ("started_at", "after", "1d ago"),
        ("started_at", "after", "2026-06-08"),
        ("started_at", "before", "2026-06-09T14:00:01Z"),
        ("started_at", "is", "2026-06-09T09:00"),
    ],
)
def test_a_condition_holds(field: str, operator: str, operand: Any) -> None:
    assert says(field=field, **{operator: operand})
    assert not says(none=[{"field": field, operator: operand}])


@pytest.mark.parametrize(
    ("field", "operator", "operand"),
    [
        ("stage", "is", "Booked"),
        ("need", "contains", "leak"),
        ("need", "more_than", 5),
        ("need", "before", "today"),
        ("budget", "more_than", "5000"),
        ("budget", "more_than", "1 USD"),
        ("value", "at_least", "1250 EUR"),
        ("value", "more_than", "1250.00"),
        ("tags", "contains", "vi"),
        ("urgent", "is", "no"),
        ("born", "after", "1980-02-29"),
        ("started_at", "after", "2026-06-09"),
        ("started_at", "before", "2026-06-09"),
        ("started_at", "is", "2026-06-10"),
    ],
)
def test_a_condition_does_not_hold(field: str, operator: str, operand: Any) -> None:
    assert not says(field=field, **{operator: operand})


@pytest.mark.parametrize("field", ["nothing", "blank", "untagged", "never-heard-of"])
def test_what_is_empty_means_the_same_whatever_it_would_hold(field: str) -> None:
    told = {"is_not": "x", "none_of": ["x"], "known": False, "is": ""}
    untold = {"is": "x", "one_of": ["x"], "contains": "x", "known": True, "is_not": "", "none_of": ["", "x"]}
    untold |= {"more_than": 0, "less_than": 0, "at_least": 0, "at_most": 0, "before": "now", "after": "now"}
    assert all(says(field=field, **{operator: operand}) for operator, operand in told.items())
    assert not any(says(field=field, **{operator: operand}) for operator, operand in untold.items())


def test_no_is_an_answer_and_zero_is_a_number() -> None:
    row = {"urgent": False, "parks": 0}
    assert all(holds(Condition(field=field, known=True), row.get) for field in row)


def test_all_of_nothing_holds_and_any_of_nothing_does_not() -> None:
    assert says(all=[])
    assert not says(any=[])
    assert says(none=[])
    assert says(all=[{"field": "stage", "is": "booked"}, {"any": [{"field": "parks", "is": "9"}, {"none": []}]}])


def test_days_go_by_the_clock_on_the_wall() -> None:
    """Chicago springs forward on 8 March: a day ago it was nine as well, 23 hours before."""
    at = datetime(2026, 3, 8, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
    seen = {"at": datetime(2026, 3, 7, 9, 30, tzinfo=ZoneInfo("America/Chicago"))}
    assert holds(Condition(field="at", after="1d ago"), seen.get, at=at)
    assert holds(Condition(field="at", before="23h ago"), seen.get, at=at) is False
    assert holds(Condition(field="at", before="22h ago"), seen.get, at=at)


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        (7, 0, "yesterday"),
        (7, 23, "yesterday"),
        (7, 23, "1d ago"),
        (9, 0, "tomorrow"),
        (9, 0, "in 1d"),
        (8, 23, "today"),
    ],
)
def test_whoever_asks_whether_it_was_that_day_means_the_whole_of_it(day: int, hour: int, said: str) -> None:
    zone = ZoneInfo("America/Chicago")
    at, seen = datetime(2026, 3, 8, 9, 0, tzinfo=zone), {"at": datetime(2026, 3, day, hour, 30, tzinfo=zone)}
    assert holds(Condition.model_validate({"field": "at", "is": said}), seen.get, at=at)
    assert not holds(Condition(field="at", before="yesterday"), seen.get, at=at)
    assert not holds(Condition(field="at", after="tomorrow"), seen.get, at=at)


def test_a_time_cannot_be_compared_without_knowing_when_it_is_now() -> None:
    with pytest.raises(ValueError, match="needs `at`"):
        holds(Condition(field="started_at", before="now"), ROW.get)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({}, "a condition has a field and one of is"),
        ({"field": "a"}, "exactly one of is"),
        ({"field": "a", "is": "x", "known": True}, "exactly one of is"),
        ({"field": "a", "all": []}, "exactly one of is"),
        ({"all": [], "any": []}, "or one of all, any, none"),
        ({"field": "a", "is": "x\x00"}, "cannot be stored"),
        ({"field": "a", "one_of": ["\ud800"]}, "unable to parse raw data"),
        ({"field": "a", "contains": ""}, "at least 1 character"),
        ({"field": "a", "more_than": True}, "valid string"),
        ({"field": "a", "more_than": "1e5"}, "“1e5” is not an amount: write a number such as 5000"),
        ({"field": "a", "more_than": float("inf")}, "“Infinity” is not an amount"),
        ({"field": "a", "more_than": 123456789012}, "is not an amount"),
        ({"field": "a", "before": "5 ago"}, "“5 ago” is no time: write a day (2026-03-01)"),
        ({"field": "a", "before": "2026-13-01"}, "“2026-13-01” is no time"),
        ({"field": "a", "before": "0001-01-01"}, "“0001-01-01” is no time"),
        ({"field": "a", "before": "in 99999d"}, "“in 99999d” is no time"),
        ({"field": "a", "like": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_what_is_no_condition_is_told(condition: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Condition.model_validate(condition)
    assert told in str(refused.value)


KNOWN = {
    "stage": Known(Kind.CHOICE, ("new", "booked")),
    "value": Known(Kind.MONEY),
    "parks": Known(Kind.NUMBER),
    "started_at": Known(Kind.INSTANT),
    "priority": Known(Kind.YES_NO),
}


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"field": "stgae", "is": "new"}, (("field",), "there is no field `stgae`; did you mean `stage`?")),
        ({"field": "stage", "is": "neu"}, (("is",), "`stage` is one of new, booked, not “neu”; did you mean `new`?")),
        ({"field": "stage", "contains": "n"}, (("contains",), "`stage` cannot be asked `contains`")),
        ({"field": "value", "is": "much"}, (("is",), "`value` is an amount: write a number such as 5000")),
        ({"field": "parks", "is": "5 EUR"}, (("is",), "`parks` is a number such as 5000 or 12.5")),
        ({"field": "parks", "at_least": "5 EUR"}, (("at_least",), "`parks` has no currency: write 5")),
        ({"field": "started_at", "one_of": ["soon"]}, (("one_of",), "`started_at` is a time: write a day")),
        ({"field": "priority", "is": "true"}, (("is",), "`priority` is yes or no, not “true”")),
        (
            {"any": [{"none": [{"field": "stge", "known": True}]}]},
            (("any", 0, "none", 0, "field"), "there is no field"),
        ),
    ],
)
def test_a_condition_that_could_never_hold_is_told(condition: dict[str, Any], told: tuple[Any, str]) -> None:
    [(path, sentence)] = faults_of(Condition.model_validate(condition), KNOWN)
    assert path == told[0]
    assert sentence.startswith(told[1])

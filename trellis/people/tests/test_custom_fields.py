"""Fields that a business adds: what may stand in them, and that conditions on them mean the same in both places."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.condition_query import to_q
from trellis.core.conditions import Condition, holds
from trellis.core.refusal import Refused
from trellis.people.actions import add_tags
from trellis.people.changing import change_contact
from trellis.people.custom import change_field, custom_fields, define_field, retire_field
from trellis.people.custom_values import Reading, WrongValue, as_text, read_value
from trellis.people.fields import columns, fields_of_contacts, reading
from trellis.people.models import Contact
from trellis.people.schemas_changes import values_told

HOW = Reading(choices=("Shingle", "Metal"), colleagues={"maya ortiz": "7", "7": "7"})


@pytest.mark.parametrize(
    ("kind", "text", "stored"),
    [
        ("text", "  two\nlines ", "two\nlines"),
        ("number", "1,250.50", "1250.5"),
        ("number", "-3", "-3"),
        ("number", "0.0", "0"),
        ("money", "$1,250", {"minor": 125000, "currency": "USD"}),
        ("money", "EUR 12.5", {"minor": 1250, "currency": "EUR"}),
        ("money", "£12.50", {"minor": 1250, "currency": "GBP"}),
        ("money", "1500 JPY", {"minor": 1500, "currency": "JPY"}),
        ("money", "1250", {"minor": 125000, "currency": "USD"}),
        ("money", "$1,250 USD", {"minor": 125000, "currency": "USD"}),
        ("money", "$1,250 cad", {"minor": 125000, "currency": "CAD"}),
        ("money", "US$ .50", {"minor": 50, "currency": "USD"}),
        ("money", "1 250 zł", {"minor": 125000, "currency": "PLN"}),
        ("money", "Fr. 1’250.50", {"minor": 125050, "currency": "CHF"}),
        ("money", "−$9", {"minor": -900, "currency": "USD"}),
        ("money", "€ -9", {"minor": -900, "currency": "EUR"}),
        ("money", "9,999,999,999,999 USD", {"minor": 999_999_999_999_900, "currency": "USD"}),
        ("date", "2026-03-01", "2026-03-01"),
        ("date", "2026-03-01T10:00:00Z", "2026-03-01"),
        ("date", "2026-03-01T23:30:00.250+02:00", "2026-03-01"),
        ("date", "2026-03-01 00:00:00", "2026-03-01"),
        ("choice", "metal", "Metal"),
        ("choices", "Metal; shingle; metal", ["Metal", "Shingle"]),
        ("yes_no", "Ja", "yes"),
        ("yes_no", "0", "no"),
        ("link", "example.com/a", "https://example.com/a"),
        ("person", "Maya Ortiz", "7"),
        ("text", "   ", None),
    ],
)
def test_a_text_is_read_as_what_the_field_holds(kind: str, text: str, stored: Any) -> None:
    assert read_value(kind, text, HOW) == stored


def test_where_commas_are_decimal_points_group() -> None:
    german = Reading(currency="EUR", decimal_comma=True)
    assert read_value("number", "1.250,5", german) == "1250.5"
    assert read_value("money", "1.250,50 €", german) == {"minor": 125050, "currency": "EUR"}


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("number", "1,25", "not a number"),
        ("number", "=cmd|' /C calc'!A0", "not a number"),
        ("number", "1234567890123456", "more than 15 digits"),
        ("money", "1.005 USD", "finer than USD is counted"),
        ("number", "12 13", "not a number"),
        ("money", "10000000000000 USD", "more than can be kept"),
        ("money", "lots", "not an amount"),
        ("money", "$25k", "not an amount: write one such as 1250"),
        ("money", "1.5m USD", "not an amount"),
        ("money", "1250 dollars", "not an amount"),
        ("money", "1e5", "not a number"),
        ("money", "10 lbs", "not an amount"),
        ("money", "about 500", "not an amount"),
        ("money", "12 USD 13", "not a number"),
        ("money", "12 USD or EUR", "not an amount"),
        ("money", "€12 USD", "not an amount"),
        ("money", "$12 EUR", "not an amount"),
        ("money", "(1,250)", "not an amount"),
        ("money", "--12", "not a number"),
        ("date", "2026-03-01banana", "not a day"),
        ("date", "2026-03-01T25:00:00Z", "not a day"),
        ("date", "2026-03-01x10:00", "not a day"),
        ("date", "03/04/2026", "not a day"),
        ("date", "2026-02-30", "not a day"),
        ("choice", "Slate", "not one of Shingle, Metal"),
        ("yes_no", "perhaps", "neither yes nor no"),
        ("link", "javascript:alert(1)", "not a link"),
        ("link", "not a link", "not a link"),
        ("person", "Nobody", "Nobody here is called"),
    ],
)
def test_what_does_not_fit_is_told_with_what_would(kind: str, text: str, told: str) -> None:
    with pytest.raises(WrongValue, match=told):
        read_value(kind, text, HOW)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Red, large", ["Red, large"]),
        ("red, LARGE; Red", ["Red, large", "Red"]),
        ("Red,Blue", ["Red", "Blue"]),
        ("Blue, Red, large, Red", ["Blue", "Red, large", "Red"]),
        ("Over 1,000 feet,Red", ["Over 1,000 feet", "Red"]),
        ("Red, , Blue,", ["Red", "Blue"]),
        ("blue", ["Blue"]),
        ("BLUE", ["BLUE"]),
    ],
)
def test_a_choice_that_has_a_comma_or_is_like_another_is_read_whole(text: str, stored: list[str]) -> None:
    how = Reading(choices=("Red", "Red, large", "Blue", "BLUE", "Over 1,000 feet"))
    assert read_value("choices", text, how) == stored
    assert read_value("choices", as_text("choices", stored), how) == stored


def test_part_of_a_choice_that_has_a_comma_is_none() -> None:
    with pytest.raises(WrongValue, match="“Red” is not one of"):
        read_value("choices", "Red, small", Reading(choices=("Red, large",)))


def test_a_program_sets_a_choice_that_has_a_comma(ridgeline: Business) -> None:
    define_field(noun="contact", label="Sort", kind="choices", choices=["Red, large", "Blue"], by=None, at=TUESDAY)
    for value in ("Red, large; Blue", ["Red, large", "Blue"]):
        assert values_told("contact", {"sort": value}) == {"custom.sort": ["Red, large", "Blue"]}


@pytest.mark.parametrize("text", ["12.5", "1,250.50", "1,5.5"])
def test_where_commas_are_decimal_a_point_that_groups_nothing_is_not_left_out(text: str) -> None:
    with pytest.raises(WrongValue, match="not a number"):
        read_value("number", text, Reading(decimal_comma=True))


def test_what_a_file_shows_is_read_as_the_same_value() -> None:
    for kind, text in (("number", "-12.25"), ("money", "12.50 EUR"), ("choices", "Metal; Shingle"), ("yes_no", "yes")):
        stored = read_value(kind, text, HOW)
        assert read_value(kind, as_text(kind, stored), HOW) == stored


FIELDS = {
    "roof": ("choice", ["Shingle", "Metal"]),
    "wants": ("choices", ["Gutters", "Skylight"]),
    "age": ("number", []),
    "budget": ("money", []),
    "built": ("date", []),
    "insured": ("yes_no", []),
    "notes": ("text", []),
}
VALUES: list[dict[str, Any]] = [
    {},
    {"roof": "Metal", "wants": ["Gutters"], "age": "12.5", "insured": "yes", "notes": "Zoë’s 100% café"},
    {"budget": {"minor": 125000, "currency": "USD"}, "built": "2019-05-04", "insured": "no", "age": "-1"},
    {"roof": "Shingle", "wants": ["Gutters", "Skylight"], "budget": {"minor": 900, "currency": "JPY"}, "age": "0"},
    {"budget": {"minor": 2_500_000_000, "currency": "USD"}},
]
ASKED: list[dict[str, Any]] = [
    {"field": "roof", "is": "Metal"},
    {"field": "roof", "is_not": "Metal"},
    {"field": "roof", "known": False},
    {"field": "wants", "contains": "Gutters"},
    {"field": "wants", "none_of": ["Skylight"]},
    {"field": "wants", "known": True},
    {"field": "age", "more_than": "0"},
    {"field": "age", "is": "12.5"},
    {"field": "age", "at_most": "0"},
    {"field": "budget", "at_least": "1250"},
    {"field": "budget", "less_than": "1000 JPY"},
    {"field": "budget", "more_than": "24000000 USD"},
    {"field": "built", "before": "today"},
    {"field": "built", "is": "2019-05-04"},
    {"field": "insured", "is": "no"},
    {"field": "notes", "contains": "ZOE"},
    {"field": "notes", "contains": "0% c"},
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_condition_finds_the_same_in_the_database_as_in_memory(ridgeline: Business, asked: dict[str, Any]) -> None:
    for label, (kind, choices) in FIELDS.items():
        define_field(noun="contact", label=label, kind=kind, choices=choices, by=None, at=TUESDAY)
    for number, custom in enumerate(VALUES):
        Contact.objects.create(name=str(number), created_at=TUESDAY, custom=custom)
    fields = fields_of_contacts(ridgeline.maya)
    condition = Condition.model_validate(asked | {"field": f"custom.{asked['field']}"})
    found = set(Contact.objects.filter(to_q(condition, columns(fields), TUESDAY)).values_list("name", flat=True))
    told = {one.name for one in Contact.objects.all() if holds(condition, reading(fields, one), at=TUESDAY)}
    assert found == told
    assert found
    assert len(found) < len(VALUES)


MANY = [str(number) for number in range(999)]
DAYS = [str(date(2019, 1, 1) + timedelta(days=number)) for number in range(1000)]


@pytest.mark.parametrize("test", ["one_of", "none_of"])
@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("name", [*MANY[4:], "1"]),
        ("email", [*MANY, "a@example.com"]),
        ("tags", [*MANY, "Storm"]),
        ("created_at", DAYS),
        ("custom.roof", [*MANY, "Metal"]),
        ("custom.roof", [*MANY, ""]),
        ("custom.wants", [*MANY, "Skylight"]),
        ("custom.age", [*MANY, "12.5"]),
        ("custom.budget", [*MANY, "1250 USD"]),
        ("custom.budget", [*(f"{word} JPY" for word in MANY), "1250"]),
        ("custom.built", DAYS),
        ("custom.insured", [*MANY, "yes"]),
        ("custom.notes", [*MANY, ""]),
    ],
)
def test_as_many_words_are_looked_for_as_a_condition_may_have(
    ridgeline: Business, field: str, words: list[str], test: str
) -> None:
    for label, (kind, choices) in FIELDS.items():
        define_field(noun="contact", label=label, kind=kind, choices=choices, by=None, at=TUESDAY)
    for number, custom in enumerate(VALUES):
        one = ridgeline.contact(str(number), "" if number else "a@example.com")
        Contact.objects.filter(pk=one.pk).update(custom=custom, created_at=TUESDAY - timedelta(days=1000 * number))
        add_tags(one, ["Storm"] if number == 1 else [], at=TUESDAY)
    fields = fields_of_contacts(ridgeline.maya)
    condition = Condition.model_validate({"field": field, test: words})
    found = set(Contact.objects.filter(to_q(condition, columns(fields), TUESDAY)).values_list("name", flat=True))
    told = {one.name for one in Contact.objects.all() if holds(condition, reading(fields, one), at=TUESDAY)}
    assert found == told
    assert 0 < len(found) < len(VALUES)


@pytest.mark.parametrize(
    "asked",
    [
        {"field": "email", "contains": "ZOE@Ex"},
        {"field": "email", "contains": "zoë"},
        {"field": "email", "is": "zoe@example.com"},
        {"none": [{"field": "email", "contains": "example"}]},
        {"field": "phone", "contains": "(501) 555"},
        {"field": "phone", "contains": "+1 501"},
        {"field": "phone", "known": False},
    ],
    ids=str,
)
def test_a_part_of_an_address_finds_the_same_in_the_database_as_in_memory(
    ridgeline: Business, asked: dict[str, Any]
) -> None:
    ridgeline.contact("Zoe", "zoe@example.com", "+15015550142")
    ridgeline.contact("Bo", "bo@else.test")
    ridgeline.contact("Cy", email="", phone="+442071838750")
    fields, condition = fields_of_contacts(ridgeline.maya), Condition.model_validate(asked)
    found = set(Contact.objects.filter(to_q(condition, columns(fields), TUESDAY)).values_list("name", flat=True))
    told = {one.name for one in Contact.objects.all() if holds(condition, reading(fields, one), at=TUESDAY)}
    assert found == told
    assert found
    assert len(found) < 3


@pytest.mark.parametrize("part", ["call me", "-"])
def test_no_phone_number_has_a_part_without_digits(ridgeline: Business, part: str) -> None:
    one = ridgeline.contact(phone="+15015550142")
    fields, condition = fields_of_contacts(ridgeline.maya), Condition(field="phone", contains=part)
    assert not Contact.objects.filter(to_q(condition, columns(fields), TUESDAY)).exists()
    assert not holds(condition, reading(fields, one), at=TUESDAY)


def test_a_field_keeps_its_key_and_its_values_whatever_it_is_called(ridgeline: Business) -> None:
    field = define_field(noun="contact", label="Roof type", kind="text", by=ridgeline.maya, at=TUESDAY)
    renee = change_contact(ridgeline.contact(), {"custom.roof_type": "Slate"}, by=ridgeline.maya, at=TUESDAY)
    change_field(field, label="Kind of roof", by=ridgeline.maya, at=TUESDAY)
    assert [one.label for one in custom_fields("contact")] == ["Kind of roof"]
    retire_field(field, by=ridgeline.maya, at=TUESDAY)
    assert custom_fields("contact") == []
    renee.refresh_from_db()
    assert renee.custom == {"roof_type": "Slate"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"label": " "}, "has a name"),
        ({"label": "ROOF"}, "already"),
        ({"label": "x", "kind": "choice"}, "one choice to a line"),
        ({"label": "x", "kind": "choices", "choices": ["a;b"]}, "separate choices"),
    ],
)
def test_a_field_that_could_not_be_used_is_refused(ridgeline: Business, given: dict[str, Any], told: str) -> None:
    define_field(noun="contact", label="Roof", kind="text", by=None, at=TUESDAY)
    with pytest.raises(Refused, match=told):
        define_field(**{"noun": "contact", "kind": "text", "by": None, "at": TUESDAY} | given)

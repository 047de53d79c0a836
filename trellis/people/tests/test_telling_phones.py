"""A phone number that is told at a glance is told as the library tells it."""

import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from trellis.people.identity import normalize_phone
from trellis.people.phones import plain_phone, written_anyhow

REGIONS = ("US", "CA", "BS", "DE", "GB", "FR", "IT", "ES", "MX", "BR", "AR", "AU", "IN", "CN", "JP", "ZA", "SM", "KZ")


def by_library(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    is_possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    if not is_possible or len(set(str(number.national_number))) == 1:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


codes = some.sampled_from(
    ["", "", "+", "+1", "+49", "+44 ", "+39", "+54", "+52", "+86", "+7", "+378", "+800", "00", "011"]
)
written = some.builds("{}{}".format, codes, some.text("0123456789 ().-", min_size=4, max_size=18))
digits = some.builds("{}{}".format, codes, some.text("0123456789", min_size=4, max_size=13))


@settings(max_examples=300, deadline=None)
@given(text=written | digits, region=some.sampled_from(REGIONS))
def test_whatever_is_told_at_a_glance_is_what_the_library_says(text: str, region: str) -> None:
    told = plain_phone(text, region)
    assert not told or told == by_library(text, region)


@pytest.mark.parametrize("text", ["(501) 555-0142", "501-555-0142", "501.555.0142", "+1 501 555 0142", "+15015550142"])
def test_the_usual_ways_to_write_a_number_are_told_at_a_glance(text: str) -> None:
    assert plain_phone(text, "US") == "+15015550142"


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("0301 234 567", "US", ""),
        ("123-456-7890", "US", ""),
        ("+1 030 123 4567", "US", ""),
        ("555-555-0100", "US", "+15555550100"),
        ("0301 234 567", "DE", "+49301234567"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("+800 1234 5678", "US", "+80012345678"),
    ],
)
def test_a_number_has_the_form_that_numbers_of_its_country_have(text: str, region: str, value: str) -> None:
    assert normalize_phone(text, region) == value


@pytest.mark.parametrize("text", ["1 501 555 0142", "555-0142", "501 555 0142 x12", "0049 30 901820", "call me"])
def test_the_others_are_left_to_the_library(text: str) -> None:
    assert plain_phone(text, "US") == ""


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("(501) 555-0142", True),
        ("501.555.0142 evenings", True),
        ("+1 501 555 0142", True),
        ('["Q", "15015550142"]', True),
        ("5015550142 7", True),
        ("order 50155501427", False),
        ("501 555 0143", False),
        ("a 5015 b 550142", False),
    ],
)
def test_a_number_is_found_in_a_text_however_it_is_written(text: str, is_there: bool) -> None:
    assert bool(re.search(written_anyhow("+15015550142"), text)) is is_there


def test_a_number_is_found_with_what_is_dialed_before_it_at_home() -> None:
    assert re.search(written_anyhow("+442079460018"), "call 020 7946 0018.")
    assert re.search(written_anyhow("+442079460018"), "+44 (0)20 7946 0018")
    assert written_anyhow("+29027301") == "" == written_anyhow("nobody")

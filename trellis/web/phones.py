"""Phone numbers as people read and dial them."""

import phonenumbers
from phonenumbers import PhoneNumberFormat


def say_phone(value: str, region: str = "US") -> str:
    """(501) 555-0142 at home, +44 20 7946 0958 abroad; whatever cannot be read comes back as it is."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return value
    home = phonenumbers.country_code_for_region(region) == number.country_code
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


def dial(value: str, region: str = "US") -> str:
    """What goes after `tel:`."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(value, region), PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return "".join(mark for mark in value if mark.isdigit() or mark == "+")

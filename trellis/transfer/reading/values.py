"""What a cell looks like: an address, a number to call, a date. Looks only; whether it is valid is told elsewhere."""

import re

from trellis.core.dates import ORDERS, read_date

EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
PHONE = re.compile(r"\+?[\d\s().\-/]{7,24}(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?", re.IGNORECASE)
NUMBER = re.compile(r"[-+]?\d+(?:[ ,.]\d{3})*(?:[.,]\d+)?")
IP_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def is_email(text: str) -> bool:
    return bool(EMAIL.fullmatch(text.strip()))


def is_phone(text: str) -> bool:
    text = text.strip()
    digits = sum(letter.isdigit() for letter in text)
    return bool(7 <= digits <= 15 and PHONE.fullmatch(text) and looks_dialed(text) and not is_date(text))


def looks_dialed(text: str) -> bool:
    """Digits alone may as well be an id; a number to call has a sign in front or something between its digits."""
    if text.startswith(("+", "0", "(")):
        return True
    return not (text.isdigit() or is_number(text) or IP_ADDRESS.fullmatch(text))


def is_date(text: str) -> bool:
    """Written as a date: a bare number is none, though it may be one in Excel."""
    return not is_number(text) and any(read_date(text, order) for order in ORDERS)


def is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text.strip()))

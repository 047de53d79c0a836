"""Money as people read it. Amounts are integers in the minor unit of an ISO 4217 currency."""

_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "JPY": "¥",
    "INR": "₹",
    "MXN": "MX$",
    "CHF": "CHF ",
}
_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}


def say_money(minor: int, currency: str) -> str:
    """$9,400 or $1,815.08: cents only where there are any."""
    digits = _DIGITS.get(currency, 2)
    whole, rest = divmod(abs(minor), 10**digits)
    cents = f".{rest:0{digits}d}" if rest else ""
    return f"{'−' if minor < 0 else ''}{_SYMBOLS.get(currency, f'{currency} ')}{whole:,}{cents}"

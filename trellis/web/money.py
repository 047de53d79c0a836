"""Money as people read it. Amounts are integers in the minor unit of an ISO 4217 currency."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from trellis.web.locales import DEFAULT, coins_of

_locale = ContextVar("locale", default=DEFAULT)


def say_money(minor: int, currency: str, locale: str = "") -> str:
    """$9,400, $1,815.08 or 1.815,08 €: cents only where there are any. Else in the locale of the page being made."""
    coins = coins_of(locale or _locale.get(), currency)
    whole, rest = divmod(abs(minor), 10**coins.digits)
    cents = f"{coins.point}{rest:0{coins.digits}d}" if rest else ""
    amount = f"{coins.before}{_grouped(whole, coins.comma, *coins.groups)}{cents}{coins.after}"
    return f"−{amount}" if minor < 0 else amount


@contextmanager
def money_in(locale: str) -> Iterator[None]:
    """Let the filter `as_money`, which is not given the viewer, write money as this locale does."""
    token = _locale.set(locale)
    try:
        yield
    finally:
        _locale.reset(token)


def _grouped(whole: int, comma: str, last: int, others: int) -> str:
    """12,34,567 where groups after the last have two digits, 1,234,567 elsewhere."""
    if last == others == 3:
        return f"{whole:,}".replace(",", comma)
    digits = str(whole)
    head, tail = digits[:-last], digits[-last:]
    groups = [head[max(end - others, 0) : end] for end in range(len(head), 0, -others)][::-1]
    return comma.join([*groups, tail])

"""Addresses of pages about one record, made from a pattern that is reversed once: a page may hold hundreds of them."""

from functools import cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

_ANY = UUID(int=0)


def address_of(url_name: str, record_id: UUID) -> str:
    """Like `reverse` with the id as the only argument."""
    return _pattern(url_name, get_script_prefix()).replace(str(_ANY), str(record_id))


@cache
def _pattern(url_name: str, prefix: str) -> str:
    return reverse(url_name, args=[_ANY])

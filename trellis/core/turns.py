"""Waiting for whoever writes about the same thing, where no row stands for it yet: an address that nobody has."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import connection


def take_turns(keys: Iterable[str]) -> None:
    """From here until the transaction ends, whoever asks for one of these keys waits; what they wrote before is seen.

    To be asked for all at once, before any row is held: two who wait for each other would never end. What is ours
    already may be asked for again. On SQLite whoever is in a transaction is alone already.
    """
    if connection.vendor != "postgresql":
        return
    numbers = sorted({int.from_bytes(sha256(key.encode()).digest()[:8], signed=True) for key in keys})
    if numbers:
        with connection.cursor() as cursor:
            # Everybody takes them in the same order, that of the list.
            cursor.execute("SELECT pg_advisory_xact_lock(turn) FROM unnest(%s::bigint[]) AS turn", [numbers])

"""A row as a line of JSON, and back: one way to write each value, the same on either database.

Ids are UUIDs, instants ISO 8601 in UTC, days ISO 8601, money whole minor units beside its currency, bytes base64. The
fields of a line stand in the order of the table, the keys within a value in that of the alphabet.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import models

Say = Callable[[Any], str]
Read = Callable[[Any], Any]

# 1e+22 and -0.0 are numbers that PostgreSQL gives back as 10000000000000000000000 and 0.0.
_ODD_NUMBER = re.compile(r"\de\+|-0\.0\b")
_text = json.encoder.encode_basestring


class Unfit(ValueError):
    """A value that its field does not take; says what it should be."""


def say_row(says: Sequence[tuple[str, Say]], row: Sequence[Any]) -> bytes:
    """One line. Half a surrogate, which UTF-8 does not have, is written as JSON can: by its number."""
    told = ", ".join(
        [f"{key}{'null' if value is None else say(value)}" for (key, say), value in zip(says, row, strict=True)]
    )
    return f"{{{told}}}\n".encode("utf-8", "backslashreplace")


def says_of(fields: Sequence[Any]) -> list[tuple[str, Say]]:
    """How each field is written: its name, and what writes a value."""
    return [(f'"{field.attname}": ', SAYS[shape_of(field)]) for field in fields]


def reads_of(fields: Sequence[Any]) -> dict[str, Read]:
    """How each field is read, by its name. They raise Unfit."""
    return {field.attname: reader(field) for field in fields}


def reader(field: Any) -> Read:
    read, is_null_ok = READS[shape_of(field)](field), field.null

    def checked(value: Any) -> Any:
        if value is None:
            if is_null_ok:
                return None
            raise Unfit("must not be null")
        return read(value)

    return checked


def shape_of(field: Any) -> str:
    """What a field holds, in a word of the format."""
    stored = field.target_field if isinstance(field, models.ForeignKey) else field
    return next(word for kind, word in SHAPES if isinstance(stored, kind))


SHAPES: Sequence[tuple[Any, str]] = (
    (models.UUIDField, "id"),
    (models.DateTimeField, "instant"),
    (models.DateField, "day"),
    (models.JSONField, "json"),
    (models.BooleanField, "yes or no"),
    (models.BinaryField, "bytes"),
    (models.IntegerField, "whole number"),
    ((models.CharField, models.TextField), "text"),
)


def say_json(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True) if _ODD_NUMBER.search(told) else told


def plain(value: Any) -> Any:
    """With numbers as both databases give them back."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return int(value) if abs(value) >= 1e16 and value.is_integer() else value + 0.0
    return value


def say_instant(at: datetime) -> str:
    return f'"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"'


SAYS: dict[str, Say] = {
    "id": lambda value: f'"{value}"',
    "instant": say_instant,
    "day": lambda day: f'"{day.isoformat()}"',
    "json": say_json,
    "yes or no": lambda value: "true" if value else "false",
    "bytes": lambda body: f'"{b64encode(body).decode()}"',
    "whole number": str,
    "text": _text,
}


def read_id(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise Unfit("must be a UUID") from None


def read_instant(value: Any) -> datetime:
    at = None
    with suppress(ValueError, TypeError):
        at = datetime.fromisoformat(value)
    if at is None or at.tzinfo is None:
        raise Unfit("must be an instant like 2026-06-09T15:00:00Z")
    return at


def read_day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise Unfit("must be a day like 2026-06-09") from None


def read_bytes(value: Any) -> bytes:
    try:
        return b64decode(value, validate=True)
    except (ValueError, TypeError):
        raise Unfit("must be base64") from None


def text_of(field: Any) -> Read:
    stored = field.target_field if isinstance(field, models.ForeignKey) else field
    most = stored.max_length

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Unfit("must be text")
        if most and len(value) > most:
            raise Unfit(f"must have at most {most:,} characters")
        return value

    return read


def is_a(kind: type, words: str) -> Callable[[Any], Read]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise Unfit(f"must be {words}")
        return value

    return lambda field: read


READS: dict[str, Callable[[Any], Read]] = {
    "id": lambda field: read_id,
    "instant": lambda field: read_instant,
    "day": lambda field: read_day,
    "json": lambda field: lambda value: value,
    "yes or no": is_a(bool, "true or false"),
    "bytes": lambda field: read_bytes,
    "whole number": is_a(int, "a whole number"),
    "text": text_of,
}

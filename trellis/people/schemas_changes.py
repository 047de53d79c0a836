"""What a program says of people when it writes them down or changes them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from trellis.api.problems import Problem
from trellis.core.refusal import Refused
from trellis.people.custom import custom_fields, reading_for
from trellis.people.custom_values import WrongValue, read_value
from trellis.people.models import CustomField, PointKind

Line = Annotated[str, Field(max_length=200)]
Address = Annotated[str, Field(max_length=254)]
MOST_IN_A_BATCH = 100


class ContactIn(BaseModel):
    """What is known of a person. What is not named stays as it is; an empty text takes it out.

    `emails` and `phones` are all that they have, the main one first. `custom` holds values of custom fields by their
    keys, as text: numbers as "12.5", money as "12.50 USD", days as "2026-03-01", several choices as a list.
    """

    model_config = ConfigDict(extra="forbid")

    name: Line | None = None
    company: Line | None = Field(None, description="By its name; made where nobody has it")
    job_title: Line | None = None
    emails: list[Address] | None = Field(None, max_length=20)
    phones: list[Address] | None = Field(None, max_length=20)
    place: Line | None = None
    address: str | None = Field(None, max_length=1000)
    language: str | None = Field(None, max_length=16)
    time_zone: str | None = Field(None, max_length=64)
    tags: list[Annotated[str, Field(max_length=60)]] | None = Field(None, max_length=50)
    custom: dict[str, str | list[str] | None] | None = None

    @property
    def wanted(self) -> dict[str, Any]:
        """As `people.changing` takes it. WrongValue and Refused where a custom value cannot be read."""
        told = self.model_dump(exclude_unset=True, exclude={"custom", "tags"})
        told = {name: value for name, value in told.items() if value is not None}
        return told | values_told("contact", self.custom)

    @property
    def addresses(self) -> dict[PointKind, list[str]]:
        return {PointKind.EMAIL: self.emails or [], PointKind.PHONE: self.phones or []}


def values_told(noun: str, custom: Mapping[str, str | list[str] | None] | None) -> dict[str, Any]:
    """Values of custom fields as `people.changing` takes them. WrongValue and Refused where one cannot be read."""
    known = {field.key: field for field in custom_fields(noun)}
    told: dict[str, Any] = {}
    for key, value in (custom or {}).items():
        if key not in known:
            raise Refused("no_such_field", f"There is no custom field “{key[:60]}”.")
        text = "; ".join(value) if isinstance(value, list) else value or ""
        told[f"custom.{key}"] = read_value(known[key].kind, text, reading_for(known[key]))
    return told


def keys_told(noun: str, by: str, items: Iterable[Any]) -> Iterator[Any]:
    """What each item has in the field that custom.<key> names. One that cannot be read says so when it is its turn."""
    for told in items:
        with suppress(WrongValue, Refused):
            yield values_told(noun, told.custom).get(by)


def custom_key(noun: str, by: str) -> CustomField:
    """The field that custom.<key> names. Problem 422 where there is none of that key."""
    key = by.removeprefix("custom.")
    found = next((field for field in custom_fields(noun) if field.key == key), None)
    if found is None:
        detail = f"There is no custom field “{key[:60]}”."
        raise Problem(422, "no_such_field", detail, errors=[{"pointer": "#/by", "detail": detail}])
    return found


class UpsertIn(BaseModel):
    """Some people, each found by what `by` names, else added. One bad item fails alone."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(
        "email",
        description="email, phone, or custom.<key>: what tells people apart",
        pattern=r"^(email|phone|custom\.\w+)$",
    )
    items: list[ContactIn] = Field(min_length=1, max_length=MOST_IN_A_BATCH)


class UpsertedOut(BaseModel):
    """What became of one item, by its place from 0."""

    index: int
    did: Literal["added", "changed", "failed"]
    id: UUID | None = None
    code: str = ""
    detail: str = ""


class UpsertOut(BaseModel):
    items: list[UpsertedOut]
    failed: int

    @classmethod
    def of(cls, items: list[UpsertedOut]) -> Self:
        return cls(items=items, failed=sum(item.did == "failed" for item in items))

"""Segments as the machine door shows them and takes them."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from trellis.core.conditions import Condition
from trellis.lists.queries.segments import Line


class SegmentOut(BaseModel):
    """A filter of people that is kept. Conditions find who is in it by its `key`: `{"field": "segment", "is": key}`.

    `size` counts those whom the token sees. While it fills, `filled` says how many percent of all people were asked;
    it is null once all were.
    """

    id: UUID
    key: str
    name: str
    condition: dict[str, Any]
    size: int
    filled: int | None
    created_at: datetime

    @classmethod
    def of(cls, line: Line) -> Self:
        segment = line.segment
        return cls(
            id=segment.id,
            key=segment.key,
            name=segment.name,
            condition=segment.condition,
            size=line.size,
            filled=line.done,
            created_at=segment.created_at,
        )


class SegmentsOut(BaseModel):
    items: list[SegmentOut]


class SegmentIn(BaseModel):
    """A filter to keep under a name. It asks about people; not who is in another segment."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80)
    condition: Condition


class SegmentChangeIn(BaseModel):
    """What is different. What is not named stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, max_length=80)
    condition: Condition | None = None

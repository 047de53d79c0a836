"""Kinds of fields that every endpoint reads and writes alike."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from trellis.core.text import clean_line, clean_text


@dataclass(frozen=True)
class Line:
    """One line of human text, cleaned: `name: Annotated[str, Line(200)]`."""

    limit: int

    def clean(self, text: str) -> str:
        return clean_line(text, self.limit)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.clean, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"maxLength": self.limit}


@dataclass(frozen=True)
class Text(Line):
    """Many lines of human text, cleaned."""

    def clean(self, text: str) -> str:
        return clean_text(text, self.limit)


class Named(BaseModel):
    """A record by its id, with the name to show for it."""

    id: UUID
    name: str

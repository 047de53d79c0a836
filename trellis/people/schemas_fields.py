"""Tags and fields of the business, as the machine door shows them and takes them."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from trellis.api.paging import Paging
from trellis.people.models import CustomField, FieldKind

Noun = Literal["contact", "company", "journey"]
Kind = Literal["text", "number", "money", "date", "choice", "choices", "yes_no", "link", "person"]
TagName = Annotated[str, Field(min_length=1, max_length=60)]
Choices = Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=200)]


class TagsIn(BaseModel):
    """All the tags that they wear from now on."""

    model_config = ConfigDict(extra="forbid")

    tags: list[TagName] = Field(max_length=50)


class TagsChangeIn(BaseModel):
    """Tags to put on and to take off. One that nobody wore before is made."""

    model_config = ConfigDict(extra="forbid")

    add: list[TagName] = Field(default_factory=list, max_length=50)
    remove: list[TagName] = Field(default_factory=list, max_length=50)


class TagsOut(BaseModel):
    tags: list[str]


class FieldsQuery(Paging):
    noun: Noun | None = Field(None, description="Only those of people, of companies, or of leads")


class FieldOut(BaseModel):
    """A field that the business added. Its values stand under `key` in `custom` of the record.

    `choices` are the words of a choice. `retired` fields are shown no more; their values stay.
    """

    id: UUID
    noun: Noun
    key: str
    label: str
    kind: Kind
    choices: list[str]
    retired: bool

    @classmethod
    def of(cls, field: CustomField) -> Self:
        return cls(
            id=field.id,
            noun=field.noun,  # type: ignore[arg-type]  # one of these
            key=field.key,
            label=field.label,
            kind=FieldKind(field.kind).value,  # type: ignore[arg-type]  # a FieldKind is one of these
            choices=field.choices,
            retired=field.retired_at is not None,
        )


class FieldIn(BaseModel):
    """A new field. Its kind stays; its key is made from the label, and stays too."""

    model_config = ConfigDict(extra="forbid")

    noun: Noun
    label: str = Field(max_length=80)
    kind: Kind
    choices: Choices = Field(default_factory=list)


class FieldChangeIn(BaseModel):
    """What is different. What is not named stays."""

    model_config = ConfigDict(extra="forbid")

    label: str | None = Field(None, max_length=80)
    choices: Choices | None = None
    retired: Literal[True] | None = Field(None, description="Show it no more; its values stay")

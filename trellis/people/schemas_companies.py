"""Companies as the machine door shows them, and what a program says of them."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from trellis.api.paging import Paging
from trellis.people.models import Company
from trellis.people.schemas_changes import MOST_IN_A_BATCH, Line, values_told


class CompanyQuery(Paging):
    name: str | None = Field(None, max_length=200, description="Only those of this name, in large or small letters")


class CompanyOut(BaseModel):
    """An organization that people belong to. Two may bear one name."""

    id: UUID
    name: str
    website: str
    place: str
    address: str
    custom: dict[str, Any]
    created_at: datetime
    changed_at: datetime | None

    @classmethod
    def of(cls, company: Company) -> Self:
        return cls(**{name: getattr(company, name) for name in cls.model_fields})


class CompanyIn(BaseModel):
    """What is known of a company. What is not named stays as it is; an empty text takes it out.

    `custom` holds values of custom fields by their keys, as for people.
    """

    model_config = ConfigDict(extra="forbid")

    name: Line | None = None
    website: Line | None = None
    place: Line | None = None
    address: str | None = Field(None, max_length=1000)
    custom: dict[str, str | list[str] | None] | None = None

    @property
    def wanted(self) -> dict[str, Any]:
        """As `people.changing` takes it. WrongValue and Refused where a custom value cannot be read."""
        told = self.model_dump(exclude_unset=True, exclude={"custom"})
        return {name: value for name, value in told.items() if value is not None} | values_told("company", self.custom)


class CompanyMergeIn(BaseModel):
    """Which company is merged into the one that is named by the address."""

    model_config = ConfigDict(extra="forbid")

    other: UUID


class CompaniesIn(BaseModel):
    """Some companies, each found by what `by` names, else added. One bad item fails alone."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[str, Field(pattern=r"^(name|website|custom\.\w+)$")] = Field(
        "name", description="name, website, or custom.<key>: what tells companies apart"
    )
    items: list[CompanyIn] = Field(min_length=1, max_length=MOST_IN_A_BATCH)

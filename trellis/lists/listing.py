"""A listing: the records of one noun as a table. Each is declared in `nouns` and found here by its key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from trellis.people.fields import Field


@dataclass(frozen=True, kw_only=True)
class Start:
    """How a list begins that nobody has narrowed: columns, order (- for the last first) and condition."""

    columns: tuple[str, ...]
    sort: str
    condition: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """`rows` are those that a verb of a user reaches: "see", "change", "export"; `fields` what they may be asked.

    `noun` is that of the rights (`team.roles`). `name` is the column that links to the record by `address`;
    `changeable` are those that can be edited in place, of records of which `may_change` tells that. `empty` says how
    the first one comes to be. Rows of one `together` are changed in one step of a run: what is done to them at one
    moment is taken back as one.
    """

    key: str
    noun: str
    label: str
    one: str
    icon: str
    rows: Callable[[Any, str], QuerySet[Any]]
    fields: Callable[[Any], dict[str, Field]]
    start: Start
    address: Callable[[Any], str]
    empty: str
    name: str = "name"
    related: tuple[str, ...] = ()
    together: str = "pk"
    may_change: Callable[[Any], bool] = lambda record: True
    changeable: frozenset[str] = field(default_factory=frozenset)

    def count(self, number: int) -> str:
        """3 leads, 1 lead."""
        return f"{number:,} {self.one if number == 1 else self.label.lower()}"


def listings() -> Mapping[str, Listing]:
    """By key, in the order in which they are offered."""
    from trellis.lists.nouns.companies import COMPANIES
    from trellis.lists.nouns.contacts import CONTACTS
    from trellis.lists.nouns.leads import LEADS
    from trellis.lists.nouns.steps import STEPS

    found: Sequence[Listing] = (CONTACTS, COMPANIES, LEADS, STEPS)
    return {one.key: one for one in found}

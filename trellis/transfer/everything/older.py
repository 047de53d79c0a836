"""What an export of an older Trellis holds that cannot be here any more."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from trellis.transfer.everything.nouns import Noun

Row = dict[str, Any]


class Spellings:
    """It may have “storm” and “Storm” as two tags: the older one stays, and whoever wore the other wears it."""

    def __init__(self) -> None:
        self.first: dict[str, UUID] = {}
        self.other: dict[UUID, UUID] = {}
        self.worn: set[tuple[UUID, UUID]] = set()

    def settled(self, noun: Noun, rows: Sequence[Row]) -> Iterator[Row]:
        match noun.name:
            case "tags":
                yield from filter(self.is_first, rows)
            case "contact_tags" if self.other:
                yield from filter(self.is_new, [self.meant(row) for row in rows])
            case _:
                yield from rows

    def is_first(self, row: Row) -> bool:
        first = self.first.setdefault(row["small"], row["id"])
        is_first = bool(first == row["id"])
        if not is_first:
            self.other[row["id"]] = first
        return is_first

    def meant(self, row: Row) -> Row:
        return row | {"tag_id": self.other.get(row["tag_id"], row["tag_id"])}

    def is_new(self, row: Row) -> bool:
        pair = row["contact_id"], row["tag_id"]
        is_new = pair not in self.worn
        self.worn.add(pair)
        return is_new

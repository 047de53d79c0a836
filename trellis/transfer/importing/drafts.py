"""What a row says: its cells read as the fields that its columns go to, and what of it cannot be read."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cached_property, lru_cache, partial
from typing import Any

from trellis.core.dates import read_date
from trellis.core.refusal import Refused
from trellis.core.text import TooLong, clean_line, clean_text
from trellis.people.addresses import read_address
from trellis.people.custom import colleagues_by_name, reading_for
from trellis.people.custom_values import NO, YES, Reading, WrongValue, read_value
from trellis.people.models import CustomField
from trellis.transfer.importing.decimals import KINDS, is_same_either_way, ways_of
from trellis.transfer.importing.plan import (
    CUSTOM,
    EMAILS,
    JOURNEY_OWNER,
    NAMES,
    NEW,
    OFFERED,
    PHONES,
    STREET,
    Draft,
    Plan,
    Unread,
)
from trellis.transfer.reading.columns import tags_of
from trellis.transfer.reading.countries import region_of
from trellis.transfer.reading.shapes import Row

PLAIN = {"company": 200, "job_title": 200, "place": 200, "language": 16}
NOTE_LIMIT = 10_000
# So long a part of a name may be: two of them make one name.
LONGEST = dict.fromkeys(NAMES, 99) | {"name": 200}
MUST_BE_READ = ("consent_", "refuse_", JOURNEY_OWNER.key)
WRONG = (Refused, WrongValue, TooLong)
LABELS = {target.key: target.label for target in OFFERED}
UNREAD = "Could not be read when it was imported: {}."
EITHER_WAY = "“{}” can be read in two ways: say how numbers are written."
NOBODY = "Nobody is in this row: no name, no email address, no phone number."
# Not what belongs to a number itself, as tel: addresses have it (RFC 3966).
BETWEEN = re.compile(r";(?!\s*(?:ext|isub|phone-context)=)")
# So many values of fields are remembered: most columns have few that are different.
REMEMBERED = 4096
tags_in = lru_cache(REMEMBERED)(tags_of)


@dataclass(frozen=True)
class Reader:
    """Reads the rows of one import: what each field of the business means is looked up once, and values that come
    again and again are read once."""

    plan: Plan
    fields: Mapping[str, tuple[CustomField, Reading]]

    def draft_of(self, row: Row) -> Draft:
        """The person that a row is about; with a `problem` where it is set aside."""
        if row.problem:
            return Draft(number=row.number, problem=row.problem)
        cells = {
            target: cell for target, cell in zip(self.targets, row.cells, strict=False) if cell and not cell.isspace()
        }
        cells.pop("", None)
        try:
            draft = self.read(row.number, cells)
        except WRONG:
            draft = self.read_apart(row.number, cells)
        if not (draft.name or draft.emails or draft.phones or draft.problem):
            return Draft(number=row.number, problem=NOBODY)
        return draft

    def read_apart(self, number: int, cells: Mapping[str, str]) -> Draft:
        """Cell by cell, so that all that cannot be read is told at once.

        The row comes in without it where we would know the person again by the rest: who brings the mended row finds
        them. What says who they are, whether they may be written to or whose they are must be read.
        """
        parts = [(key, part) for key, cell in cells.items() for part in parts_of(key, cell)]
        country = cells.get("country", "")
        beside = {"country": country} if region_of(country) else {}
        unread = [found for key, part in parts if (found := self.unread_in(key, part, beside))]
        bad = {(one.target, one.text) for one in unread}
        good: dict[str, str] = {}
        for key, part in parts:
            if (key, part) not in bad:
                good[key] = f"{good[key]};{part}" if key in good else part
        draft = self.read(number, good)
        if not self.knows_again(draft) or any(one.target.startswith(MUST_BE_READ) for one in unread):
            return Draft(number=number, problem=" ".join(one.why for one in unread))
        told = "; ".join(f"{one.label} “{one.text}”" for one in unread)
        note = clean_text(UNREAD.format(told)[:NOTE_LIMIT], NOTE_LIMIT)
        return replace(draft, unread=unread, notes=[*draft.notes, note])

    def unread_in(self, key: str, text: str, beside: Mapping[str, str]) -> Unread | None:
        label = self.fields[key][0].label if key in self.fields else LABELS[key]
        try:
            self.read(0, {**beside, key: text})
        except TooLong as long:
            return Unread(key, label, text, f"{label}: {long}")
        except WRONG as wrong:
            return Unread(key, label, text, str(wrong))
        return None

    def knows_again(self, draft: Draft) -> bool:
        """Whether it has what rows are matched by."""
        if self.plan.match.startswith(CUSTOM):
            return bool(draft.custom.get(self.plan.match.removeprefix(CUSTOM)))
        return bool((draft.emails and self.plan.match != "phone") or (draft.phones and self.plan.match != "email"))

    def read(self, number: int, cells: Mapping[str, str]) -> Draft:
        region = region_of(cells["country"]) if "country" in cells else ""
        return Draft(
            number=number,
            name=name_of(cells),
            emails=[one for key in self.emails if key in cells for one in addresses_in("email", cells[key])],
            phones=[one for key in self.phones if key in cells for one in addresses_in("phone", cells[key], region)],
            values={key: clean_line(cells[key], PLAIN[key]) for key in self.plain if key in cells}
            | (where_of(cells) if self.street else {}),
            custom={self.keys[key]: self.value(key, cells[key]) for key in self.keys if key in cells},
            tags=tags_in(cells["tags"]) if "tags" in cells else (),
            notes=[clean_text(cells["note"], NOTE_LIMIT)] if "note" in cells else (),
            source=clean_line(cells["source"], 200) if "source" in cells else "",
            created_at=self.moment(cells["created_at"]) if "created_at" in cells else "",
            consents=self.consents_of(cells) if self.consents else {},
            owner=self.colleague(cells["journey_owner"]) if "journey_owner" in cells else "",
        )

    @cached_property
    def colleagues(self) -> Mapping[str, str]:
        return colleagues_by_name()

    def colleague(self, text: str) -> str:
        try:
            return str(read_value("person", text, Reading(colleagues=self.colleagues)))
        except WrongValue as wrong:
            raise WrongValue(f"Owner of the lead: {wrong}") from wrong

    @cached_property
    def targets(self) -> list[str]:
        """Of each column."""
        return [column.target for column in self.plan.columns]

    @cached_property
    def keys(self) -> dict[str, str]:
        """The keys of our own fields, by their targets; of a field that will be made, its target."""
        return {key: key.removeprefix(CUSTOM) for key in self.targets if key.startswith((CUSTOM, NEW))}

    @cached_property
    def emails(self) -> list[str]:
        return self.among(EMAILS)

    @cached_property
    def phones(self) -> list[str]:
        return self.among(PHONES)

    @cached_property
    def plain(self) -> list[str]:
        return self.among(PLAIN)

    @cached_property
    def street(self) -> list[str]:
        return self.among(STREET)

    @cached_property
    def consents(self) -> dict[str, tuple[str, bool]]:
        """The channel of each column of consents, and whether its yes is a refusal; those last, which outweigh."""
        given, refused = ([key for key in self.targets if key.startswith(word)] for word in ("consent_", "refuse_"))
        return {key: (key.partition("_")[2], key in refused) for key in (*given, *refused)}

    def consents_of(self, cells: Mapping[str, str]) -> dict[str, bool]:
        """By channel. A refusal outweighs a consent; that nobody refused says nothing."""
        found: dict[str, bool] = {}
        for key, (channel, is_refusal) in self.consents.items():
            if key in cells and ((said := yes_no(key, cells[key])) or not is_refusal):
                found[channel] = said and not is_refusal
        return found

    def among(self, some: Iterable[str]) -> list[str]:
        """Those of the targets that have a column."""
        return [key for key in some if key in self.targets]

    @cached_property
    def value(self) -> Callable[[str, str], Any]:
        return lru_cache(REMEMBERED)(self.read_custom)

    def read_custom(self, key: str, text: str) -> Any:
        field, how = self.fields[key]
        if field.kind in KINDS and self.plan.decimal_comma is None:
            ways = ways_of(field.kind, text, how)
            if len(ways) > 1 and not is_same_either_way(ways):
                raise WrongValue(f"{field.label}: {EITHER_WAY.format(text[:60])}")
            how = replace(how, decimal_comma=next(iter(ways), False))
        try:
            return read_value(field.kind, self.day(text) if field.kind == "date" else text, how)
        except WrongValue as wrong:
            raise WrongValue(f"{field.label}: {wrong}") from wrong

    def day(self, text: str) -> str:
        found = read_date(text, self.plan.date_order or "ymd")
        if found is None:
            raise WrongValue(f"“{text[:60]}” is not a day as the others are.")
        return (found.date() if isinstance(found, datetime) else found).isoformat()

    def moment(self, text: str) -> str:
        if not text:
            return ""
        found = read_date(text, self.plan.date_order or "ymd")
        if found is None:
            raise WrongValue(f"Created: “{text[:60]}” is not a day as the others are.")
        at = found if isinstance(found, datetime) else datetime.combine(found, time(12))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def reader_for(plan: Plan) -> Reader:
    """Fields that the import will make are read as if they were there, and those as well that went out of use since."""
    found = {f"{CUSTOM}{field.key}": field for field in CustomField.objects.filter(noun="contact")}
    found |= {target: field_of(target) for target in plan.targets if target.startswith(NEW)}
    read: Callable[[CustomField], Reading] = partial(reading_for, decimal_comma=bool(plan.decimal_comma))
    return Reader(plan, {key: (field, read(field)) for key, field in found.items() if key in plan.targets})


def field_of(target: str) -> CustomField:
    """As `new.<kind>:<label>` will make it."""
    kind, _, label = target.removeprefix(NEW).partition(":")
    return CustomField(noun="contact", key=target, label=label, kind=kind)


def parts_of(key: str, text: str) -> list[str]:
    """What can be read by itself: several addresses in one cell stand with ; between, as others and we write them."""
    parts = BETWEEN.split(text) if ";" in text and key in (*EMAILS, *PHONES) else [text]
    return [part.strip() for part in parts if part and not part.isspace()]


def addresses_in(kind: str, text: str, region: str = "") -> list[str]:
    return [read_address(kind, part, region) for part in parts_of(kind, text)]


def name_of(cells: Mapping[str, str]) -> str:
    """The whole name where there is one, else its parts in their order."""
    whole, *parts = [clean_line(cells[key], LONGEST[key]) if key in cells else "" for key in NAMES]
    return whole or clean_line(" ".join([part for part in parts if part]), 200)


def where_of(cells: Mapping[str, str]) -> dict[str, str]:
    """Street, then region with postal code, then country, each in its line; without a street part of the place."""
    street, code, region, country = [clean_text(cells[key], 400) if key in cells else "" for key in STREET]
    area = " ".join([part for part in (region, code) if part])
    if street:
        return {"address": "\n".join([part for part in (street, area, country) if part])}
    place = ", ".join([part for part in (cells.get("place", ""), area, country) if part])
    return {"place": clean_line(place, PLAIN["place"])} if (area or country) and len(place) <= PLAIN["place"] else {}


def yes_no(key: str, text: str) -> bool:
    said = text.strip().lower()
    if said not in YES | NO:
        raise WrongValue(f"{LABELS[key]}: “{text[:60]}” is neither yes nor no.")
    return said in YES


def drafts_of(reader: Reader, rows: Sequence[Row]) -> list[Draft]:
    return [reader.draft_of(row) for row in rows]

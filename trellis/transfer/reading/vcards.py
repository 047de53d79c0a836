"""Address cards (.vcf) of every version: each card a row, the columns always the same."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from trellis.core.dates import read_date
from trellis.transfer.reading.card_lines import CHARSET, Property, known_charset, lines_of, properties_of
from trellis.transfer.reading.letters import UNKNOWN, first_words, letters_of, refuse_binary, shown
from trellis.transfer.reading.shapes import LONGEST_CELL, SAMPLE_ROWS, Format, Look, Row, Shape
from trellis.transfer.reading.tables import sample_of, too_long

NAMES = ("Full name", "First name", "Last name")
EMAILS = ("Email", "Email 2", "Email 3")
PHONES = ("Phone", "Phone 2", "Phone 3")
WORK = ("Company", "Job title")
ADDRESS = ("Street", "City", "Region", "Postal code", "Country")
HEADERS = (*NAMES, *EMAILS, *PHONES, *WORK, *ADDRESS, "Birthday", "Note", "Categories", "Website")

# No card that a person keeps has more.
MOST_PROPERTIES = 1_000
# Files up to this size are counted card by card when they are looked at.
COUNTED_BYTES = 4 << 20
NOT_TO_CALL = {"FAX", "PAGER", "MODEM", "BBS"}
ESCAPED = re.compile(r"\\(.)", re.DOTALL)

CUT = "This card ends in the middle: the file was cut off. Export it once more."
NOTHING = "This card says nothing about a person: no name, no address, no number."
FOREIGN = "This card has letters that are not {}. Choose another encoding."


@dataclass
class Card:
    """One card as it stands in the file."""

    properties: list[Property] = field(default_factory=list)
    is_whole: bool = False

    def all(self, name: str) -> list[Property]:
        """Those of a name that say anything, the preferred first."""
        found = [one for one in self.properties if one.name == name and one.text.strip(" ;\t\n")]
        return sorted(found, key=lambda one: "PREF" not in one.qualities)

    def first(self, name: str) -> str:
        return next((unescaped(one.text) for one in self.all(name)), "")


def look_at_cards(path: Path, wanted: Shape | None) -> Look:
    """The look at a vCard file; every card is counted."""
    refuse_binary(first_words(path))
    letters = letters_of(path, charsets_in(path))
    encoding = wanted.encoding if wanted else letters.encoding
    shape = Shape(format=Format.VCARD, encoding=encoding, delimiter="", quote="", sheet="", has_header=True)
    rows = list(islice(read_card_rows(path, shape, 0), SAMPLE_ROWS))
    foreign = tuple(row.problem for row in rows if row.problem == FOREIGN.format(encoding))[:1]
    return Look(
        shape=shape,
        is_sure=not foreign if wanted else letters.is_sure,
        doubts=foreign if wanted else letters.doubts,
        encodings=tuple(dict.fromkeys((encoding, *letters.candidates))),
        sheets=(),
        headers=HEADERS,
        sample=sample_of(iter(rows)),
        rows=count_of(path, encoding),
    )


def count_of(path: Path, encoding: str) -> int:
    """The cards of a file; of a large one by their first lines, cards within cards among them."""
    if path.stat().st_size <= COUNTED_BYTES:
        return sum(1 for _ in cards_of(properties_of(path, encoding)))
    return sum(line[:11].upper() == b"BEGIN:VCARD" for line in lines_of(path, encoding))


def charsets_in(path: Path) -> tuple[str, ...]:
    """What a file names as the letters of single properties: likely those of the others too."""
    found = (CHARSET.search(line) for line in lines_of(path, "ISO-8859-1"))
    names = (known_charset(one[1].decode("latin-1")) for one in found if one)
    return tuple(dict.fromkeys(name for name in names if name and name != "UTF-8"))


def read_card_rows(path: Path, shape: Shape, skip: int) -> Iterator[Row]:
    cards = cards_of(properties_of(path, shape.encoding))
    for number, card in enumerate(islice(cards, skip, None), skip + 1):
        cells = cells_of(card)
        problem = (NOTHING if not any(cells) else "") if card.is_whole else CUT
        if any(UNKNOWN in cell for cell in cells):
            problem = problem or FOREIGN.format(shape.encoding)
        problem = problem or too_long(cells)
        yield Row(number=number, cells=tuple(shown(cell)[:LONGEST_CELL] for cell in cells), problem=problem)


def cards_of(properties: Iterable[Property]) -> Iterator[Card]:
    """The cards of a file. A card within a card is about somebody who acts for that person: no row of its own."""
    card: Card | None = None
    inner, last = 0, ""
    for one in properties:
        if one.name == "BEGIN":
            if card and (inner or last == "AGENT"):
                inner += 1
            else:
                yield from [card] if card else []
                card = Card()
        elif one.name == "END" and inner:
            inner -= 1
        elif one.name == "END" and card:
            card.is_whole = True
            yield card
            card = None
        elif card and not inner and len(card.properties) < MOST_PROPERTIES:
            card.properties.append(one)
        last = one.name
    yield from [card] if card else []


def cells_of(card: Card) -> list[str]:
    """The cells of a card. What finds no column of its own is written below its note: nothing is lost."""
    phones = [one for one in card.all("TEL") if not one.qualities & NOT_TO_CALL]
    numbers, more_numbers = filled(phones, len(PHONES))
    emails, more_emails = filled(card.all("EMAIL"), len(EMAILS))
    address, more_addresses = addresses(card)
    rest = [
        *(f"Email: {text}" for text in more_emails),
        *(f"Phone: {text}" for text in more_numbers),
        *(f"Fax or pager: {unescaped(one.text).strip()}" for one in card.all("TEL") if one.qualities & NOT_TO_CALL),
        *(f"Address: {text}" for text in more_addresses),
    ]
    note = "\n".join([*(unescaped(one.text) for one in card.all("NOTE")), *rest])
    organization = parts(card.all("ORG")[0].text, ";")[0] if card.all("ORG") else ""
    categories = [tag for one in card.all("CATEGORIES") for tag in parts(one.text, ",")]
    return [
        *names(card),
        *emails,
        *numbers,
        organization,
        card.first("TITLE") or card.first("ROLE"),
        *address,
        birthday(card.first("BDAY")),
        note,
        "; ".join(tag for tag in categories if tag),
        card.first("URL"),
    ]


def names(card: Card) -> list[str]:
    """In full, first, last. A card that lacks the full name has it put together."""
    found = card.all("N")
    last, first, middle, before, after = [*(parts(found[0].text, ";") if found else []), *[""] * 5][:5]
    full = card.first("FN") or " ".join(part for part in (before, first, middle, last, after) if part)
    return [full, first, last]


def filled(properties: list[Property], places: int) -> tuple[list[str], list[str]]:
    """As many texts as there are places, each once, and those that are left over."""
    texts = list(dict.fromkeys(unescaped(one.text).removeprefix("tel:").strip() for one in properties))
    return [*texts[:places], *[""] * (places - len(texts))], texts[places:]


def addresses(card: Card) -> tuple[list[str], list[str]]:
    """The preferred address in its parts, and the others in a line."""
    first, *others = [parts(one.text, ";") for one in card.all("ADR")] or [[]]
    box, extended, street, *place = [*first, *[""] * 7][:7]
    lines = ", ".join(part for part in (street, extended, box) if part)
    return [lines, *place], [", ".join(part for part in other if part) for other in others]


def birthday(text: str) -> str:
    """As in ISO 8601 where it is a whole date, else as it stands: many have no year."""
    found = read_date(text, "ymd")
    if found is None:
        return text
    return (found.date() if isinstance(found, datetime) else found).isoformat()


def parts(text: str, sign: str) -> list[str]:
    """Split where the sign stands without a backslash in front of it."""
    found = [""]
    for piece in re.findall(rf"{sign}|(?:[^{sign}\\]|\\.|\\$)+", text, re.DOTALL):
        if piece == sign:
            found.append("")
        else:
            found[-1] += piece
    return [unescaped(one).strip() for one in found]


def unescaped(text: str) -> str:
    text = ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
    return text.replace("\r\n", "\n").strip()

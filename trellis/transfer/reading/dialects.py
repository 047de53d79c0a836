"""How the cells of a text file are set apart: found by trying, and by how well the rows then agree."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from trellis.transfer.reading.letters import shown
from trellis.transfer.reading.shapes import Unreadable

# Signs that many programs use, then such that few do and that also stand in plain text.
COMMON = (",", ";", "\t", "|")
RARE = ("\x1f", "\x01", "^", "~", "¦")
SAMPLE_ROWS = 200
AGREEMENT = 0.8

# Excel writes this line first so that it knows its own file again.
SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?[;,\t]*\s*", re.IGNORECASE)

NAMES = {
    ",": "a comma",
    ";": "a semicolon",
    "\t": "a tab",
    "|": "a bar",
    "\x1f": "a unit separator",
    "\x01": "a control",
}
RIVALS = "Cells could also be set apart by {}. This takes {}: check the columns below."
UNEVEN = "Many rows have more or fewer cells than the first: is it {} that sets them apart?"
RARE_FOUND = "Cells seem to be set apart by {}: check the columns below."
SINGLE_QUOTES = "Cells seem to stand in single quotes ('): check the columns below."
ONE_SIGN = "What sets cells apart must be one sign, and another than the quotation mark."


@dataclass(frozen=True)
class Dialect:
    """What sets cells apart, what stands around them ("" for nothing), and whether that is beyond doubt."""

    delimiter: str
    quote: str
    is_sure: bool = True
    doubts: tuple[str, ...] = ()


def named_delimiter(line: str) -> str:
    """The delimiter that a first line like "sep=;" names, "" for any other line."""
    found = SEPARATOR_LINE.fullmatch(line)
    return found[1] if found else ""


def dialect_of(sample: str) -> Dialect:
    """From the first lines of a file, the last of which may be cut off."""
    first, _, rest = sample.partition("\n")
    if delimiter := named_delimiter(first):
        return Dialect(delimiter, quote_of(rest, delimiter))
    agreeing = {sign: share for sign in COMMON if (share := agreement(sample, sign)) > 0}
    if not agreeing:
        return rare_dialect(sample)
    ranked = sorted(agreeing, key=lambda sign: (round(agreeing[sign], 1), widest(sample, sign)), reverse=True)
    best, rivals = ranked[0], [sign for sign in ranked[1:] if agreeing[sign] >= AGREEMENT]
    doubts = [RIVALS.format(" or ".join(map(name_of, rivals)), name_of(best))] if rivals else []
    if agreeing[best] < AGREEMENT:
        doubts.append(UNEVEN.format(name_of(best)))
    return doubted(best, quote_of(sample, best), doubts)


def rare_dialect(sample: str) -> Dialect:
    """No common sign sets the first row apart: a rare one does, that row is a title, or there is one column."""
    for sign in RARE:
        if agreement(sample, sign) >= AGREEMENT:
            return doubted(sign, quote_of(sample, sign), [RARE_FOUND.format(name_of(sign))])
    for sign in COMMON:
        if agreement_below(sample, sign) >= AGREEMENT:
            return Dialect(sign, quote_of(sample, sign))
    return doubted(",", quote_of(sample, ","), [])


def doubted(delimiter: str, quote: str, doubts: list[str]) -> Dialect:
    if quote == "'":
        doubts.append(SINGLE_QUOTES)
    return Dialect(delimiter, quote, is_sure=not doubts, doubts=tuple(doubts))


def name_of(sign: str) -> str:
    return NAMES.get(sign, f"“{sign}”")


def agreement(sample: str, delimiter: str) -> float:
    """The share of rows with as many cells as the first has, 0 where that has but one."""
    widths = widths_of(sample, delimiter)
    return widths.count(widths[0]) / len(widths) if widths and widths[0] > 1 else 0


def agreement_below(sample: str, delimiter: str) -> float:
    """The same of the rows below the first, which may be a title."""
    return agreement(sample.partition("\n")[2], delimiter)


def widest(sample: str, delimiter: str) -> int:
    return max(widths_of(sample, delimiter))


def widths_of(sample: str, delimiter: str) -> list[int]:
    lines = sample.splitlines(keepends=True)
    rows = csv.reader(lines, delimiter=delimiter, quotechar=quote_of(sample, delimiter) or None)
    try:
        return [len(row) for row in islice(rows, SAMPLE_ROWS) if row]
    except csv.Error:
        return [len(line.split(delimiter)) for line in lines[:SAMPLE_ROWS] if line.strip()]


def quote_of(sample: str, delimiter: str) -> str:
    """The double quotation mark, unless cells stand in single ones and none in double."""
    around = Counter(re.findall(rf"(?:^|{re.escape(delimiter)})(['\"])", sample, re.MULTILINE))
    closing = len(re.findall(rf"'(?:{re.escape(delimiter)}|\r?$)", sample, re.MULTILINE))
    return "'" if not around['"'] and around["'"] > 2 and closing > 2 else '"'


def reader_options(delimiter: str, quote: str) -> dict[str, object]:
    """For `csv.reader`, strict: what is not as it should be is told, never mended. Raises Unreadable."""
    if len(delimiter) != 1 or len(quote) > 1 or delimiter == quote or delimiter in "\r\n":
        raise Unreadable("no_delimiter", ONE_SIGN)
    quoting = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    return {"delimiter": delimiter, "quotechar": quote or None, "quoting": quoting, "strict": True}


def whole_lines(sample: str) -> str:
    """The sample without what was cut off at its end."""
    return shown(sample[: sample.rfind("\n") + 1] or sample[: sample.rfind("\r") + 1] or sample)

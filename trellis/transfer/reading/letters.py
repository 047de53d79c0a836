"""What letters a file is written in. Only what proves itself is taken without asking: ASCII, UTF-8, a mark in front."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes

from trellis.transfer.reading.shapes import Unreadable

BLOCK = 1 << 20
SAMPLE_BYTES = 1 << 16

# What a person is shown and Python reads it by; the commonest first, for letters that fit several.
CODECS = {
    "UTF-8": "utf-8-sig",
    "Windows-1252": "cp1252",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
    "ISO-8859-1": "latin_1",
    "ISO-8859-15": "iso8859_15",
    "ISO-8859-2": "iso8859_2",
    "Windows-1253": "cp1253",
    "Windows-1254": "cp1254",
    "Windows-1255": "cp1255",
    "Windows-1256": "cp1256",
    "Windows-1257": "cp1257",
    "Shift-JIS": "cp932",
    "EUC-JP": "euc_jp",
    "GB18030": "gb18030",
    "Big5": "big5",
    "EUC-KR": "euc_kr",
    "Mac-Roman": "mac_roman",
    "IBM850": "cp850",
    "IBM437": "cp437",
    "KOI8-R": "koi8_r",
    "UTF-16": "utf-16",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
    "UTF-32": "utf-32",
}
LABELS = {codec: label for label, codec in CODECS.items()}
GUESSED = [codec for codec in CODECS.values() if not codec.startswith("utf")]
COMMON = ("Windows-1252", "Windows-1250", "Windows-1251", "ISO-8859-1", "UTF-8")

# UTF-32 first: its mark begins like that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

# What stands for bytes that are no letter. No text has it: Python takes lone surrogates for nothing else.
UNKNOWN = "\udcff"
MARKED = "trellis-marked"
WORD = re.compile(r"[^\W\d_]+")
NO_LETTER = re.compile("[\x00\x02-\x08\x0e-\x1e]")
UNKNOWN_OR_ZERO = re.compile(f"[{UNKNOWN}\0]")

NOT_TEXT = "This file is not text: it is full of signs that are no letters. Save it as “CSV UTF-8” and bring that."
EMPTY = "There is nothing in this file or sheet. Bring one with a row of column names and at least one row below it."
NO_SUCH = "There is no encoding {}. Choose one of the list."
LIKELY = "The letters are not UTF-8. This reads them as {}: check the names below."
MOSTLY = "Some letters are not UTF-8 as the others are. Rows that have them are set aside: check the names below."
UNMARKED = "The letters look like {}, but the file does not say so: check the names below."


@dataclass(frozen=True)
class Letters:
    """What a file's letters are believed to be, and what else they could be."""

    encoding: str
    candidates: tuple[str, ...]
    is_sure: bool
    doubts: tuple[str, ...] = ()


def letters_of(path: Path, hints: tuple[str, ...] = ()) -> Letters:
    """Look through the whole file. `hints` are encodings that the file itself names for parts of it."""
    start = start_of(path)
    if not start.strip() or start in (mark for mark, _ in MARKS):
        raise Unreadable("empty", EMPTY)
    for mark, label in MARKS:
        if start.startswith(mark):
            return Letters(label, (label,), is_sure=True)
    if wide := wide_letters(start):
        return Letters(wide, (wide,), is_sure=False, doubts=(UNMARKED.format(wide),))
    if is_utf8(path):
        return Letters("UTF-8", ("UTF-8", *COMMON[:-1]), is_sure=True)
    return guessed(path, hints)


def start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def first_words(path: Path) -> str:
    """The start of a file as text, whatever its letters: enough to see in what kind of words it begins."""
    start = start_of(path)
    label = next((label for mark, label in MARKS if start.startswith(mark)), wide_letters(start) or "ISO-8859-1")
    return start.decode(CODECS[label], errors="ignore").lstrip("\ufeff")


def wide_letters(start: bytes) -> str:
    """UTF-16 without its mark: every other byte of Latin letters is zero."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if even + odd < len(start) // 4:
        return ""
    return "UTF-16LE" if odd > 4 * even else "UTF-16BE" if even > 4 * odd else ""


def is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def guessed(path: Path, hints: tuple[str, ...]) -> Letters:
    lines = foreign_lines(path)
    fitting = [label for label in hints if label in CODECS]
    if sum(fits_utf8(line) for line in lines) > 0.8 * len(lines):
        return Letters("UTF-8", ("UTF-8", *fitting, *COMMON[:-1]), is_sure=False, doubts=(MOSTLY,))
    candidates = tuple(dict.fromkeys([*fitting, *likeliest(b"".join(lines)), *COMMON]))
    return Letters(candidates[0], candidates, is_sure=False, doubts=(LIKELY.format(candidates[0]),))


def likeliest(sample: bytes) -> list[str]:
    """Encodings by how much the sample, read by them, looks like words; the commonest first where that is equal."""
    found = from_bytes(sample, cp_isolation=GUESSED, threshold=0.9, preemptive_behaviour=False)
    scores = {
        codec: (
            round(share_of_mixtures(str(match)), 1),
            -round(share_of_letters(str(match)), 1),
            round(match.chaos, 1),
            -round(match.coherence, 1),
        )
        for match in found
        for codec in match.could_be_from_charset
    }
    return [LABELS[codec] for codec in sorted(scores, key=lambda codec: (*scores[codec], GUESSED.index(codec)))]


def share_of_mixtures(text: str) -> float:
    """How many of the words with foreign letters are of two scripts, as none is that was read rightly: Mьller."""
    foreign = [word for word in WORD.findall(text) if not word.isascii()]
    return sum(map(is_mixed, foreign)) / max(1, len(foreign))


def is_mixed(word: str) -> bool:
    return len({unicodedata.name(letter, "").partition(" ")[0] == "LATIN" for letter in word}) > 1


def share_of_letters(text: str) -> float:
    """Among foreign signs; those of money say nothing, for what is one here is a letter elsewhere."""
    foreign = [sign for sign in text if not sign.isascii() and unicodedata.category(sign) != "Sc"]
    return sum(map(str.isalpha, foreign)) / len(foreign) if foreign else 1.0


def foreign_lines(path: Path) -> list[bytes]:
    """The first lines with letters beyond ASCII: what tells one encoding from another."""
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < SAMPLE_BYTES and (line := file.readline(SAMPLE_BYTES)):
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return lines


def fits_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def codec_of(encoding: str) -> str:
    """What Python calls an encoding. Raises Unreadable for one that it does not have."""
    if encoding in CODECS:
        return CODECS[encoding]
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)
    except (LookupError, ValueError):
        raise Unreadable("unknown_encoding", NO_SUCH.format(encoding)) from None
    return found.name


def opened(path: Path, encoding: str) -> TextIO:
    """The file as text, line ends as they are. Bytes that are no letters come as UNKNOWN."""
    return path.open(encoding=codec_of(encoding), errors=MARKED, newline="")


def marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNKNOWN, error.end


codecs.register_error(MARKED, marked)


def refuse_binary(text: str) -> None:
    """Raises Unreadable where what should be text holds signs all over that no text has."""
    if len(NO_LETTER.findall(text)) > len(text) // 20:
        raise Unreadable("not_text", NOT_TEXT)


def shown(text: str) -> str:
    """A text as it can be kept: what could not be read as the sign for that, zeros left out."""
    return text.replace(UNKNOWN, "\ufffd").replace("\0", "")

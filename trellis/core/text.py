"""Human text as it comes in at a door: made safe to store, show and compare, without changing what it says."""

import re
import unicodedata

# Never meant by a person, refused by PostgreSQL (NUL) or by UTF-8 (lone surrogates), or able to make a screen show
# something else than what is stored (bidirectional overrides and isolates). Joiners and marks stay: they are spelling.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)


def _plain_letters() -> dict[str, str]:
    """Latin letters with marks, and each without them: as many as the names of Europe have."""
    found = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i"}
    for letter in map(chr, range(0xC0, 0x180)):
        plain = unicodedata.normalize("NFKD", letter)[0].lower()
        if unicodedata.decomposition(letter) and plain.isascii() and plain.isalpha():
            found[letter] = plain
    return found


PLAIN_LETTERS = _plain_letters()
_FOLD = str.maketrans(PLAIN_LETTERS)


def fold(text: str) -> str:
    """Text as searches compare it: without case and without the marks of Latin letters."""
    if text.isascii():
        return text.lower()
    return text.translate(_FOLD).lower()


def _small_letters() -> dict[str, str]:
    """Every Latin, Greek and Cyrillic letter that is one other letter without its size and marks."""
    small = {letter: letter.lower() for letter in map(chr, range(0x41, 0x530)) if len(letter.lower()) == 1}
    return {letter: plain for letter, plain in (small | PLAIN_LETTERS).items() if letter != plain}


SMALL_LETTERS = _small_letters()
# What often stands in plain text and is none of those letters.
MARKS = "‘’“”–—…·•€£°"
_ALIKE = str.maketrans(SMALL_LETTERS)


def alike(text: str) -> str:
    """Text as conditions look for a part in it: like `fold`, letter by letter, so that any database can do the same."""
    return text.lower() if text.isascii() else text.translate(_ALIKE)


class TooLong(ValueError):
    """Longer than the field holds; the message is fit to show."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"At most {limit:,} characters fit here; this has {length:,}.")
        self.length = length
        self.limit = limit


def clean_line(text: str, limit: int) -> str:
    """Clean a field of one line: no control characters, one space between words. TooLong over `limit` characters."""
    if text.isascii() and text.isprintable():
        return _within(" ".join(text.split()), limit)
    return _within(" ".join(_seen(text).split()), limit)


def several(text: str) -> list[str]:
    """What stands in one field with commas or semicolons between."""
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def clean_text(text: str, limit: int) -> str:
    """Clean a field of many lines: no control characters, lines end in "\\n". TooLong over `limit` characters."""
    if text.isascii() and text.isprintable():
        return _within(text.strip(), limit)
    return _within("\n".join(line.rstrip() for line in _seen(text).splitlines()).strip(), limit)


def _seen(text: str) -> str:
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise TooLong(len(text), limit)
    return text

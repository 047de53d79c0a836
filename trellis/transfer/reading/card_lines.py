"""The lines of a vCard file put together to properties, by RFC 6350 and by what programs write instead."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trellis.core.quick import quick
from trellis.transfer.reading.letters import CODECS, MARKED, codec_of
from trellis.transfer.reading.lines import Tape

# A property grows no longer: several times what a cell may hold.
LONGEST_VALUE = 1 << 17
# No name with all that qualifies it is longer.
LONGEST_NAME = 2_000

BEGINNING = re.compile(rb"(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;(?:[^\":;]|\"[^\"]*\")*)*):")
PACKED = re.compile(rb";(?:ENCODING=)?\"?(?:B|BASE64)\"?(?:;|$)", re.IGNORECASE)
QUOTED = re.compile(rb";(?:ENCODING=)?\"?QUOTED-PRINTABLE\"?(?:;|$)", re.IGNORECASE)
CHARSET = re.compile(rb";CHARSET=\"?([\w-]+)", re.IGNORECASE)
QUALITY = re.compile(r"[;,=\"]+")

# Pictures, sounds and keys: passed over as they are read.
HEAVY = {b"PHOTO", b"LOGO", b"SOUND", b"KEY", b"X-MS-CARDPICTURE"}
BOM = b"\xef\xbb\xbf"


@quick
@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of a card: its name, the words that qualify it ("TYPE=HOME" and "HOME" alike), and its text."""

    name: str
    qualities: frozenset[str]
    text: str


class Growing:
    """A property of which further lines may come."""

    def __init__(self, name: bytes, parameters: bytes) -> None:
        self.name = name
        self.parameters = parameters
        self.value = bytearray()
        self.is_heavy = name in HEAVY or bool(parameters and PACKED.search(parameters))
        self.is_quoted = bool(parameters and QUOTED.search(parameters))

    @property
    def goes_on(self) -> bool:
        """Quoted-printable lines go on after a "=" at their end."""
        return self.is_quoted and self.value.endswith(b"=")

    def add(self, more: bytes) -> None:
        if not self.is_heavy:
            self.value += more[: max(0, LONGEST_VALUE - len(self.value))]


def properties_of(path: Path, encoding: str) -> Iterator[Property]:
    """All properties of a file, of whatever card. Letters that a property does not name are of `encoding`."""
    grown = Growing(b"", b"")
    keeps_space = False
    for line in lines_of(path, encoding):
        if grown.goes_on:
            del grown.value[-1:]
            grown.add(line)
        elif line[:1] in (b" ", b"\t"):
            grown.add(line if keeps_space else line[1:])
        elif beginning := BEGINNING.match(line, 0, LONGEST_NAME):
            yield from finished(grown, encoding)
            grown = Growing(beginning[1].upper(), beginning[2])
            grown.add(line[beginning.end() :])
            # Version 2.1 folds a line at a space, which belongs to the text; later ones put the space in.
            keeps_space = grown.value.strip() == b"2.1" if grown.name == b"VERSION" else keeps_space
        elif line.strip():
            # Some programs break lines without folding them.
            grown.add(b"\n" + line)
    yield from finished(grown, encoding)


def lines_of(path: Path, encoding: str) -> Iterator[bytes]:
    """The lines as bytes, for each property may have letters of its own; of a wide encoding as UTF-8."""
    wide = is_wide(encoding)
    with path.open(encoding=codec_of(encoding) if wide else "latin-1", errors="replace", newline="") as text:
        tape = Tape(text)
        for line in tape:
            tape.start_row()
            yield line.rstrip("\r\n").encode("utf-8" if wide else "latin-1").removeprefix(BOM)


def is_wide(encoding: str) -> bool:
    return codec_of(encoding).startswith(("utf-16", "utf-32", "utf_16", "utf_32"))


def finished(grown: Growing, encoding: str) -> Iterator[Property]:
    if not grown.name or grown.is_heavy:
        return
    value = quopri.decodestring(bytes(grown.value)) if grown.is_quoted else bytes(grown.value)
    words = QUALITY.split(grown.parameters.decode("latin-1").upper()) if grown.parameters else ()
    yield Property(
        name=grown.name.decode("latin-1"),
        qualities=frozenset(words),
        text=text_of(value, grown.parameters, encoding),
    )


def text_of(value: bytes, parameters: bytes, encoding: str) -> str:
    """By the letters that the property names, if we have them and they fit; else by those of the file."""
    if named := named_charset(parameters):
        try:
            return value.decode(CODECS[named])
        except UnicodeDecodeError:
            pass
    return value.decode("utf-8" if is_wide(encoding) else codec_of(encoding), errors=MARKED)


def named_charset(parameters: bytes) -> str:
    """The charset that a property names, by our name for it; "" for none, or one that nobody has."""
    found = CHARSET.search(parameters) if parameters else None
    return known_charset(found[1].decode("latin-1")) if found else ""


def known_charset(name: str) -> str:
    return next((label for label in CODECS if label.lower() == name.lower().replace("_", "-")), "")

"""What kind of file it is, by what is in it: a name says little, and a wrong one is common."""

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from trellis.transfer.reading.letters import first_words, start_of
from trellis.transfer.reading.shapes import Format, Unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")

# How files begin that people bring by mistake, and what they are called.
ALIENS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "packed with gzip"),
    (b"7z\xbc\xaf", "packed with 7-Zip"),
    (b"Rar!", "packed with RAR"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
)
# The part by which a zip is known, and what it is.
IN_ZIP = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("word/document.xml", "a text document"),
    ("content.xml", "an OpenDocument file"),
)
MARKUP = re.compile(r"\s*<(!doctype|html|table|\?xml|meta|head|workbook)\b", re.IGNORECASE)
JSON = re.compile(r'\s*(\{\s*"|\[\s*[{\[])')

ALIEN = "This file is {}. Save what is in it as .xlsx or .csv and bring that."
ZIPPED = "This file is a zip archive. Unpack it and bring the .csv, .xlsx or .vcf that is in it."
OLD_EXCEL = "This is a workbook of old Excel (.xls). Open it and save it as .xlsx, then bring that."
LOCKED = "This workbook is protected by a password. Save it without one and bring that."
BROKEN_ZIP = "This workbook is damaged: it cannot be opened. Download it once more, or save it anew as .xlsx."


def format_of(path: Path) -> Format:
    """Raises Unreadable for what is none of ours, and says what it is."""
    start = start_of(path)
    if start.startswith(ZIP):
        return format_of_zip(path)
    if start.startswith(OLE):
        raise old_excel(path)
    for beginning, name in ALIENS:
        if start.startswith(beginning):
            raise Unreadable("other_kind", ALIEN.format(name))
    return format_of_text(first_words(path))


def format_of_zip(path: Path) -> Format:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
    except (BadZipFile, OSError, ValueError):
        raise Unreadable("damaged", BROKEN_ZIP) from None
    if "xl/workbook.xml" in names:
        return Format.XLSX
    for part, name in IN_ZIP:
        if part in names:
            raise Unreadable("other_kind", ALIEN.format(name))
    raise Unreadable("zipped", ZIPPED)


def old_excel(path: Path) -> Unreadable:
    """A compound file: an encrypted workbook has a stream of that name, else it is of the old Excel."""
    with path.open("rb") as file:
        start = file.read(1 << 20)
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        locked = "EncryptedPackage".encode("utf-16-le") in start + file.read()
    return Unreadable("locked", LOCKED) if locked else Unreadable("old_excel", OLD_EXCEL)


def format_of_text(words: str) -> Format:
    if words.lstrip()[:11].upper() == "BEGIN:VCARD":
        return Format.VCARD
    if MARKUP.match(words):
        raise Unreadable("other_kind", ALIEN.format("a web page or XML, whatever its name says"))
    if JSON.match(words):
        raise Unreadable("other_kind", ALIEN.format("JSON"))
    return Format.CSV

"""What is no file of contacts is refused at once, with what it is and what to do instead."""

import zipfile

import pytest

from trellis.core.refusal import Refused
from trellis.transfer.reading.files import Format, Shape, Unreadable, look_at, read_rows

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is nothing in this file"),
        (b"\xef\xbb\xbf", "There is nothing in this file"),
        (b" \r\n\r\n ", "There is nothing in this file"),
        (b";;;\n;;;\n", "There is nothing in this file"),
        (b"%PDF-1.7 ...", "This file is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "This file is a picture"),
        (b"\x1f\x8b\x08\x00", "packed with gzip"),
        (b"<html><table><tr><td>Ann</td></tr></table></html>", "a web page or XML"),
        (b'<?xml version="1.0"?><Workbook/>', "a web page or XML"),
        (b'[{"name": "Ann"}]', "This file is JSON"),
        (OLE + "Workbook".encode("utf-16-le"), "save it as .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"PK\x03\x04 cut off", "This workbook is damaged"),
        (bytes(range(32)) * 40, "full of signs that are no letters"),
    ],
)
def test_files_of_other_kinds_are_named_and_refused(brought, content, sentence):
    with pytest.raises(Unreadable) as refused:
        look_at(brought(content))

    assert sentence in refused.value.sentence
    assert isinstance(refused.value, Refused)
    assert refused.value.code


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("word/document.xml", "This file is a text document"),
        ("content.xml", "This file is an OpenDocument file"),
        ("xl/workbook.bin", "This file is a binary workbook"),
        ("contacts.csv", "This file is a zip archive"),
    ],
)
def test_zips_that_are_no_workbooks_are_named_and_refused(tmp_path, part, sentence):
    path = tmp_path / "brought.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")

    with pytest.raises(Unreadable, match=sentence):
        look_at(path)


def test_a_file_that_is_no_longer_what_its_shape_says_is_refused(brought):
    shape = Shape(format=Format.XLSX, encoding="", delimiter="", quote="", sheet="A", has_header=True)

    with pytest.raises(Unreadable, match=r"This file is no xlsx\."):
        list(read_rows(brought("Name\nAnn\n"), shape))

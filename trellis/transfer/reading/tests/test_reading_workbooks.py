"""Workbooks of Excel: what is shown in each cell, and no harm from what was made to do it."""

import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter

from trellis.transfer.reading.files import Format, Shape, Unreadable, look_at, read_rows

MIDNIGHT, NINE = (datetime.combine(date(2026, 3, 1), time(hour)) for hour in (0, 9))
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def workbook(tmp_path):
    """A workbook of sheets by their names, each a list of rows."""

    def write(**sheets):
        path = tmp_path / "book.xlsx"
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(path)
        return path

    return write


def changed(path, part, change):
    """The same workbook with one part written otherwise."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_cells_of_every_kind_are_written_as_people_read_them(workbook, read):
    values = [
        ("+15015550142", "+15015550142"),
        (4915112345678, "4915112345678"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (-1.25, "-1.25"),
        (True, "yes"),
        (False, "no"),
        (NINE, "2026-03-01T09:00:00"),
        (MIDNIGHT, "2026-03-01"),
        (date(1980, 2, 29), "1980-02-29"),
        (time(9, 30), "09:30"),
        ("  Ann ", "  Ann "),
        ("two\nlines", "two\nlines"),
        (None, ""),
        ("#REF!", ""),
        ("", ""),
        ("last", "last"),
    ]
    path = workbook(People=[[f"c{number}" for number in range(len(values))], [value for value, _ in values]])
    look, rows = read(path)

    assert rows[0].cells == tuple(text for _, text in values)
    assert look.doubts[-1] == "Some cells hold an error such as #REF!: they are read as empty."
    assert (look.shape.format, look.shape.sheet, look.rows) == (Format.XLSX, "People", 1)


def test_a_formula_gives_what_was_stored_and_an_error_nothing(tmp_path, read):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Sum", "Broken"])
        sheet.write_string(1, 0, "Ann")
        sheet.write_formula(1, 1, "=1+1", None, 41)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")

    look, rows = read(path)

    assert rows[0].cells == ("Ann", "41", "")
    assert rows[0].problem == ""
    assert any("#DIV/0!" in doubt for doubt in look.doubts)


def test_dates_that_count_from_1904_are_the_same_days(tmp_path, read):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Created"])
        sheet.write_string(1, 0, "Ann")
        sheet.write_datetime(1, 1, MIDNIGHT, book.add_format({"num_format": "dd.mm.yy"}))

    assert read(path)[1][0].cells == ("Ann", "2026-03-01")


def test_empty_rows_and_columns_around_a_table_do_not_count(workbook, read):
    look, rows = read(workbook(A=[[], [], ["Name", "Email"], [], ["Ann"], [None, None], ["Ben", "ben@example.com"]]))

    assert look.headers == ("Name", "Email")
    assert [(row.number, row.cells) for row in rows] == [(5, ("Ann", "")), (7, ("Ben", "ben@example.com"))]
    assert [row.problem for row in rows] == ["", ""]


def test_a_formula_that_was_kept_from_being_one_is_read_as_it_was(workbook, read):
    assert read(workbook(A=[["Name"], ["'=1+1"], ["'tis"]]))[1][0].cells == ("=1+1",)


def test_the_sheet_is_asked_for_where_there_are_several(workbook):
    path = workbook(Old=[["Name"], ["Ann"]], New=[["Name"], ["Ben"]])
    look = look_at(path)

    assert (look.sheets, look.shape.sheet, look.is_sure) == (("Old", "New"), "Old", False)
    assert look.doubts == ("The workbook has 2 sheets. This is “Old”.",)
    other = look_at(path, wanted=replace(look.shape, sheet="New"))
    assert (other.is_sure, other.sample) == (True, (("Ben",),))
    with pytest.raises(Unreadable, match="no sheet “Gone”"):
        look_at(path, wanted=replace(look.shape, sheet="Gone"))


def test_rows_that_were_dealt_with_are_passed_over(workbook):
    path = workbook(A=[["Name"], *([f"Person {number}"] for number in range(1, 51))])
    look = look_at(path)

    assert look.rows == 50
    assert [row.number for row in read_rows(path, look.shape, skip=48)] == [50, 51]


def test_a_sheet_that_says_it_is_as_large_as_excel_is_read_as_large_as_it_is(workbook, read):
    path = workbook(A=[["Name", "Email"], ["Ann", "ann@example.com"]])
    changed(path, SHEET, lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))

    look, rows = read(path)

    assert (len(look.headers), len(rows)) == (2, 1)


def test_one_cell_at_the_far_end_of_a_sheet_harms_nobody(tmp_path, read):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Email"])
        sheet.write_row(1, 0, ["Ann", "ann@example.com"])
        sheet.write_string(1_048_575, 16_383, "x")

    _, rows = read(path)

    assert [row.cells for row in rows] == [("Ann", "ann@example.com"), ("", "")]
    assert rows[1].problem == "This row has 16,384 cells, the head has 2."


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(SHEET, "w", force_zip64=True) as part:
            for _ in range(120):
                part.write(bytes(1 << 20))

    assert path.stat().st_size < 200_000
    with pytest.raises(Unreadable, match="would unpack to more than can be read"):
        look_at(path)


def test_a_part_that_unpacks_to_more_than_it_says_is_not_followed(workbook):
    path = workbook(A=[["Name"], ["Ann"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", b"<row><c/></row>" * 200_000 + b"</sheetData>")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    told = len(parts[SHEET]).to_bytes(4, "little")
    assert packed.getvalue().count(told) >= 2
    path.write_bytes(packed.getvalue().replace(told, (500).to_bytes(4, "little")))

    with pytest.raises(Unreadable, match="This workbook is damaged"):
        look_at(path)


def test_entities_that_grow_are_refused(workbook):
    path = workbook(A=[["Name"], ["Ann"]])
    lol = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    bomb = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + lol + b"]>"
    changed(path, SHEET, lambda xml: bomb + xml.replace(b"<sheetData>", b"<sheetData><row><c><v>&l9;</v></c></row>"))

    with pytest.raises(Unreadable, match="This workbook is damaged"):
        look_at(path)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("damage", [lambda xml: xml[: len(xml) // 2], lambda xml: b"", lambda xml: b"<a/>"])
def test_a_damaged_workbook_is_refused_or_read_as_far_as_it_goes(tmp_path, part, damage):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("A").write_column(0, 0, ["Name", "Ann", "Ben"])
    changed(path, part, damage)
    shape = Shape(format=Format.XLSX, encoding="", delimiter="", quote="", sheet="A", has_header=True)
    with suppress(Unreadable):
        look_at(path)
    with suppress(Unreadable):
        assert {len(row.cells) for row in read_rows(path, shape)} <= {1}


def test_a_workbook_whose_bytes_were_changed_is_refused(workbook):
    path = workbook(A=[["Name"], *([f"Person {zlib.crc32(bytes([n]))}"] for n in range(200))])
    content = bytearray(path.read_bytes())
    content[200:240] = bytes(40)
    path.write_bytes(content)

    with pytest.raises(Unreadable):
        list(read_rows(path, look_at(path).shape))

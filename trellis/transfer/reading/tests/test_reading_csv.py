"""Files with a row a line: every dialect, every way in which a row can be broken."""

import csv
import json
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trellis.transfer.reading.files import Format, Shape, Unreadable, look_at, read_rows
from trellis.transfer.reading.tests.conftest import name_of, shared

PLAIN = Shape(format=Format.CSV, encoding="UTF-8", delimiter=",", quote='"', sheet="", has_header=True)
# Two answers are those of other files: one has another phone number, one line ends that its file lost on its way.
CORRECTED = {"1234567890": "2095257564", "Once upon \r\na time": "Once upon \na time"}


@pytest.mark.parametrize("path", shared("csv_edge", "csvs", "*.csv"), ids=name_of)
def test_files_that_broke_other_readers_are_read_as_their_answers_say(path, read):
    look, rows = read(path)
    answers = json.loads((path.parents[1] / "json" / f"{path.stem}.json").read_text())
    answers = answers if isinstance(answers, list) else [answers]
    found = [dict(zip(look.headers, row.cells, strict=True)) for row in rows]

    assert found == [{name: CORRECTED.get(cell, cell) for name, cell in row.items()} for row in answers]
    assert look.is_sure
    assert look.rows == len(rows)


@pytest.mark.parametrize("path", shared("crm_exports", "**/*.csv"), ids=name_of)
def test_every_table_of_a_real_program_is_read_whole_or_refused_with_a_sentence(path, read):
    if "UTF32" in path.name:
        with pytest.raises(Unreadable, match="full of signs that are no letters"):
            look_at(path)
        return
    look, rows = read(path)
    with path.open(encoding=look.shape.encoding.replace("UTF-8", "utf-8-sig"), newline="") as file:
        expected = [row for row in csv.reader(file) if any(row)]

    assert [list(row.cells) for row in rows] == expected[1:]
    assert [row.problem for row in rows if row.problem] == []
    assert list(look.headers) == [name.strip() for name in expected[0]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_cells_are_told_apart_whatever_stands_between_them(brought, read, delimiter, line_end):
    lines = ["Name;Email;Note", "Ann;ann@example.com;Called, twice", "Ben;ben@example.com;Knows Ann"]
    look, rows = read(brought(line_end.join(lines).replace(";", delimiter)))
    if delimiter == ",":
        assert rows[0].problem == "This row has 4 cells, the head has 3."
        return

    assert look.shape.delimiter == delimiter
    assert look.is_sure == (delimiter in ";\t|")
    assert [row.cells for row in rows] == [
        ("Ann", "ann@example.com", "Called, twice"),
        ("Ben", "ben@example.com", "Knows Ann"),
    ]


def test_the_line_by_which_excel_names_its_separator_is_no_row(brought, read):
    look, rows = read(brought("sep=;\r\nName;Email\r\nAnn;ann@example.com\r\n"))

    assert (look.shape.delimiter, look.headers) == (";", ("Name", "Email"))
    assert [row.cells for row in rows] == [("Ann", "ann@example.com")]


def test_two_signs_that_could_both_be_meant_are_asked_about(brought):
    look = look_at(brought("Name;Paid, net\nAnn;1,5\nBen;2,5\n"))

    assert not look.is_sure
    assert "Cells could also be set apart by" in look.doubts[0]


def test_single_quotes_around_cells_are_found_and_asked_about(brought, read):
    look, rows = read(brought("'Name','Note'\n'Ann','a, b'\n'Ben','c'\n'Cid','d'\n"))

    assert look.shape.quote == "'"
    assert not look.is_sure
    assert rows[0].cells == ("Ann", "a, b")


def test_a_quotation_mark_that_never_closes_costs_its_own_row_and_no_other(brought, read):
    lines = ["Name,Note", 'Ann,"never closed', *(f"Person {number},fine" for number in range(500))]
    _, rows = read(brought("\n".join(lines)))

    assert rows[0].problem.startswith("A quotation mark opens in this row and never closes.")
    assert rows[0].cells[0] == "Ann"
    assert [row.problem for row in rows[1:]] == [""] * 500
    assert [row.number for row in rows] == list(range(2, 503))


def test_a_quotation_mark_within_a_cell_is_told_and_not_mended(brought, read):
    _, rows = read(brought('Name,Note\nAnn,"said "hello" twice"\nBen,"fine"\n'))

    assert rows[0].problem == (
        "A quotation mark stands within a cell of this row. Write it twice where it belongs to the text."
    )
    assert (rows[1].cells, rows[1].problem) == (("Ben", "fine"), "")


def test_rows_with_other_widths_than_the_head_say_so(brought, read):
    _, rows = read(
        brought("Name,Email,City\nAnn,ann@example.com\nBen,b@example.com,Rye,more\nCid,c@example.com,Ely,,\n")
    )

    assert [row.problem for row in rows] == [
        "This row has 2 cells, the head has 3.",
        "This row has 4 cells, the head has 3.",
        "",
    ]
    assert {len(row.cells) for row in rows} == {3}


def test_blank_lines_and_rows_of_nothing_are_no_rows(brought, read):
    look, rows = read(brought("\n\nName,Email\n\nAnn,ann@example.com\n,\n\nBen,ben@example.com\n\n"))

    assert look.headers == ("Name", "Email")
    assert [(row.number, row.cells[0]) for row in rows] == [(5, "Ann"), (8, "Ben")]
    assert look.rows == 2


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(brought, read):
    _, rows = read(brought('sep=;\nName;Note\nAnn;"two\nlines"\n;\nBen;one\n'))

    assert [(row.number, row.cells) for row in rows] == [(2, ("Ann", "two\nlines")), (4, ("Ben", "one"))]


def test_an_apostrophe_that_kept_a_cell_from_being_a_formula_is_taken_off_and_no_other(brought, read):
    _, rows = read(brought("Name,'@handle\n'=1+1,'-x\n''=1,'tis\n'Ann','-5\n"))

    assert [row.cells for row in rows] == [("=1+1", "-x"), ("'=1", "'tis"), ("'Ann'", "'-5")]


def test_names_that_are_there_twice_or_not_at_all_are_made_so_and_told(brought):
    look = look_at(brought("Email,Email,Email (2),\na@example.com,b@example.com,c@example.com,d\n"))

    assert look.headers == ("Email", "Email (3)", "Email (2)", "Column 4")
    assert look.doubts == (
        "Without a name: they are called “Column 4” here.",
        "There are 2 columns “Email”: they are called “Email”, “Email (3)” here.",
    )


def test_a_file_without_a_head_is_seen_and_asked_about(brought, read):
    look, rows = read(brought("Ann,ann@example.com,(501) 555-0142\nBen,ben@example.com,(501) 555-0143\n"))

    assert not look.shape.has_header
    assert not look.is_sure
    assert look.headers == ("Column 1", "Column 2", "Column 3")
    assert [row.cells[0] for row in rows] == ["Ann", "Ben"]


def test_what_a_person_says_of_the_head_is_done(brought):
    path = brought("Ann,Lee\nBen,Ray\n")

    assert not look_at(path).is_sure
    without = look_at(path, wanted=replace(PLAIN, has_header=False))
    assert (without.is_sure, without.headers, without.rows) == (True, ("Column 1", "Column 2"), 2)
    with_head = look_at(path, wanted=PLAIN)
    assert (with_head.is_sure, with_head.headers, with_head.rows) == (True, ("Ann", "Lee"), 1)


def test_a_title_above_the_names_is_asked_about(brought):
    look = look_at(brought("Contacts of March\nName;Email\nAnn;ann@example.com\nBen;ben@example.com\n"))

    assert (look.shape.delimiter, look.is_sure) == (";", False)
    assert look.doubts[-1] == (
        "The first row has 1 cell and most others have more. If a title stands above the column names, take it out."
    )


def test_a_head_without_rows_is_no_error_and_is_told(brought, read):
    look, rows = read(brought("Name,Email\n"))

    assert (look.headers, look.rows, rows) == (("Name", "Email"), 0, [])
    assert look.doubts == ("There are no rows below the column names.",)


def test_three_hundred_columns_are_read_and_more_than_a_thousand_refused(brought, read):
    def wide(columns):
        return ",".join(f"c{number}" for number in range(columns)) + "\n" + ",".join(["x"] * columns)

    _, rows = read(brought(wide(300)))
    assert len(rows[0].cells) == 300
    with pytest.raises(Unreadable, match="1,001 columns, and up to 1,000 can be read"):
        look_at(brought(wide(1001)))


@pytest.mark.parametrize("length", [40_000, 3_000_000, 6_000_000])
def test_a_cell_longer_than_excel_keeps_is_a_problem_of_its_row(brought, read, length):
    _, rows = read(brought(f"Name,Note\nAnn,{'x' * length}\nBen,fine\n"))

    assert "longer than" in rows[0].problem
    assert rows[0].cells[0] == "Ann"
    assert max(map(len, rows[0].cells)) <= 32_767
    assert (rows[1].cells, rows[1].problem) == (("Ben", "fine"), "")


def test_a_zero_byte_is_a_problem_of_its_row(brought, read):
    _, rows = read(brought(b"Name,Note,Email\nAnn,a\0b,ann@example.com\nBen,fine,ben@example.com\n"))

    assert rows[0].problem.startswith("This row has a zero byte in it")
    assert rows[0].cells == ("Ann", "ab", "ann@example.com")
    assert rows[1].problem == ""


def test_rows_that_were_dealt_with_are_passed_over(brought):
    path = brought("Name\n" + "\n".join(f"Person {number}" for number in range(1, 101)))

    assert [row.number for row in read_rows(path, PLAIN, skip=97)] == [99, 100, 101]
    assert list(read_rows(path, PLAIN, skip=100)) == []


def test_a_large_file_is_read_in_the_memory_of_a_small_one(brought):
    line = 'Ann,Lee,ann@example.com,"Asked about the roof, twice"\n'
    path = brought("First,Last,Email,Note\n" + line * 200_000)
    tracemalloc.start()
    look = look_at(path)
    read = sum(1 for _ in read_rows(path, look.shape))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == 200_000
    assert 180_000 < look.rows < 220_000
    assert path.stat().st_size > 10_000_000
    assert peak < 3_000_000


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n"])
def test_a_separator_that_cannot_be_one_is_refused(brought, delimiter):
    with pytest.raises(Unreadable, match="must be one sign"):
        look_at(brought("Name\nAnn\n"), wanted=replace(PLAIN, delimiter=delimiter))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=3, max_size=3), min_size=1))
def test_whatever_python_writes_is_read_back(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("csv") / "written"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Name", "Email", "Note"], *table])

    rows = [list(row.cells) for row in read_rows(path, PLAIN)]
    assert rows == [row for row in table if any(row)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(min_size=1, max_size=400))
def test_no_bytes_whatever_end_in_anything_but_rows_or_a_sentence(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("csv") / "bytes"
    path.write_bytes(content)
    with suppress(Unreadable):
        look = look_at(path)
        for row in islice(read_rows(path, look.shape), 50):
            assert len(row.cells) == len(look.headers)
            assert "\0" not in "".join(row.cells)

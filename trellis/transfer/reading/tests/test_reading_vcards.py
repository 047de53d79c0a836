"""Address cards of every version, as programs write them rather than as the standard has them."""

import tracemalloc
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.transfer.reading.files import Format, Unreadable, look_at, read_rows
from trellis.transfer.reading.tests.conftest import SHARED, name_of, shared
from trellis.transfer.reading.vcards import HEADERS

# How many cards there are in a file of others; all not named here have one.
CARDS = {"LargeFile.vcf": 1000, "v3.vcf": 2, "v4.vcf": 2, "v3Ansi.vcf": 2, "v3Utf16Bom.vcf": 2}


def said(row):
    """What a row says, without its empty cells."""
    return {header: cell for header, cell in zip(HEADERS, row.cells, strict=True) if cell}


@pytest.mark.parametrize("path", shared("vcard", "**/*.vcf"), ids=name_of)
def test_every_file_of_others_is_read_whole_or_refused_with_a_sentence(path, read):
    if path.name == "Empty.vcf":
        with pytest.raises(Unreadable, match="There is nothing in this file"):
            look_at(path)
        return
    look, rows = read(path)

    assert look.shape.format is Format.VCARD
    assert look.headers == HEADERS
    assert look.rows == len(rows) == CARDS.get(path.name, 1)
    assert all(row.problem or row.cells[0] for row in rows)
    assert not any("BEGIN:" in cell or "END:" in cell for row in rows for cell in row.cells)


def test_a_card_of_outlook_in_old_letters_reads_as_in_outlook(read):
    path = SHARED / "vcard" / "LabelIssue.vcf"
    if not path.exists():
        pytest.skip("shared/data is not here")
    look, rows = read(path)

    assert (look.shape.encoding, look.is_sure) == ("Windows-1252", False)
    assert said(rows[0]) == {
        "Full name": "Rudi Wimmel",
        "First name": "Rudi",
        "Last name": "Wimmel",
        "Email": "Wimmel@wurstdarm.de",
        "Phone": "0987 /6543",
        "Phone 2": "9876 /11223344",
        "Company": "Wurstdarm KG",
        "Job title": "Compliance Officer",
        "Street": "Business-Straße 19",
        "City": "Schaffhausen",
        "Postal code": "76543",
        "Country": "Deutschland",
        "Note": "Address: Freizeitweg 4, Freizeithausen, 12345, Deutschland\n"
        "Address: Sonstgasse 44, Anderstadt, 37465, Deutschland",
        "Website": "wurstdarm.de",
    }


def test_letters_that_a_file_names_for_a_part_are_tried_first_for_the_rest(read):
    path = SHARED / "vcard" / "MultiAnsiFilterTests" / "Greek.vcf"
    if not path.exists():
        pytest.skip("shared/data is not here")
    look, rows = read(path)

    assert look.encodings[0] == "Windows-1253"
    assert said(rows[0])["Last name"] == "Παπαθανασίου"


def test_a_card_of_version_4_finds_a_column_for_everything(brought, read):
    _, rows = read(
        brought(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Dr. Ann Lee\r\nN:Lee;Ann;Maria;Dr.;\r\n"
            "ORG:Lee\\, Ray & Co;Sales\r\nTITLE:Owner\r\n"
            "EMAIL;TYPE=home:ann@home.example\r\nEMAIL;PREF=1;TYPE=work:ann@example.com\r\n"
            'TEL;VALUE=uri;TYPE="voice,cell":tel:+15015550142\r\nTEL;TYPE=fax:+15015550143\r\n'
            "item1.ADR;TYPE=work:;Suite 5;12 Main St;Conway;AR;72032;USA\r\n"
            "BDAY:19800229\r\nCATEGORIES:VIP,Roof\\, steep\r\nURL:https://example.com\r\n"
            "NOTE:First line\\nsecond\\; with \\\\ signs\r\nEND:VCARD\r\n"
        )
    )

    assert said(rows[0]) == {
        "Full name": "Dr. Ann Lee",
        "First name": "Ann",
        "Last name": "Lee",
        "Email": "ann@example.com",
        "Email 2": "ann@home.example",
        "Phone": "+15015550142",
        "Company": "Lee, Ray & Co",
        "Job title": "Owner",
        "Street": "12 Main St, Suite 5",
        "City": "Conway",
        "Region": "AR",
        "Postal code": "72032",
        "Country": "USA",
        "Birthday": "1980-02-29",
        "Note": "First line\nsecond; with \\ signs\nFax or pager: +15015550143",
        "Categories": "VIP; Roof, steep",
        "Website": "https://example.com",
    }
    assert rows[0].problem == ""


def test_a_card_without_its_full_name_has_it_put_together(brought, read):
    _, rows = read(brought("BEGIN:VCARD\nVERSION:3.0\nN:Lee;Ann;;Dr.;\nEND:VCARD\n"))

    assert said(rows[0]) == {"Full name": "Dr. Ann Lee", "First name": "Ann", "Last name": "Lee"}


def test_lines_are_unfolded_as_their_version_folds_them(brought, read):
    _, old = read(brought("BEGIN:VCARD\nVERSION:2.1\nFN:Ann\n Lee\nEND:VCARD\n"))
    _, new = read(brought("BEGIN:VCARD\nVERSION:3.0\nFN:Ann L\n ee\nEND:VCARD\n"))

    assert old[0].cells[0] == new[0].cells[0] == "Ann Lee"


def test_quoted_printable_goes_on_over_lines_in_the_letters_it_names(brought, read):
    _, rows = read(
        brought(
            b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:J=FCrgen =\r\n"
            b"M=FCller\r\nNOTE;QUOTED-PRINTABLE;CHARSET=UTF-8:K=C3=B6ln=0D=0A=\r\n=C3=84\r\nEND:VCARD\r\n"
        )
    )

    assert said(rows[0]) == {"Full name": "Jürgen Müller", "Note": "Köln\nÄ"}


def test_a_card_within_a_card_is_no_row(brought, read):
    look, rows = read(
        brought(
            "BEGIN:VCARD\nVERSION:2.1\nFN:Ann Lee\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nFN:Her Assistant\nEND:VCARD\n"
            "EMAIL:ann@example.com\nEND:VCARD\n"
        )
    )

    assert look.rows == 1
    assert said(rows[0]) == {"Full name": "Ann Lee", "Email": "ann@example.com"}


def test_a_card_that_was_cut_off_says_so_and_costs_no_other(brought, read):
    _, rows = read(brought("BEGIN:VCARD\nFN:Ann\nBEGIN:VCARD\nFN:Ben\nEND:VCARD\nBEGIN:VCARD\nFN:Cid\n"))

    assert [(row.cells[0], bool(row.problem)) for row in rows] == [("Ann", True), ("Ben", False), ("Cid", True)]
    assert rows[2].problem == "This card ends in the middle: the file was cut off. Export it once more."


def test_a_card_about_nobody_is_told(brought, read):
    _, rows = read(brought("BEGIN:VCARD\nVERSION:3.0\nREV:20260301\nEND:VCARD\n"))

    assert rows[0].problem.startswith("This card says nothing about a person")


def test_pictures_of_any_size_are_passed_over_and_never_held(brought):
    folded = b"\r\n ".join([b"x" * 74] * 60_000)
    card = (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nPHOTO;ENCODING=b:"
        + folded
        + b"\r\nEMAIL:a@example.com\r\nEND:VCARD\r\n"
    )
    path = brought(card * 4)
    tracemalloc.start()
    look = look_at(path)
    rows = list(read_rows(path, look.shape))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path.stat().st_size > 18_000_000
    assert [said(row) for row in rows] == [{"Full name": "Ann", "Email": "a@example.com"}] * 4
    assert look.rows == 4
    # Most of it are the blocks in which the letters of the whole file are looked through.
    assert peak < 6_000_000


def test_cards_that_were_dealt_with_are_passed_over(brought):
    path = brought("".join(f"BEGIN:VCARD\nFN:Person {number}\nEND:VCARD\n" for number in range(1, 31)))

    assert [(row.number, row.cells[0]) for row in read_rows(path, look_at(path).shape, skip=28)] == [
        (29, "Person 29"),
        (30, "Person 30"),
    ]


def test_a_person_may_say_what_the_letters_of_cards_are(brought):
    path = brought("BEGIN:VCARD\nFN:אפרים קישון\nEND:VCARD\n", "cp1255")
    wanted = replace(look_at(path).shape, encoding="Windows-1255")

    assert look_at(path, wanted=wanted).sample[0][0] == "אפרים קישון"
    doubted = look_at(path, wanted=replace(wanted, encoding="UTF-8"))
    assert not doubted.is_sure
    assert doubted.doubts == ("This card has letters that are not UTF-8. Choose another encoding.",)


@given(
    st.lists(
        st.sampled_from(
            [
                b"BEGIN:VCARD",
                b"END:VCARD",
                b"AGENT:",
                b"FN:",
                b"N:",
                b";",
                b"\n",
                b"\\",
                b'"',
                b"=",
                b" ",
                b"TEL",
                b":",
                b"CHARSET=",
                b"ENCODING=QUOTED-PRINTABLE",
                b"BASE64",
                b"PHOTO",
                b"\xe4",
                b"\0",
                b"ADR;X:",
                b"BDAY:",
            ]
        )
    )
)
def test_no_card_whatever_ends_in_anything_but_rows_or_a_sentence(tmp_path_factory, pieces):
    path = tmp_path_factory.mktemp("vcf") / "bytes"
    path.write_bytes(b"BEGIN:VCARD\n" + b"".join(pieces))
    with suppress(Unreadable):
        look = look_at(path)
        rows = list(read_rows(path, look.shape))
        assert len(rows) == look.rows
        assert {len(row.cells) for row in rows} <= {len(HEADERS)}
        assert not any("\0" in cell for row in rows for cell in row.cells)

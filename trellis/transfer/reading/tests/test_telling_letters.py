"""What letters a file is written in: sure where it proves itself, asked for everywhere else."""

import codecs
from dataclasses import replace

import pytest

from trellis.transfer.reading.files import Unreadable, look_at, read_rows

PEOPLE = {
    "Windows-1252": "Name;City\nJürgen Müller;Köln\nFrançois Élie;Besançon\nJosé Peña;Málaga\n",
    "Windows-1250": "Imię;Miasto\nŁukasz Wójcik;Łódź\nŽofie Dvořáková;Plzeň\nStanisław Żak;Gdańsk\n",
    "Windows-1251": "Имя;Город\nИван Петров;Москва\nОльга Смирнова;Киев\n",
    "Windows-1253": "Όνομα;Πόλη\nΓιώργος Παπαδόπουλος;Αθήνα\n",
    "Shift-JIS": "名前;市\n山田太郎;東京\n佐藤花子;大阪\n",
    "GB18030": "姓名;城市\n王伟;北京\n李娜;上海\n",
    "EUC-KR": "이름;도시\n김철수;서울\n",
    "KOI8-R": "Имя;Город\nИван Петров;Москва\n",
    "Mac-Roman": "Name;City\nJürgen Müller;Köln\nFrançois;Besançon\n",
}
MARKED = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
}


@pytest.mark.parametrize("encoding", PEOPLE)
def test_old_letters_are_found_and_never_taken_without_asking(brought, read, encoding):
    look, rows = read(brought(PEOPLE[encoding], encoding.replace("-", "_").lower()))

    assert look.encodings[0] == look.shape.encoding == encoding
    assert not look.is_sure
    assert look.doubts[0] == f"The letters are not UTF-8. This reads them as {encoding}: check the names below."
    assert [";".join(row.cells) for row in rows] == PEOPLE[encoding].splitlines()[1:]


@pytest.mark.parametrize(
    "text",
    ["Name;Budget\nZoë Müller;1.250,00 €\n", "Name;Budget\nJosé;5 €\n"],
)
def test_a_sign_of_money_makes_no_other_script_of_it(brought, read, text):
    look, rows = read(brought(text, "cp1252"))

    assert look.encodings[0] == "Windows-1252"
    assert ";".join(rows[0].cells) == text.splitlines()[1]


@pytest.mark.parametrize("encoding", MARKED)
def test_a_mark_in_front_makes_it_sure(brought, read, encoding):
    look, rows = read(brought("Name;City\nŁukasz;Łódź\n山田太郎;東京\n", encoding))

    assert (look.shape.encoding, look.is_sure) == (MARKED[encoding], True)
    assert look.headers == ("Name", "City")
    assert [row.cells for row in rows] == [("Łukasz", "Łódź"), ("山田太郎", "東京")]


def test_big_endian_with_its_mark_is_read_too(brought, read):
    content = codecs.BOM_UTF16_BE + "Name,City\nŁukasz,Łódź\n".encode("utf-16-be")
    look, rows = read(brought(content))

    assert (look.shape.encoding, look.is_sure, rows[0].cells) == ("UTF-16", True, ("Łukasz", "Łódź"))


@pytest.mark.parametrize("encoding", ["UTF-16LE", "UTF-16BE"])
def test_wide_letters_without_a_mark_are_found_and_asked_about(brought, read, encoding):
    look, rows = read(brought("Name,City\nAnn Müller,Köln\n", encoding))

    assert (look.shape.encoding, look.is_sure) == (encoding, False)
    assert rows[0].cells == ("Ann Müller", "Köln")


def test_ascii_and_utf8_are_sure(brought):
    assert look_at(brought("Name,City\nAnn,Rye\n")).is_sure
    assert look_at(brought("Name,City\nJürgen,Köln\n")).is_sure


def test_letters_far_below_the_first_block_count_too(brought):
    content = b"Name,City\n" + b"Ann Lee,Denver\n" * 100_000 + "Jürgen,Köln\n".encode("cp1252")
    look = look_at(brought(content))

    assert (look.shape.encoding, look.is_sure) == ("Windows-1252", False)


def test_a_few_wrong_letters_among_utf8_are_problems_of_their_rows(brought, read):
    good = "Jürgen,Köln\n".encode() * 20
    look, rows = read(brought(b"Name,City\n" + good + "Søren,Århus\n".encode("cp1252")))

    assert (look.shape.encoding, look.is_sure) == ("UTF-8", False)
    assert [row.number for row in rows if row.problem] == [22]
    assert rows[20].problem.startswith("This row has letters that are not UTF-8.")
    assert rows[20].cells == ("S\ufffdren", "\ufffdrhus")


def test_a_sign_that_was_lost_before_is_no_problem_of_ours(brought, read):
    look, rows = read(brought("Name,City\nJ\ufffdrgen,Köln\n"))

    assert look.is_sure
    assert rows[0].problem == ""


def test_a_person_may_say_what_the_letters_are(brought):
    path = brought(PEOPLE["Windows-1250"], "cp1250")
    wanted = replace(look_at(path).shape, encoding="Windows-1252")
    look = look_at(path, wanted=wanted)

    assert (look.shape.encoding, look.is_sure) == ("Windows-1252", True)
    assert look.sample[0][0] == "£ukasz Wójcik"
    assert next(read_rows(path, wanted)).cells == look.sample[0]


def test_what_a_person_says_is_doubted_where_it_cannot_be(brought):
    path = brought(PEOPLE["Windows-1251"], "cp1251")
    look = look_at(path, wanted=replace(look_at(path).shape, encoding="UTF-8"))

    assert not look.is_sure
    assert look.doubts[0].startswith("This row has letters that are not UTF-8.")


def test_an_encoding_that_nobody_has_is_refused(brought):
    path = brought("Name\nAnn\n")

    with pytest.raises(Unreadable, match="There is no encoding Murks"):
        look_at(path, wanted=replace(look_at(path).shape, encoding="Murks"))

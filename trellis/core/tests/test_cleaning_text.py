import json
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.core.text import TooLong, clean_line, clean_text

NAUGHTY = Path(__file__).resolve().parents[4] / "shared/data/edge_strings/blns.json"
HIDDEN = set("\x00\x07\x1b\x7f\u202e\u202a\u2066\u2069\ufeff\ud800\udfff")


def test_a_name_that_reads_backwards_is_stored_as_it_reads():
    assert clean_line("Dana \u202eztiO\u202c\x00", 80) == "Dana ztiO"


def test_spaces_of_every_kind_become_one():
    assert clean_line("  Dana\t \u00a0Ortiz\r\n", 80) == "Dana Ortiz"


def test_letters_are_composed_so_that_equal_names_are_equal():
    assert clean_line("Jose\u0301", 80) == "José"


def test_words_keep_their_lines():
    assert clean_text("Roof leaks.  \r\n\r\nPlease call.\x0b\u2028", 80) == "Roof leaks.\n\nPlease call."


def test_joiners_that_spelling_needs_stay():
    for text in ("👩‍👩‍👧", "می‌خواهم", "क्‍ष", "שלום\u200f"):
        assert clean_line(text, 80) == unicodedata.normalize("NFC", text)


def test_a_text_that_is_too_long_is_refused_with_both_numbers():
    with pytest.raises(TooLong, match=r"At most 1,000 characters fit here; this has 1,200\."):
        clean_text("x" * 1200, 1000)


def test_length_is_measured_on_what_is_kept():
    assert clean_line("abc" + " " * 100 + "\x00" * 100, 3) == "abc"


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_nothing_hidden_comes_through_and_cleaning_twice_changes_nothing(text):
    for clean in (clean_line, clean_text):
        cleaned = clean(text, 10_000)
        assert not HIDDEN & set(cleaned)
        assert clean(cleaned, 10_000) == cleaned
        cleaned.encode()
    assert "\n" not in clean_line(text, 10_000)


@pytest.mark.skipif(
    not NAUGHTY.exists() and not os.environ.get("CI"), reason="the shared test data is not beside this checkout"
)
def test_naughty_strings_keep_every_letter_that_can_be_seen():
    for text in json.loads(NAUGHTY.read_text()):
        seen = [mark for mark in unicodedata.normalize("NFC", text) if mark.isalnum()]
        assert [mark for mark in clean_text(text, 10_000) if mark.isalnum()] == seen

"""What a reply quotes is cut off; what they wrote themselves never is. Each expectation was checked by eye."""

from pathlib import Path

import pytest

from trellis.integrations.inbound_email.replies import visible_text

# Samples in which all five lines of filler text are theirs, and everything below is quoted.
FILLER = "et mollis ligula rutrum quis. Fusce sed odio id arcu varius aliquet nec nec nibh."
BELOW_THE_FILLER = """
    email_7 email_8 email_9 email_10 email_11 email_12 email_13 email_14 email_16 email_17 email_18 email_22 email_23
    email_24 email_25 email_26 email_danish_dash_separator email_en_multiline_2 email_finnish email_fr_multiline
    email_french_2 email_french_dash_separator email_german email_german_2 email_german_outlook
    email_gmail_split_line_from email_italian email_msn email_norwegian_gmail email_original_message
    email_original_message_2 email_outlook_split_line_from email_portuguese email_russian
    email_tricky_10_special_chars_in_name email_tricky_12_no_space_after_header email_tricky_14_long_quote_header
    email_tricky_15_original_message_variations email_tricky_5_mixed_languages
"""
# The last line that is theirs.
LAST_LINE = {
    "crisp/email_19": "Sent from a magnificent torch of pixels",
    "crisp/email_20": "On Thursday.",
    "crisp/email_2_1": "Outlook with a reply",
    "crisp/email_3": "-Abhishek Kona",
    "crisp/email_4": "Awesome! I haven't had another problem with it.",
    "crisp/email_6": "Sent a magnificent torch of pixels",
    "crisp/email_bullets": "   - and another",
    "crisp/email_custom_quote_header": "Thank you!",
    "crisp/email_customer_quote_header_2": "Thank you very much.",
    "crisp/email_customer_quote_header_3": "merci d'avance",
    "crisp/email_ios_outlook": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "crisp/email_ios_outlook_fr": "Envoyé à partir de Outlook pour iOS<https://aka.ms/o0ukef>",
    "crisp/email_one_is_not_on": "Locally (on development), when I run...",
    "crisp/email_reply_header": "Stranger",
    "crisp/email_sent_from": "Sent from TypeApp<http://www.typeapp.com/r?b=2621>",
    "crisp/email_thread": "This is new email reply in thread from bellow.",
    "crisp/email_tricky_17_forward_header": "See the forwarded message below.",
    "crisp/email_tricky_18_inline_reply": "Option C is not suitable for our use case.",
    "crisp/email_tricky_20_html_entities": "We need to ensure that &amp; symbols are handled correctly.",
    "crisp/email_tricky_9_nested_quotes": "I agree with the points below.",
    "crisp/email_unquoted_reply": "This is my reply.",
    "crisp/email_zoho": "running a test?",
    "zapier/email_1_3": "-Abhishek Kona",
    "zapier/email_1_4": "Awesome! I haven't had another problem with it.",
    "zapier/email_1_6": "Sent from a magnificent torch of pixels",
    "zapier/email_1_7": ":+1:",
    "zapier/email_1_8": "and under this.",
    "zapier/email_2_1": "Outlook with a reply",
    "zapier/email_2_2": "Outlook with a reply directly above line",
    "zapier/email_2_3": "Outlook with a reply above headers using unusual format",
    "zapier/email_bullets": "   - and another",
    "zapier/email_gmail": "This is a test for inbox replying to a github message.",
    "zapier/email_headers_no_delimiter": "And another reply!",
    "zapier/email_one_is_not_on": "Locally (on development), when I run...",
    "zapier/email_partial_quote_header": "fails, the tunnel is not working.",
    "zapier/greedy_on": "fails, the tunnel is not working.",
    "zapier/pathological": "get back to a computer.",
} | {f"crisp/{name}": FILLER for name in BELOW_THE_FILLER.split()}
# Nothing in these is a quote that could be cut: false friends, signatures, answers between quotes.
WHOLE = """
    crisp/correct_sig crisp/email_1 crisp/email_15 crisp/email_2 crisp/email_21 crisp/email_5 crisp/email_blackberry
    crisp/email_emoji crisp/email_german_3 crisp/email_iphone crisp/email_multi_word_sent_from_my_mobile_device
    crisp/email_not_a_signature crisp/email_not_a_signature_2 crisp/email_sent_from_my_not_signature
    crisp/email_tricky_11_double_signature crisp/email_tricky_13_timestamp_variations
    crisp/email_tricky_16_unicode_signatures crisp/email_tricky_19_quote_without_header
    crisp/email_tricky_1_on_false_positive crisp/email_tricky_2_url_with_wrote crisp/email_tricky_3_code_block
    crisp/email_tricky_4_from_in_body crisp/email_tricky_6_regards_in_sentence crisp/email_tricky_7_multiple_dashes
    crisp/email_tricky_8_sent_from_in_content crisp/email_with_date_headers crisp/email_with_from_headers
    crisp/email_with_regards crisp/sig_no_empty_line zapier/correct_sig zapier/email_1_1 zapier/email_1_2
    zapier/email_1_5 zapier/email_BlackBerry zapier/email_iPhone zapier/email_multi_word_sent_from_my_mobile_device
    zapier/email_sent_from_my_not_signature zapier/email_sig_delimiter_in_middle_of_line
"""


def test_every_sample_is_cut_where_a_reader_would_cut_it(shared: Path) -> None:
    samples = {str(path.relative_to(shared / "email_replies").with_suffix("")): path for path in _samples(shared)}
    assert set(samples) == LAST_LINE.keys() | set(WHOLE.split())
    wrong = {name: shown for name, path in samples.items() if (shown := _wrong(name, path.read_text()))}
    assert wrong == {}


def _samples(shared: Path) -> list[Path]:
    return sorted((shared / "email_replies").rglob("*.txt"))


def _wrong(name: str, text: str) -> str:
    shown = visible_text(text)
    if name in WHOLE.split():
        return "" if _lines(shown) == _lines(text) else shown
    return "" if shown.endswith(LAST_LINE[name]) and _starts_alike(name, shown, text) else shown


def _starts_alike(name: str, shown: str, text: str) -> bool:
    answers_below = name in ("crisp/email_tricky_18_inline_reply", "zapier/email_1_8")
    return answers_below or _lines(text)[: len(_lines(shown))] == _lines(shown)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Yes please", "Yes please"),
        ("> only\n> a quote", "> only\n> a quote"),
        (
            "On Tue, Jun 9, 2026 at 9:00 AM, Dana <d@ridge.example> wrote:\n> Still leaking?\n\nYes, badly.",
            "Yes, badly.",
        ),
        ("Yes.\n\n2 neighbors wrote:\nthe same thing", "Yes.\n\n2 neighbors wrote:\nthe same thing"),
        ("Call me at 10:30:\n555-0101", "Call me at 10:30:\n555-0101"),
        ("From: the kitchen\nTo: the hall\nall is wet", "From: the kitchen\nTo: the hall\nall is wet"),
    ],
)
def test_small_cases(text: str, shown: str) -> None:
    assert visible_text(text) == shown

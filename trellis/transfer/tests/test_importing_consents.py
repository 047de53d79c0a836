"""What a file says of consents is recorded once, and counts as a change."""

from collections.abc import Callable

from tests.cast import TUESDAY, Business
from trellis.people.actions import withdraw_consent
from trellis.transfer.models import Import
from trellis.transfer.tests.test_importing_contacts import _files_of_its_own, bring, work

__all__ = ["_files_of_its_own", "bring"]


def test_a_word_about_consent_is_a_change_once(ridgeline: Business, bring: Callable[..., Import]) -> None:
    renee = ridgeline.contact()
    file = "Name,Email,Consent to email\nRenee Castillo,renee@example.com,{}\n"
    did = [work(bring(file.format(word))).counts for word in ("yes", "yes", "no", "no")]
    assert did == [{"changed": 1}, {"same": 1}, {"changed": 1}, {"same": 1}]
    words = renee.consents.filter(purpose="marketing").order_by("at").values_list("granted", flat=True)
    assert list(words) == [True, False]


def test_whoever_refused_here_is_made_to_agree_by_no_file(ridgeline: Business, bring: Callable[..., Import]) -> None:
    renee = ridgeline.contact()
    withdraw_consent(renee, channel="email", source="link in an email", at=TUESDAY)
    imported = work(bring("Name,Email,Consent to email,Consent to SMS\nR,renee@example.com,yes,yes\n"))
    assert imported.counts == {"changed": 1}
    words = renee.consents.filter(purpose="marketing").values_list("channel", "granted")
    assert sorted(words) == [("email", False), ("sms", True)]

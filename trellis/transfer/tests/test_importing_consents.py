"""What a file says of consents is recorded once, and counts as a change."""

from collections.abc import Callable

from tests.cast import Business
from trellis.transfer.models import Import
from trellis.transfer.tests.test_importing_contacts import _files_of_its_own, bring, work

__all__ = ["_files_of_its_own", "bring"]


def test_a_word_about_consent_is_a_change_once(ridgeline: Business, bring: Callable[..., Import]) -> None:
    renee = ridgeline.contact()
    file = "Name,Email,Consent to email\nRenee Castillo,renee@example.com,{}\n"
    did = [work(bring(file.format(word))).counts for word in ("yes", "yes", "no", "no", "yes")]
    assert did == [{"changed": 1}, {"same": 1}, {"changed": 1}, {"same": 1}, {"changed": 1}]
    words = renee.consents.filter(purpose="marketing").order_by("at").values_list("granted", flat=True)
    assert list(words) == [True, False, True]

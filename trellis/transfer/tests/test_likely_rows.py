"""Rows that no address matches, though they are likely somebody here: shown beforehand, asked about, or set aside."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.people.jobs import look_for_duplicates
from trellis.people.models import BlockKey, Contact, ContactPoint, PossibleDuplicate
from trellis.transfer.actions import set_plan
from trellis.transfer.importing.plan import ASIDE, Plan
from trellis.transfer.models import Import, ImportedRow
from trellis.transfer.queries import failed_rows, preview_of
from trellis.transfer.tests.test_importing_contacts import _files_of_its_own, bring, work

__all__ = ["_files_of_its_own", "bring"]

Bring = Callable[..., Import]
# Renee with another address; the same Bo twice; somebody new.
ROWS = (
    "Name,Email,Phone,Street,City\n"
    "Renee Castillo,r.castillo@example.org,,12 Oak Street,Conway\n"
    "Boniface Lindqvist,bo@example.com,501-555-0177,7 Elm Avenue,Cabot\n"
    "Boniface Lindqvist,boniface@example.org,,7 Elm Avenue,Cabot\n"
    "Cy Twomb,cy@example.com,,,\n"
)


@pytest.fixture
def renee(ridgeline: Business) -> Contact:
    known = ridgeline.contact()
    Contact.objects.filter(pk=known.pk).update(address="12 Oak Street", place="Conway")
    while look_for_duplicates(at=TUESDAY, hour=12):
        pass
    return known


def set_likely(imported: Import) -> Import:
    return set_plan(imported, Plan.of(imported.plan | {"likely": ASIDE}))


def test_a_preview_says_who_is_likely_here_and_why(renee: Contact, bring: Bring) -> None:
    preview = preview_of(bring(ROWS), at=TUESDAY)
    likely = {row.number: row.likely for row in preview.rows if row.likely}
    assert preview.likely == 2
    assert likely.keys() == {2, 4}
    assert likely[2].startswith("Perhaps Renee Castillo (")
    assert "Same name" in likely[2]
    assert likely[4].startswith("Perhaps Boniface Lindqvist of row 3 (")
    assert preview.counts == {"added": 4}


def test_they_are_brought_in_and_their_pairs_wait_for_somebody_to_decide(renee: Contact, bring: Bring) -> None:
    imported = work(bring(ROWS))
    assert imported.counts == {"added": 4}
    for _ in range(3):
        look_for_duplicates(at=TUESDAY + timedelta(minutes=1), hour=12)
    pairs = {frozenset((pair.contact.name, pair.other.name)) for pair in PossibleDuplicate.objects.all()}
    assert pairs == {frozenset({"Renee Castillo"}), frozenset({"Boniface Lindqvist"})}


def test_they_are_set_aside_and_come_back_as_a_file_with_the_reason(renee: Contact, bring: Bring) -> None:
    imported = work(set_likely(bring(ROWS)))
    assert imported.counts == {"added": 2, "aside": 2}
    assert sorted(Contact.objects.values_list("name", flat=True)) == [
        "Boniface Lindqvist",
        "Cy Twomb",
        "Renee Castillo",
    ]
    lines = "".join(failed_rows(imported)).splitlines()
    assert lines[1].startswith("Renee Castillo,r.castillo@example.org,")
    assert "Perhaps Renee Castillo" in lines[1]
    assert "of row 3" in lines[2]
    bo = Contact.objects.get(name="Boniface Lindqvist")
    aside = ImportedRow.objects.filter(did="aside").order_by("number")
    assert list(aside.values_list("likely_id", flat=True)) == [renee.pk, bo.pk]


def test_a_later_step_knows_the_rows_of_the_ones_before(
    renee: Contact, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis.transfer.jobs.BATCH", 4)
    imported = work(set_likely(bring(ROWS)))
    assert imported.counts == {"added": 2, "aside": 2}
    assert BlockKey.objects.exclude(contact=renee).exists()


def test_what_a_row_that_is_set_aside_would_hold_is_held_by_who_comes_in(renee: Contact, bring: Bring) -> None:
    """Renee's row has the phone first; Cy, who shares it, is found by it as long as she is not in."""
    imported = work(
        set_likely(
            bring(
                "Name,Email,Phone,Street,City\n"
                "Renee Castillo,r.castillo@example.org,501-555-0142,12 Oak Street,Conway\n"
                "Cyrus Twombley,cy@example.com,501-555-0142,,\n"
            )
        )
    )
    assert imported.counts == {"added": 1, "aside": 1}
    assert ContactPoint.objects.get(kind="phone").held_at
    assert ImportedRow.objects.get(did="aside").contact_id is None

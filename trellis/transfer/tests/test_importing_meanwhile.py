"""A file is brought in as it was planned, whatever changes before a worker comes to it."""

from collections.abc import Callable

from tests.cast import TUESDAY
from trellis.core.memory import keep
from trellis.people.custom import custom_fields, retire_field
from trellis.people.models import Contact
from trellis.team.runs import work_runs
from trellis.transfer.actions import start_import
from trellis.transfer.models import Import
from trellis.transfer.tests.test_importing_contacts import _files_of_its_own, bring

__all__ = ["_files_of_its_own", "bring"]


def test_a_file_with_a_field_that_was_made_a_moment_ago_elsewhere_is_brought_in(bring: Callable[..., Import]) -> None:
    imported = bring("Name,Email,Website\nAna Ruiz,ana@example.com,ruiz.example\n")
    start_import(imported, by=imported.by, at=TUESDAY)
    # What a worker remembers that looked a moment before.
    keep("people.custom", list)
    work_runs(at=TUESDAY)
    assert Contact.objects.get().custom == {"website": "https://ruiz.example"}


def test_a_file_is_brought_in_though_a_field_of_it_went_out_of_use_meanwhile(bring: Callable[..., Import]) -> None:
    imported = bring("Name,Email,Website\nAna Ruiz,ana@example.com,ruiz.example\n")
    start_import(imported, by=imported.by, at=TUESDAY)
    retire_field(custom_fields("contact")[0], by=None, at=TUESDAY)
    work_runs(at=TUESDAY)
    assert Contact.objects.get().custom == {"website": "https://ruiz.example"}

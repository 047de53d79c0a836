"""A file is brought in as it was planned, whatever changes before a worker comes to it."""

from collections.abc import Callable

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.memory import keep
from trellis.people.custom import custom_fields, retire_field
from trellis.people.models import Contact
from trellis.team.actions.people import create_user, update_user
from trellis.team.models import User
from trellis.team.runs import go_on, work_runs
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


def test_an_import_stops_once_its_person_may_no_longer_import_and_goes_on_once_they_may(
    bring: Callable[..., Import], ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis.transfer.jobs.BATCH", 2)
    imported = bring("Name,Email\n" + "".join(f"P{n},p{n}@example.com\n" for n in range(5)))
    run = start_import(imported, by=ridgeline.maya, at=TUESDAY)
    work_runs(at=TUESDAY, turn=0)
    boss = create_user(
        name="Ines Roy", email="ines@ridgeline.example", role="admin", password="x" * 12, by=None, at=TUESDAY
    )
    let_be(ridgeline.maya, "viewer", by=boss)
    assert work_runs(at=TUESDAY) == 1
    run.refresh_from_db()
    assert run.said == (
        "Maya Ortiz may no longer import: stopped after 2 rows. What came in stays. Once they may again, it can go on "
        "or be taken back under Work."
    )
    assert (run.done, run.can_go_on, Contact.objects.count()) == (2, True, 2)
    let_be(ridgeline.maya, "admin", by=boss)
    go_on(run, at=TUESDAY)
    while work_runs(at=TUESDAY):
        pass
    run.refresh_from_db()
    assert (run.said, Contact.objects.count()) == ("5 added.", 5)


def let_be(user: User, role: str, *, by: User) -> None:
    update_user(
        user, name=user.name, email=user.email, role=role, phone=user.phone, calendar=user.calendar, by=by, at=TUESDAY
    )

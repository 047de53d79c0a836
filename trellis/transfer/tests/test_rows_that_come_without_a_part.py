"""A row in which something cannot be read comes in without it, as long as we would know the person again."""

from collections.abc import Callable

import pytest

from tests.cast import TUESDAY, Business
from trellis.events.models import Event
from trellis.people.custom import define_field
from trellis.people.models import Contact
from trellis.team.runs import undo_run
from trellis.transfer.actions import set_plan
from trellis.transfer.importing.plan import Column, Plan
from trellis.transfer.models import Import, ImportedRow
from trellis.transfer.queries import failed_rows, preview_of

type Take = Callable[..., Import]
type Work = Callable[[Import], Import]

ODD = "Name,Email,Phone,Created\nAna Ruiz,ana@example.com,ask Bob,soon\nBo Lind,nope,12,\n"


def notes() -> list[str]:
    return [note.payload["text"] for note in Event.objects.filter(key="note.written").order_by("id")]


def test_whoever_has_an_address_comes_in_without_what_cannot_be_read_and_it_is_noted(take: Take, work: Work) -> None:
    imported = work(take(ODD))
    assert imported.counts == {"added": 1, "failed": 1, "without": 1}
    ana = Contact.objects.get()
    assert [*ana.points.values_list("value", flat=True)] == ["ana@example.com"]
    assert notes() == ["Could not be read when it was imported: Phone “ask Bob”; Created “soon”."]


def test_a_row_tells_all_its_faults_at_once(take: Take, work: Work) -> None:
    imported = work(take(ODD))
    ana, bo = ImportedRow.objects.filter(import_of=imported).order_by("number")
    assert (ana.did, bo.did) == ("added", "failed")
    assert "“ask Bob” is not a phone number" in ana.problem
    assert "Created: “soon” is not a day" in ana.problem
    assert "“nope” is not an email address" in bo.problem
    assert "“12” is not a phone number" in bo.problem


def test_both_come_back_as_a_file_with_what_was_wrong_and_mending_it_says_nothing_twice(take: Take, work: Work) -> None:
    lines = "Name,Email,Phone,Note\nAna Ruiz,ana@example.com,ask Bob,Has a dog\nBo Lind,nope,,\n"
    imported = work(take(lines))
    mend = "".join(failed_rows(imported)).removeprefix("\ufeff")
    assert "Row 2: Brought in without" in mend.splitlines()[1]
    again = work(take(mend.replace("ask Bob", "501-555-0142").replace("nope", "bo@example.com"), called="mended.csv"))
    assert again.counts == {"changed": 1, "added": 1}
    assert Contact.objects.get(name="Ana Ruiz").points.filter(value="+15015550142").exists()
    assert notes() == ["Has a dog", "Could not be read when it was imported: Phone “ask Bob”."]


def test_of_several_addresses_in_a_cell_the_good_ones_come_in(take: Take, work: Work) -> None:
    work(take("Name,Email\nAna Ruiz,ana@example.com; nope\n"))
    assert [*Contact.objects.get().points.values_list("value", flat=True)] == ["ana@example.com"]
    assert notes() == ["Could not be read when it was imported: Email “nope”."]


def test_a_cell_that_looks_like_a_formula_comes_back_as_it_was(take: Take, work: Work) -> None:
    mend = "".join(failed_rows(work(take("Name,Email,Job title\n=Ana,nope,@home\n"))))
    assert "'=Ana,nope,'@home,Row 2:" in mend
    work(take(mend.replace("nope", "ana@example.com")))
    assert [(one.name, one.job_title) for one in Contact.objects.all()] == [("=Ana", "@home")]


@pytest.mark.parametrize("column", ["First name", "Company", "Region", "Country", "Note", "Source"])
def test_what_is_longer_than_its_field_is_left_out_too(take: Take, work: Work, column: str) -> None:
    imported = work(take(f"{column},Email,Street\n{'x' * 12_000},ana@example.com,1 Oak Street\n"))
    assert imported.counts == {"added": 1, "without": 1}
    assert ImportedRow.objects.get().problem.startswith(f"Brought in without: {column}: At most ")


def test_rows_that_are_matched_by_email_need_but_one_that_can_be_read(take: Take, work: Work) -> None:
    imported = take("Name,Email\nAna Ruiz,ana@example.com; nope\n")
    set_plan(imported, Plan(columns=Plan.of(imported.plan).columns, match="email"))
    assert work(imported).counts == {"added": 1, "without": 1}


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("Name,Phone\nAna Ruiz,ask Bob\n", "not a phone number"),
        (
            "Name,Email,Email Opt Out\nAna Ruiz,ana@example.com,perhaps\n",
            "email (opt-out): “perhaps” is neither yes nor no",
        ),
        ("Name,Email,Phone\n,nope,1\n", "not an email address"),
    ],
)
def test_who_could_not_be_known_again_or_may_have_said_no_is_set_aside(
    take: Take, work: Work, lines: str, says: str
) -> None:
    imported = work(take(lines))
    assert imported.counts == {"failed": 1}
    assert says in ImportedRow.objects.get().problem
    assert not Contact.objects.exists()


def test_a_row_whose_id_of_the_other_system_tells_who_it_is_needs_no_address(
    ridgeline: Business, take: Take, work: Work
) -> None:
    key = define_field(noun="contact", label="Old id", kind="text", by=ridgeline.maya, at=TUESDAY).key
    imported = take("Name,Old id,Email\nAna Ruiz,77,nope\nBo Lind,,bo@example\n")
    set_plan(imported, Plan(columns=Plan.of(imported.plan).columns, match=f"custom.{key}"))
    assert work(imported).counts == {"added": 1, "without": 1, "failed": 1}


def test_whose_the_lead_is_must_be_read(take: Take, work: Work) -> None:
    imported = take("Name,Email,Rep\nAna Ruiz,ana@example.com,Nobody we know\n")
    set_plan(imported, Plan(columns=[Column("name"), Column("email"), Column("journey_owner")]))
    assert work(imported).counts == {"failed": 1}


def test_the_preview_counts_what_rows_come_without(take: Take) -> None:
    preview = preview_of(take(ODD), at=TUESDAY)
    assert preview.counts == {"added": 1, "failed": 1}
    assert preview.without == {"Phone": 1, "Created": 1}
    row = next(row for row in preview.rows if row.did == "added")
    assert "“ask Bob” is not a phone number" in row.problem


def test_who_came_without_a_part_is_taken_back_like_the_others(ridgeline: Business, take: Take, work: Work) -> None:
    imported = work(take(ODD))
    undo_run(imported.run, by=ridgeline.maya, at=TUESDAY, at_once=True)
    assert not Contact.objects.genuine().exists()

"""Before anything is written a person sees new people as they would be, and which columns go nowhere."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.people.custom import custom_fields, define_field
from trellis.people.models import Contact
from trellis.transfer.actions import keep_columns, set_plan
from trellis.transfer.importing.plan import Column, Plan
from trellis.transfer.models import Import
from trellis.transfer.queries import failed_rows, preview_of

type Take = Callable[..., Import]
type Work = Callable[[Import], Import]

LINES = (
    "Name,Email,Phone,Company,City,Tags,Website,Budget\n"
    'Ana Ruiz,ANA@Example.com,(501) 555-0142,Ruiz & Co,Conway,"hail;vip",ruiz.example,99.90 USD\n'
)


@pytest.fixture
def screen(client: Client, ridgeline: Business) -> Screen:
    return Screen(client).log_in(ridgeline.maya)


def test_the_first_who_are_new_are_shown_with_all_that_would_be_written(take: Take, ridgeline: Business) -> None:
    define_field(noun="contact", label="Budget", kind="money", by=ridgeline.maya, at=TUESDAY)
    row = preview_of(take(LINES), at=TUESDAY).new[0]
    assert (row.number, row.name) == (2, "Ana Ruiz")
    assert {(label, value) for label, _, value in row.changes} == {
        ("Email", "ana@example.com"),
        ("Phone", "+15015550142"),
        ("Company", "Ruiz & Co"),
        ("City", "Conway"),
        ("Tags", "hail, vip"),
        ("Website", "https://ruiz.example"),
        ("Budget", "99.90 USD"),
    }


def test_columns_that_go_nowhere_are_named_and_kept_by_one_press(take: Take, work: Work, screen: Screen) -> None:
    imported = take("Name,Email,Fax,Old id,Nothing\nAna,ana@example.com,none,77,\n")
    set_plan(imported, Plan(columns=[Column("name"), Column("email"), Column(), Column(), Column()]))
    screen.open(f"/import/{imported.pk}/preview")
    assert "2 columns are left out: “Fax”, “Old id”." in screen.words
    assert "Say where they go" in screen.words
    screen.send(f"/import/{imported.pk}/keep", column=["2", "3", "99", "x"])
    assert "left out" not in screen.words
    assert "Old id 77" in screen.words, "As it would be written."
    imported.refresh_from_db()
    work(imported)
    assert Contact.objects.get().custom == {"fax": "none", "old_id": "77"}


def test_a_column_that_is_kept_is_called_as_no_other_field(take: Take, work: Work, ridgeline: Business) -> None:
    define_field(noun="contact", label="Fax", kind="text", by=ridgeline.maya, at=TUESDAY)
    imported = take("Name,FAX,fax ,Old\nAna,1,2,3\n")
    fax = custom_fields("contact")[0].key
    set_plan(imported, Plan(columns=[Column("name"), Column(f"custom.{fax}"), Column(), Column()]))
    work(keep_columns(imported, [2, 3]))
    assert [field.label for field in custom_fields("contact")] == ["Fax", "fax (2)", "Old"]
    other = take("Who,Fax\nAna,1\n")
    set_plan(other, Plan(columns=[Column("name"), Column()]))
    assert keep_columns(other, [1]).plan["columns"][1]["target"] == f"custom.{fax}"


def test_rows_that_were_mended_go_where_those_of_their_file_went(take: Take, work: Work) -> None:
    imported = take("Name,Where,Reach\nAna,Conway,nope\n")
    set_plan(imported, Plan(columns=[Column("name"), Column("place"), Column("email")]))
    mended = take("".join(failed_rows(work(imported))).removeprefix("\ufeff").replace("nope", "ana@example.com"))
    assert Plan.of(mended.plan).targets == ["name", "place", "email"]
    assert preview_of(mended, at=TUESDAY).left_out == []

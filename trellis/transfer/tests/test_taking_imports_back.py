"""A whole import is taken back: nothing is left of it, and nothing goes that somebody did since."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.people.actions import add_tags, record_consent, withdraw_consent, write_note
from trellis.people.changing import change_company, change_contact, undo_contact_change
from trellis.people.custom import custom_fields, define_field
from trellis.people.merging import merge_contacts
from trellis.people.models import Company, Consent, Contact, ContactPoint, Tag
from trellis.team.models import Change, Run
from trellis.team.runs import undo_run, work_runs
from trellis.transfer.actions import path_of, start_import
from trellis.transfer.jobs import forget_left
from trellis.transfer.models import Import
from trellis.transfer.tests.test_importing_contacts import _files_of_its_own, bring, work

__all__ = ["_files_of_its_own", "bring"]

Bring = Callable[..., Import]
LATER = TUESDAY + timedelta(minutes=5)


def take_back(imported: Import, ridgeline: Business) -> Run:
    assert imported.run
    undone = undo_run(imported.run, by=ridgeline.maya, at=LATER)
    while work_runs(at=LATER):
        pass
    undone.refresh_from_db()
    return undone


def test_a_whole_import_is_taken_back_but_for_those_who_went_on(
    ridgeline: Business, bring: Callable[..., Import]
) -> None:
    renee = ridgeline.contact()
    imported = work(
        bring("Name,Email,Phone,City,Tags\nR,renee@example.com,501-555-0142,Conway,vip\n"
              "Ana,ana@example.com,,,\nBo,bo@example.com,,,\nCy,cy@example.com,,,\n")
    )  # fmt: skip
    ridgeline.lead(Contact.objects.get(name="Bo"))
    change_contact(Contact.objects.get(name="Cy"), {"place": "Cabot"}, by=ridgeline.ben, at=LATER)
    undone = take_back(imported, ridgeline)
    assert undone.failed == 2
    assert sorted(Contact.objects.genuine().values_list("name", flat=True)) == ["Bo", "Cy", "Renee Castillo"]
    renee.refresh_from_db()
    assert (renee.place, renee.changed_at) == ("", None)
    assert not renee.tags.exists()
    assert list(renee.points.values_list("value", flat=True)) == ["renee@example.com"]
    assert not ContactPoint.objects.filter(value="ana@example.com", held_at__isnull=False).exists()
    told = Event.objects.filter(key="contact.changed", at=LATER, payload__what="it back to how it was")
    assert set(told.values_list("contact_id", flat=True)) == {renee.pk, Contact.objects.get(name="Ana").pk}


@pytest.mark.parametrize("is_used", [False, True])
def test_fields_that_came_with_a_file_go_with_it_unless_somebody_has_a_value(
    ridgeline: Business, bring: Callable[..., Import], is_used: bool
) -> None:
    define_field(noun="contact", label="Mine", kind="text", by=ridgeline.maya, at=TUESDAY)
    imported = work(bring("Name,Email,Website\nAna,ana@example.com,ana.example\n"))
    renee = ridgeline.contact()
    if is_used:
        change_contact(renee, {"custom.website": "https://renee.example"}, by=ridgeline.ben, at=LATER)
    undo_run(imported.run, by=ridgeline.maya, at=LATER, at_once=True)
    labels = [field.label for field in custom_fields("contact")]
    assert labels == (["Mine", "Website"] if is_used else ["Mine"])


def test_nothing_is_left_of_what_a_file_made_beside_people(ridgeline: Business, bring: Bring) -> None:
    renee = ridgeline.contact()
    Company.objects.create(name="Here Before", created_at=TUESDAY)
    Tag.called("regular").save()
    imported = work(
        bring("Name,Email,Company,Tags,Note,Consent to email\n"
              "Renee Castillo,renee@example.com,Castillo LLC,storm,Likes slate,yes\n"
              "Ana Ruiz,ana@example.com,Here Before,regular,Ask for Bo,no\n"
              "Bo Lind,bo@example.com,Lind and Sons,storm,,\n")
    )  # fmt: skip
    assert Company.objects.count() == 3
    assert Consent.objects.exists()
    assert take_back(imported, ridgeline).said == "Taken back. Everything is as it was before."
    assert list(Contact.objects.genuine()) == [renee]
    assert list(Company.objects.values_list("name", flat=True)) == ["Here Before"]
    assert list(Tag.objects.values_list("name", flat=True)) == ["regular"]
    assert not Consent.objects.exists()
    assert not Event.objects.filter(key="note.written", contact_id=renee.pk).exists()


SINCE: dict[str, Callable[[Contact, Business], object]] = {
    "a note": lambda ana, ridgeline: write_note(ana, text="She called", by=ridgeline.ben, at=LATER),
    "a note by whoever brought the file": lambda ana, ridgeline: write_note(
        ana, text="She called", by=ridgeline.maya, at=TUESDAY
    ),
    "a tag": lambda ana, ridgeline: add_tags(ana, ["vip"], by=ridgeline.ben, at=LATER),
    "a consent": lambda ana, ridgeline: record_consent(
        ana, channel="sms", source="by phone", by=ridgeline.ben, at=LATER
    ),
    "a refusal of their own": lambda ana, ridgeline: withdraw_consent(ana, channel="email", source="link", at=LATER),
    "another place": lambda ana, ridgeline: change_contact(ana, {"place": "Cabot"}, by=ridgeline.ben, at=LATER),
    "a lead": lambda ana, ridgeline: ridgeline.lead(ana),
}


@pytest.mark.parametrize("what", SINCE)
def test_whoever_got_something_since_stays_with_all_that_the_file_said(
    ridgeline: Business, bring: Bring, what: str
) -> None:
    imported = work(
        bring(
            "Name,Email,Company,Tags,Note,Consent to email\nAna Ruiz,ana@example.com,Ruiz Ltd,storm,Likes slate,yes\n"
        )
    )
    ana = Contact.objects.get(name="Ana Ruiz")
    SINCE[what](ana, ridgeline)
    undone = take_back(imported, ridgeline)
    assert undone.failed == 1
    assert undone.said == "Taken back, but for 1 that somebody changed since: those stay as they are."
    assert Contact.objects.genuine().filter(pk=ana.pk, company__name="Ruiz Ltd", tags__name="storm").exists()
    assert Event.objects.filter(key="note.written", contact_id=ana.pk, payload__text="Likes slate").exists()
    assert Consent.objects.filter(contact=ana, source="import people.csv").exists()


def test_whoever_is_in_the_file_twice_and_went_on_keeps_both_rows(
    ridgeline: Business, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trellis.transfer.jobs.BATCH", 1)
    monkeypatch.setattr("trellis.transfer.jobs.FEWEST", 1)
    text = "Name,Email,City,Tags\nAna Ruiz,ana@example.com,,\nAna Ruiz,ana@example.com,Conway,storm\n"
    imported = work(bring(text))
    assert imported.run
    assert imported.run.parts.count() == 2
    ana = Contact.objects.get()
    write_note(ana, text="She called", by=ridgeline.ben, at=LATER)
    assert take_back(imported, ridgeline).failed == 1
    ana.refresh_from_db()
    assert (ana.taken_back_at, ana.place, ana.tags.get().name) == (None, "Conway", "storm")
    again = work(bring(text.replace("ana@", "bo@").replace("Ana", "Bo"), called="more.csv"))
    assert take_back(again, ridgeline).failed == 0
    assert list(Contact.objects.genuine()) == [ana]


def test_whoever_was_merged_since_stays(ridgeline: Business, bring: Bring) -> None:
    renee = ridgeline.contact()
    imported = work(bring("Name,Email,City\nR. Castillo,rc@example.com,Conway\n"))
    merge_contacts(renee, Contact.objects.get(name="R. Castillo"), by=ridgeline.ben, at=LATER)
    assert take_back(imported, ridgeline).failed == 1
    assert set(renee.points.values_list("value", flat=True)) >= {"renee@example.com", "rc@example.com"}


def test_a_company_stays_that_somebody_filled_in_or_is_with(ridgeline: Business, bring: Bring) -> None:
    imported = work(
        bring("Name,Email,Company\nAna,ana@example.com,Ruiz Ltd\nBo,bo@example.com,Lind\nCy,cy@example.com,Twomb\n")
    )
    change_company(Company.objects.get(name="Lind"), {"place": "Cabot"}, by=ridgeline.ben, at=LATER)
    change_contact(ridgeline.contact(), {"company": Company.objects.get(name="Twomb")}, by=ridgeline.ben, at=LATER)
    take_back(imported, ridgeline)
    assert set(Company.objects.values_list("name", flat=True)) == {"Lind", "Twomb"}


def test_a_company_that_went_with_its_file_comes_back_with_no_other_undo(ridgeline: Business, bring: Bring) -> None:
    """Neither what somebody changed by hand nor a later file finds it again, and both say so or go on without it."""
    imported = work(bring("Name,Email,Company\nAna,ana@example.com,Ruiz Ltd\nBo,bo@example.com,Ruiz Ltd\n"))
    ana = Contact.objects.get(name="Ana")
    second = work(bring("Name,Email,Company\nBo,bo@example.com,Lind\n", company="overwrite", called="more.csv"))
    change_contact(ana, {"company": ""}, by=ridgeline.ben, at=LATER)
    assert take_back(imported, ridgeline).failed == 2
    assert list(Company.objects.values_list("name", flat=True)) == ["Lind"]
    with pytest.raises(Refused, match="is gone since then"):
        undo_contact_change(Change.objects.get(by=ridgeline.ben), by=ridgeline.ben, at=LATER)
    assert take_back(second, ridgeline).failed == 0
    assert Contact.objects.get(name="Bo").company is None


def test_a_step_of_many_rows_is_taken_back_a_few_at_a_time(ridgeline: Business, bring: Bring) -> None:
    ridgeline.contact()
    people = "".join(f"Ana {number},ana{number}@example.com,Ruiz Holdings,storm\n" for number in range(450))
    imported = work(bring(f"Name,Email,Company,Tags\nRenee,renee@example.com,,\n{people}"))
    assert imported.run
    undone = undo_run(imported.run, by=ridgeline.maya, at=LATER)
    while undone.ended_at is None:
        before = Contact.objects.genuine().count()
        work_runs(at=LATER, turn=0)
        undone.refresh_from_db()
        assert before - Contact.objects.genuine().count() <= 200
    assert undone.done == undone.total
    assert Contact.objects.genuine().count() == 1
    assert not Company.objects.exists()
    assert not Tag.objects.exists()


def test_the_file_of_an_import_that_was_taken_back_midway_is_forgotten_after_a_week(
    ridgeline: Business, bring: Bring
) -> None:
    imported = bring("Name,Email\nAna,ana@example.com\n")
    run = start_import(imported, by=ridgeline.maya, at=TUESDAY)
    undo_run(run, by=ridgeline.maya, at=TUESDAY, at_once=True)
    forget_left(TUESDAY + timedelta(days=6))
    assert path_of(imported).exists()
    forget_left(TUESDAY + timedelta(days=8))
    assert not path_of(imported).exists()

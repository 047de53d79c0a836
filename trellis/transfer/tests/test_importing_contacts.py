"""A list from elsewhere is brought in: whoever is known is found, nothing is lost, and all of it can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.people.custom import custom_fields, define_field
from trellis.people.models import Company, Contact, ContactPoint
from trellis.team.models import Run, RunPart
from trellis.team.runs import work_runs
from trellis.transfer.actions import path_of, set_plan, start_import, take_file
from trellis.transfer.importing.plan import OVERWRITE, Column, Plan
from trellis.transfer.jobs import forget_left
from trellis.transfer.models import Import, ImportedRow
from trellis.transfer.queries import failed_rows, preview_of

LATER = TUESDAY + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bring(ridgeline: Business) -> Callable[..., Import]:
    """A file is taken as Maya brings it; with `plan` its columns go where the test says."""

    seconds = count()

    def taken(text: str, *, called: str = "people.csv", match: str = "address", **policies: str) -> Import:
        told, at = text.encode(), TUESDAY + timedelta(seconds=next(seconds))
        imported = take_file(called, [told], size=len(told), by=ridgeline.maya, at=at)
        plan = Plan.of(imported.plan)
        columns = [Column(one.target, policies.get(one.target, one.policy)) for one in plan.columns]
        return set_plan(imported, Plan.of(plan.told() | {"columns": [one.__dict__ for one in columns], "match": match}))

    return taken


def work(imported: Import) -> Import:
    start_import(imported, by=imported.by, at=TUESDAY)
    while work_runs(at=TUESDAY):
        pass
    imported.refresh_from_db()
    return imported


def test_a_list_is_brought_in_as_its_columns_say(bring: Callable[..., Import]) -> None:
    imported = work(
        bring(
            "First Name,Last Name,Email,Phone,Company,City,Tags,Website,Consent to email\n"
            'Ana,Ruiz,ANA@example.com,(501) 555-0142,Ruiz & Co,Conway,"hail;vip",ruiz.example,yes\n'
            "Bo,Lind,bo@example.com,,,Cabot,,,no\n"
        )
    )
    assert imported.counts == {"added": 2}
    ana = Contact.objects.get(name="Ana Ruiz")
    assert sorted(ana.points.values_list("value", flat=True)) == ["+15015550142", "ana@example.com"]
    assert (ana.company.name, ana.place) == ("Ruiz & Co", "Conway")
    assert sorted(ana.tags.values_list("name", flat=True)) == ["hail", "vip"]
    assert [field.label for field in custom_fields("contact")] == ["Website"]
    assert ana.custom == {"website": "https://ruiz.example"}
    assert list(ana.consents.values_list("channel", "granted", "source")) == [("email", True, "import people.csv")]
    event = Event.objects.get(contact_id=ana.pk, key="contact.added")
    assert (event.by, event.payload["source"]) == (imported.by, "people.csv")


def test_whoever_is_known_is_found_and_only_what_was_empty_is_filled(
    ridgeline: Business, bring: Callable[..., Import]
) -> None:
    renee = ridgeline.contact(phone="+15015550142")
    Contact.objects.filter(pk=renee.pk).update(place="Conway")
    work(bring("Name,Email,City,Job title\nR. Castillo,renee@example.com,Cabot,Owner\n"))
    renee.refresh_from_db()
    assert Contact.objects.count() == 1
    assert (renee.name, renee.place, renee.job_title) == ("Renee Castillo", "Conway", "Owner")


def test_a_column_overwrites_where_that_was_chosen_and_an_empty_cell_never_does(
    ridgeline: Business, bring: Callable[..., Import]
) -> None:
    renee = ridgeline.contact()
    Contact.objects.filter(pk=renee.pk).update(place="Conway", job_title="Baker")
    work(bring("Email,City,Job title\nrenee@example.com,Cabot,\n", place=OVERWRITE, job_title=OVERWRITE))
    renee.refresh_from_db()
    assert (renee.place, renee.job_title) == ("Cabot", "Baker")
    event = Event.objects.get(contact_id=renee.pk, key="contact.changed")
    assert event.payload["changes"] == {"place": ["Conway", "Cabot"]}
    assert event.payload["why"] == "import of people.csv"


def test_an_address_with_plainly_another_name_is_another_person_who_shares_it(
    ridgeline: Business, bring: Callable[..., Import]
) -> None:
    renee = ridgeline.contact()
    work(bring("Name,Email\nCarl Whitaker,renee@example.com\n"))
    carl = Contact.objects.get(name="Carl Whitaker")
    assert carl != renee
    assert [point.contact for point in ContactPoint.objects.filter(held_at__isnull=False)] == [renee]


def test_the_preview_says_which_rows_are_one_person(bring: Callable[..., Import]) -> None:
    imported = bring("Name,Email\nAna Ruiz,ana@example.com\nBo Lind,bo@example.com\n,ANA@example.com\n")
    rows = {row.number: row for row in preview_of(imported, at=TUESDAY).rows}
    assert {number: row.same_as for number, row in rows.items()} == {2: 0, 3: 0, 4: 2}


def test_somebody_who_is_in_the_file_twice_is_one_person(bring: Callable[..., Import]) -> None:
    imported = work(bring("Name,Email,Phone\nAna Ruiz,ana@example.com,\nAna Ruiz,ana@example.com,501-555-0142\n"))
    assert Contact.objects.count() == 1
    assert ContactPoint.objects.count() == 2
    assert imported.counts == {"added": 1, "twice": 1}


def test_the_company_that_comes_with_the_file_is_known_to_the_second_row_about_the_same_person(
    ridgeline: Business, bring: Callable[..., Import]
) -> None:
    named = ("Ruiz", "ruiz", "Else")
    imported = bring("\n".join(["Name,Email,Company", *(f"Ana,ana@example.com,{name}" for name in named)]))
    assert preview_of(imported, at=TUESDAY).counts["added"] == 1
    work(imported)
    assert Contact.objects.get().company.name == "Ruiz"
    assert Contact.objects.get().changed_at == imported.created_at


def test_the_email_of_one_with_the_phone_of_another_moves_no_phone(
    ridgeline: Business, bring: Callable[..., Import]
) -> None:
    renee = ridgeline.contact()
    carl = ridgeline.contact("Carl Whitaker", "carl@example.com", "+15015550142")
    work(bring("Email,Phone\nrenee@example.com,501-555-0142\n"))
    assert ContactPoint.objects.get(contact=carl, kind="phone").held_at
    assert not ContactPoint.objects.get(contact=renee, kind="phone").held_at


def test_rows_are_matched_by_the_id_of_the_other_system(bring: Callable[..., Import]) -> None:
    work(bring("Record ID,Name\n77,Ana Ruiz\n78,Bo Lind\n"))
    key = custom_fields("contact")[0].key
    again = bring("Record ID,Name,City\n78,Bo Lindqvist,Cabot\n79,Cy Twomb,\n", match=f"custom.{key}", name=OVERWRITE)
    assert work(again).counts == {"changed": 1, "added": 1}
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Ana Ruiz", "Bo Lindqvist", "Cy Twomb"]


def test_rows_that_cannot_be_read_come_back_as_a_file_with_what_was_wrong(bring: Callable[..., Import]) -> None:
    imported = work(
        bring(
            "Name,Email,Created\nAna,ana@example.com,2026-01-02\nBo,not-an-address,\n,,\n,,2026-01-03\nCy,cy@example.com,soon\n"
            "=HYPERLINK(1),nobody,\n"
        )
    )
    assert imported.counts == {"added": 2, "without": 1, "failed": 3}
    lines = "".join(failed_rows(imported)).splitlines()
    assert lines[0] == "\ufeffName,Email,Created,What was wrong"
    assert lines[1].startswith("Bo,not-an-address,,")
    assert "is not an email address" in lines[1]
    assert "Nobody is in this row" in lines[2]
    assert "Brought in without: Created: “soon” is not a day as the others are" in lines[3]
    assert lines[4].startswith("'=HYPERLINK(1),nobody")


def test_a_preview_says_what_would_happen_and_writes_nothing(ridgeline: Business, bring: Callable[..., Import]) -> None:
    ridgeline.contact()
    imported = bring(
        "Name,Email,City,Company\nRenee Castillo,renee@example.com,Conway,Acme\nAna,ana@example.com,,\nBo,what,,\n"
    )
    preview = preview_of(imported, at=TUESDAY)
    assert preview.counts == {"changed": 1, "added": 1, "failed": 1}
    assert [row.did for row in preview.rows] == ["failed", "changed", "added"]
    assert ("place", "", "Conway") in preview.rows[1].changes
    assert Contact.objects.count() == 1
    assert not Company.objects.exists()
    assert not ImportedRow.objects.exists()


def test_an_import_goes_on_where_it_stopped(bring: Callable[..., Import], monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies has read further than it wrote: the next one begins where the last step ended."""
    monkeypatch.setattr("trellis.transfer.jobs.BATCH", 2)
    lines = "".join(f"P{n},p{n}@example.com\n" for n in range(7))
    imported = bring(f"Name,Email\n{lines}")
    run = start_import(imported, by=imported.by, at=TUESDAY)
    work_runs(at=TUESDAY, turn=0)
    from trellis.transfer import jobs

    jobs._open.clear()
    Run.objects.filter(pk=run.pk).update(lease_until=None)
    while work_runs(at=TUESDAY):
        pass
    assert sorted(Contact.objects.values_list("name", flat=True)) == [f"P{n}" for n in range(7)]
    run.refresh_from_db()
    assert (run.done, run.said) == (7, "7 added.")


@pytest.mark.parametrize(("seconds", "steps"), [(0.0, [40, 20, 20, 10]), (3600.0, [40, 40, 10])])
def test_a_step_takes_as_many_rows_as_fit_into_its_time(
    bring: Callable[..., Import], monkeypatch: pytest.MonkeyPatch, seconds: float, steps: list[int]
) -> None:
    monkeypatch.setattr("trellis.transfer.jobs.BATCH", 40)
    monkeypatch.setattr("trellis.transfer.jobs.HOLDS", seconds)
    lines = "".join(f"P{n},p{n}@example.com\n" for n in range(90))
    work(bring(f"Name,Email\n{lines}"))
    parts = RunPart.objects.order_by("number").values_list("rows", flat=True)
    assert [last - first + 1 for first, last, _ in parts] == steps


def test_days_that_could_be_read_in_two_ways_are_asked(bring: Callable[..., Import]) -> None:
    imported = bring("Name,Created\nAna,03/04/2026\n")
    with pytest.raises(Refused, match="Say how its days are written"):
        start_import(imported, by=imported.by, at=TUESDAY)
    set_plan(imported, Plan.of(imported.plan | {"date_order": "dmy"}))
    work(imported)
    assert Contact.objects.get().created_at.date().isoformat() == "2026-04-03"


@pytest.mark.parametrize("days", ["13.11.1979,03.02.1981", "11/13/1979,02/03/1981"])
def test_days_that_can_be_read_in_one_way_are_read_so_whoever_chose_their_column(
    ridgeline: Business, bring: Callable[..., Import], days: str
) -> None:
    birthday = define_field(noun="contact", label="Born", kind="date", by=ridgeline.maya, at=TUESDAY)
    one, other = days.split(",")
    imported = bring(f"Name,Day of days\nAna,{one}\nBo,{other}\n")
    set_plan(imported, Plan(columns=[Column("name"), Column(f"custom.{birthday.key}")]))
    assert preview_of(imported, at=TUESDAY).counts == {"added": 2}
    assert work(imported).counts == {"added": 2}
    assert {one.custom[birthday.key] for one in Contact.objects.all()} == {"1979-11-13", "1981-02-03"}


def test_values_of_a_field_that_will_be_made_are_looked_at_beforehand(bring: Callable[..., Import]) -> None:
    imported = bring("Name,Sold for\nAna,99.90 USD\nBo,a lot\n")
    set_plan(imported, Plan(columns=[Column("name"), Column("new.money:Sold for")]))
    assert preview_of(imported, at=TUESDAY).counts == {"added": 1, "failed": 1}
    assert not custom_fields("contact")
    assert work(imported).counts == {"added": 1, "failed": 1}


def test_a_note_about_somebody_known_is_kept_once_even_where_nothing_else_is_new(bring: Callable[..., Import]) -> None:
    told = "Name,Email,Note\nAna Ruiz,ana@example.com,{}\n"
    work(bring(told.format("Has a dog")))
    assert work(bring(told.format("Wants slate"))).counts == {"changed": 1}
    assert work(bring(told.format("Wants slate"))).counts == {"same": 1}
    notes = Event.objects.filter(key="note.written").order_by("id")
    assert [note.payload["text"] for note in notes] == ["Has a dog", "Wants slate"]


def test_several_addresses_in_a_cell_are_each_an_address(bring: Callable[..., Import]) -> None:
    work(bring("Name,Email,Phone\nAna,ana@example.com; a.ruiz@example.com,+1 501 555 0101;+1 501 555 0102\n"))
    found = ContactPoint.objects.order_by("kind", "value").values_list("value", flat=True)
    assert [*found] == ["a.ruiz@example.com", "ana@example.com", "+15015550101", "+15015550102"]


@pytest.mark.parametrize(
    ("row", "place", "address"),
    [
        ("12 Oak Street,Conway,AR,72032,US", "Conway", "12 Oak Street\nAR 72032\nUS"),
        (",Conway,AR,72032,US", "Conway, AR 72032, US", ""),
        (",,,72032,", "72032", ""),
        (",Conway,,,", "Conway", ""),
    ],
)
def test_without_a_street_region_postal_code_and_country_belong_to_the_place(
    bring: Callable[..., Import], row: str, place: str, address: str
) -> None:
    work(bring(f"Name,Email,Street,City,State,Zip,Country\nAna Ruiz,ana@example.com,{row}\n"))
    ana = Contact.objects.get()
    assert (ana.place, ana.address) == (place, address)


def test_a_column_called_as_a_field_of_the_business_goes_there(
    ridgeline: Business, bring: Callable[..., Import]
) -> None:
    field = define_field(noun="contact", label="Budget", kind="text", by=ridgeline.maya, at=TUESDAY)
    imported = bring("Name,budget \nAna,small\n")
    assert Plan.of(imported.plan).targets == ["name", f"custom.{field.key}"]


def test_letters_that_are_in_doubt_are_confirmed_before_anything_is_read(ridgeline: Business) -> None:
    told = "Name,Email\nZoë Müller,zoe@example.com\n".encode("cp1252")
    imported = take_file("old.csv", [told], size=len(told), by=ridgeline.maya, at=TUESDAY)
    assert imported.doubts
    with pytest.raises(Refused, match="how the file is read"):
        start_import(imported, by=ridgeline.maya, at=TUESDAY)


def test_a_file_that_nobody_starts_is_forgotten_after_a_week(bring: Callable[..., Import]) -> None:
    left, started = bring("Name,Email\nAna,ana@example.com\n"), work(bring("Name,Email\nBo,bo@example.com\n"))
    assert forget_left(TUESDAY + timedelta(days=6)) == 0
    assert path_of(left).exists()
    assert forget_left(TUESDAY + timedelta(days=8)) == 1
    assert not path_of(left).exists()
    assert list(Import.objects.all()) == [started]


def test_a_file_that_is_none_is_refused_and_not_kept(ridgeline: Business, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        take_file("photo.csv", [b"\x89PNG\r\n\x1a\n" + bytes(200)], size=208, by=ridgeline.maya, at=TUESDAY)
    assert not Import.objects.exists()
    assert not list((tmp_path / "imports").iterdir())


def test_the_same_columns_are_mapped_as_they_were_the_last_time(bring: Callable[..., Import]) -> None:
    first = bring("Name,Somewhere\nAna,Conway\n")
    set_plan(first, Plan(columns=[Column("name"), Column("place", OVERWRITE)]))
    work(first)
    second = bring("Name,Somewhere\nBo,Cabot\n")
    assert [column.target for column in Plan.of(second.plan).columns] == ["name", "place"]
    assert path_of(first) != path_of(second)


@pytest.mark.parametrize(
    ("columns", "match", "told"),
    [
        ([Column("place")], "address", "which column is the name"),
        ([Column("name"), Column("name")], "address", "chosen for two columns"),
        ([Column("name")], "phone", "matched by a field that no column has"),
    ],
)
def test_a_plan_that_would_bring_in_nobody_is_refused(
    bring: Callable[..., Import], columns: list[Column], match: str, told: str
) -> None:
    imported = bring("A,B\n1,2\n")
    set_plan(imported, Plan(columns=columns, match=match))
    with pytest.raises(Refused, match=told):
        start_import(imported, by=imported.by, at=TUESDAY)


def test_whoever_asked_another_system_to_stop_is_not_written_to_by_this_one(bring: Callable[..., Import]) -> None:
    work(bring("Name,Email,Email Opt Out,Consent to email\nAna,ana@example.com,yes,yes\nBo,bo@example.com,no,\n"))
    ana, bo = (Contact.objects.get(name=name) for name in ("Ana", "Bo"))
    assert sorted(ana.consents.values_list("channel", "purpose", "granted")) == [
        ("email", "marketing", False),
        ("email", "service", False),
    ]
    assert not bo.consents.exists()


def test_rows_of_a_step_that_failed_are_brought_in_by_the_next(
    bring: Callable[..., Import], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody reached out by the same address at the same instant: the step is rolled back, and done again."""
    monkeypatch.setattr("trellis.transfer.jobs.BATCH", 2)
    imported = bring("Name,Email\n" + "".join(f"P{n},p{n}@example.com\n" for n in range(5)))
    start_import(imported, by=imported.by, at=TUESDAY)
    work_runs(at=TUESDAY, turn=0)
    with monkeypatch.context() as broken:
        broken.setattr("trellis.transfer.jobs.write_batch", fail)
        work_runs(at=TUESDAY)
    while work_runs(at=TUESDAY):
        pass
    assert sorted(Contact.objects.values_list("name", flat=True)) == [f"P{n}" for n in range(5)]


def fail(*args: object, **given: object) -> None:
    raise IntegrityError("an_address_has_one_primary_holder")


def test_rows_without_the_id_of_the_other_system_are_not_one_person(bring: Callable[..., Import]) -> None:
    work(bring("Record ID,Name\n77,Ana Ruiz\n"))
    key = custom_fields("contact")[0].key
    again = bring("Record ID,Name\n,Bo Lind\n,Cy Twomb\n77,Ana Ruiz\n", match=f"custom.{key}")
    assert work(again).counts == {"added": 2, "same": 1}


def test_what_was_changed_has_an_import_as_one_entry_that_opens_to_each(
    bring: Callable[..., Import], client: Client, ridgeline: Business
) -> None:
    imported = work(bring("Name,Email\n" + "".join(f"Lee {n},lee{n}@example.com\n" for n in range(3))))
    screen = Screen(client).log_in(ridgeline.maya)
    trail = "/settings/changes"
    for asked in ("", "?kind=people", f"?who={ridgeline.maya.pk}"):
        screen.open(trail + asked)
        assert "Maya Ortiz · Import of people.csv · See each one of Import of people.csv 3 added." in screen.words
        assert "Lee 0" not in screen.words
    screen.open(f"{trail}?run={imported.run_id}")
    assert "Maya Ortiz · Wrote them down · Lee 0 people.csv" in screen.words
    for asked in ("?kind=leads", "?kind=settings", f"?who={ridgeline.ben.pk}"):
        assert "Import of" not in (screen.open(trail + asked) and screen.words)
    assert "Import of people.csv" in client.get(f"{trail}.csv").getvalue().decode()

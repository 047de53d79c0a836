"""The way of a file through the pages: chosen, its columns said, looked at beforehand, brought in, taken back."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.journeys.models import Journey
from trellis.people.models import Contact
from trellis.team.models import Run, User
from trellis.team.runs import work_runs
from trellis.transfer.models import Import

PEOPLE = "Name,Email,City\nAna Ruiz,ana@example.com,Conway\nBo Lind,nope,\n"


@pytest.fixture
def screen(client: Client, ridgeline: Business, settings: object, tmp_path: Path) -> Screen:
    settings.MEDIA_ROOT = tmp_path
    return Screen(client).log_in(ridgeline.maya)


def choose(screen: Screen, text: str | bytes, name: str = "people.csv") -> None:
    told = text.encode() if isinstance(text, str) else text
    screen.send("/import/", file=SimpleUploadedFile(name, told))


def chosen(page: str) -> dict[str, str]:
    """What the form of the columns would send as it stands."""
    found = re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    return {name: (re.search(r'<option value="([^"]*)" selected', options) or ["", ""])[1] for name, options in found}


def test_a_file_goes_from_the_first_look_to_the_list_of_contacts(screen: Screen, ridgeline: Business) -> None:
    choose(screen, PEOPLE)
    assert "Where each column goes" in screen.words
    assert "Ana Ruiz" in screen.words
    screen.send(screen.address, **chosen(screen.page))
    assert "1 added" in screen.words
    assert "1 could not be read" in screen.words
    assert "not an email address" in screen.words
    assert not Contact.objects.exists()
    screen.send(screen.address)
    while work_runs(at=TUESDAY):
        pass
    screen.open(screen.address)
    assert "1 added, 1 could not be read." in screen.words
    failed = screen.client.get(f"/import/{Import.objects.get().pk}/failed.csv")
    assert "Bo Lind,nope" in b"".join(failed.streaming_content).decode()
    screen.open("/lists/contacts/?sort=-created_at")
    assert "Ana Ruiz" in screen.words
    screen.send(f"/runs/{Import.objects.get().run.pk}/undo")
    while work_runs(at=TUESDAY):
        pass
    screen.open("/lists/contacts/")
    assert "Ana Ruiz" not in screen.words


def test_an_admin_takes_a_colleagues_import_back_on_its_page(screen: Screen, ridgeline: Business) -> None:
    choose(screen, PEOPLE)
    screen.send(screen.address, **chosen(screen.page))
    screen.send(screen.address)
    Run.objects.update(by=ridgeline.tom)
    page = screen.open(f"/import/{Import.objects.get().pk}/result")
    assert "Take the whole import back" in page
    User.objects.filter(pk=ridgeline.maya.pk).update(role="manager")
    page = screen.log_in(ridgeline.maya).open(f"/import/{Import.objects.get().pk}/result")
    assert "Take the whole import back" not in page


def test_letters_in_doubt_are_shown_and_confirmed(screen: Screen) -> None:
    choose(screen, "Name;Email\nZoë Müller;zoe@example.com\n".encode("cp1252"))
    assert "That is right" in screen.words
    imported = Import.objects.get()
    screen.send(f"/import/{imported.pk}/", **chosen(screen.page))
    assert "Say first how the file is read" in screen.words, "Before anybody looks at what would happen."
    screen.send(f"/import/{imported.pk}/shape", **chosen(screen.page.partition("/shape")[2]))
    assert "Zoë Müller" in screen.words
    assert "That is right" not in screen.words


@pytest.mark.parametrize(
    ("name", "told", "says"),
    [
        ("empty.csv", b" \n", "."),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(300), "."),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xlsx"),
        ("bomb.xlsx", b"PK\x03\x04" + bytes(100), "."),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_kept(screen: Screen, name: str, told: bytes, says: str) -> None:
    choose(screen, told, name)
    assert screen.status == 422
    assert says in re.search(r'class="field__error"[^>]*>([^<]+)<', screen.page)[1]
    assert not Import.objects.exists()


def test_nobody_brings_a_list_in_who_may_only_look(screen: Screen, ridgeline: Business) -> None:
    User.objects.filter(pk=ridgeline.tom.pk).update(role="viewer")
    screen.log_in(User.objects.get(pk=ridgeline.tom.pk))
    choose(screen, PEOPLE)
    assert screen.status == 403
    assert not Import.objects.exists()


def test_what_a_playbook_would_do_is_chosen_and_seen_before_anything_begins(
    screen: Screen, ridgeline: Business
) -> None:
    choose(screen, PEOPLE)
    imported = Import.objects.get()
    screen.send(f"/import/{imported.pk}/", **chosen(screen.page))
    assert "Hold them: nothing is sent, no rule runs" in screen.words
    stage = f"{ridgeline.playbook.key}/in-conversation"
    screen.send(f"/import/{imported.pk}/choices", likely="aside", begins=stage)
    assert "What the playbook would do with the first 2 rows" in screen.words
    assert "1 lead would begin" in screen.words
    assert "and let leads begin" in screen.words
    assert not Journey.objects.exists()
    screen.send(f"/import/{imported.pk}/preview")
    while work_runs(at=TUESDAY):
        pass
    assert Journey.objects.get().stage.key == "in-conversation"


def test_a_playbook_that_is_gone_meanwhile_holds_the_rules_again(screen: Screen) -> None:
    choose(screen, PEOPLE)
    imported = Import.objects.get()
    screen.send(f"/import/{imported.pk}/", **chosen(screen.page))
    Import.objects.update(plan=Import.objects.get().plan | {"begins": "never/was"})
    screen.open(f"/import/{imported.pk}/preview")
    assert "no longer published" in screen.words
    assert "no rule runs" in screen.words


def test_what_rows_come_without_is_counted_beforehand_and_listed_after(screen: Screen) -> None:
    choose(screen, "Name,Email,Phone\nAna Ruiz,ana@example.com,ask Bob\nBo Lind,nope,12\n")
    screen.send(screen.address, **chosen(screen.page))
    assert "1 without Phone" in screen.words
    assert "Comes without: “ask Bob” is not a phone number" in screen.words
    screen.send(screen.address)
    while work_runs(at=TUESDAY):
        pass
    screen.open(screen.address)
    assert "1 without a part that could not be read" in screen.words
    assert "Brought in without: “ask Bob” is not a phone number" in screen.words
    assert (
        "“nope” is not an email address: write one such as ana@example.com. “12” is not a phone number" in screen.words
    )


def test_rows_to_mend_say_what_stood_in_them_and_how_they_come_back(screen: Screen) -> None:
    choose(screen, "Name,Email,Phone,Place,Company,Remark\nAna Ruiz,ana@example.com,,,,\n,,,,,Has a dog\n")
    screen.send(screen.address, **chosen(screen.page))
    screen.send(screen.address)
    while work_runs(at=TUESDAY):
        pass
    screen.open(screen.address)
    assert "3 Has a dog Nobody is in this row" in screen.words
    assert 'mend what its last column names, and <a class="link" href="/import/">bring it in again</a>' in screen.page

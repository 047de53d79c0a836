"""A company that several doors name at the same instant is one, and no door falls over another."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.api.conftest import Caller
from tests.cast import TUESDAY, Business
from tests.proof.racing import A_WHILE, ROUNDS, in_a_thread
from trellis.people.changing import add_company, add_contact, change_company
from trellis.people.models import Company, Contact
from trellis.team.runs import work_runs
from trellis.transfer.actions import start_import, take_file
from trellis.transfer.models import Import

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_commits")]

NAME, EMAIL = "Castillo Bakery", "lin@example.com"


class Doors:
    """Each names the company, in letters of its own, and says what became of it."""

    def __init__(self, ridgeline: Business) -> None:
        self.ridgeline, self.caller = ridgeline, Caller(by=ridgeline.maya)
        self.tasha = ridgeline.contact("Tasha Greer", "tasha@example.com")
        self.noor = ridgeline.contact("Noor Haddad", "noor@example.com")
        self.ann = ridgeline.contact("Ann Lee", "ann@example.com")

    def sent(self, path: str, **fields: Any) -> Any:
        client = Client()
        client.force_login(self.ridgeline.maya)
        return client.post(path, fields).status_code

    def page(self, name: str = NAME) -> Any:
        return self.sent("/companies/new", name=name)

    def form(self, name: str = NAME) -> Any:
        return self.sent("/contacts/new", name="Lin Zhao", emails=EMAIL, company=name.upper(), anyway="1")

    def cell(self, name: str = NAME) -> Any:
        return self.sent(f"/lists/contacts/{self.tasha.pk}/company", value=f" {name.lower()} ")

    def program(self, name: str = NAME) -> Any:
        answer = self.caller.post("/companies/upsert", {"items": [{"name": name.lower(), "place": "Conway"}]})
        return answer.json()["items"][0]["did"]

    def adding_program(self, name: str = NAME) -> Any:
        return self.caller.post("/companies", {"name": name.title()}).status_code

    def program_of_people(self, name: str = NAME) -> Any:
        told = {"name": "Lin Zhao", "emails": [EMAIL], "company": name}
        return self.caller.post("/contacts", told, X_Skip_Duplicate_Check="true").status_code

    def import_(self, name: str = NAME) -> Any:
        told = f"Name,Email,Company\nLin Zhao,{EMAIL},{name}\nMina Park,mina@example.com,{name.upper()}\n".encode()
        at = TUESDAY + timedelta(minutes=1)
        imported = take_file("people.csv", [told], size=len(told), by=self.ridgeline.maya, at=at)
        start_import(imported, by=self.ridgeline.maya, at=at)
        work_runs(at=TUESDAY)
        return Import.objects.get(pk=imported.pk).counts

    def bulk(self, name: str = NAME) -> Any:
        picked = [str(self.noor.pk), str(self.ann.pk)]
        self.sent("/lists/contacts/do/set", pick=picked, said="1", field="company", value=name)
        return Contact.objects.filter(pk__in=picked, company__name__iexact=name).count()


@pytest.fixture
def doors(ridgeline: Business, settings: Any, tmp_path: Path) -> Doors:
    settings.MEDIA_ROOT = tmp_path
    return Doors(ridgeline)


def as_such() -> None:
    add_company({"name": NAME}, by=None, at=TUESDAY)


def with_somebody() -> None:
    add_contact({"name": "Renee Castillo", "company": NAME}, by=None, at=TUESDAY)


@pytest.mark.parametrize("first", [as_such, with_somebody])
@pytest.mark.parametrize(
    ("door", "said"),
    [
        ("page", 422),
        ("form", 302),
        ("cell", 302),
        ("program", "changed"),
        ("adding_program", 409),
        ("program_of_people", 201),
        ("import_", {"added": 2}),
        ("bulk", 2),
    ],
)
def test_a_company_that_is_being_written_down_at_one_door_is_found_at_the_other(
    doors: Doors, first: Callable[[], None], door: str, said: Any
) -> None:
    answers: list[Any] = []
    with transaction.atomic():
        first()
        thread = in_a_thread(getattr(doors, door), answers)
        time.sleep(A_WHILE)
    thread.join()
    assert answers == [said]
    assert Company.objects.get().name.lower() == NAME.lower()


def test_a_company_that_is_being_given_a_name_is_found_by_it(doors: Doors) -> None:
    company = add_company({"name": "Castilo"}, by=None, at=TUESDAY)
    answers: list[Any] = []
    with transaction.atomic():
        change_company(company, {"name": NAME}, by=None, at=TUESDAY)
        thread = in_a_thread(doors.cell, answers)
        time.sleep(A_WHILE)
    thread.join()
    assert answers == [302]
    assert Company.objects.get() == company


def test_all_doors_at_once_make_one_company_of_each_name(doors: Doors) -> None:
    for number in range(ROUNDS):
        name = f"{NAME} {number}"
        answers: list[Any] = []
        acts = [
            *(doors.page, doors.page, doors.form, doors.cell),
            *(doors.program, doors.adding_program, doors.program_of_people, doors.import_, doors.bulk),
        ]
        threads = [in_a_thread(partial(act, name), answers) for act in acts]
        for thread in threads:
            thread.join()
        assert len(answers) == len(acts)
        assert 500 not in answers
        assert Company.objects.filter(name__iexact=name).count() == 1

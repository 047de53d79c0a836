"""Whoever comes by several doors at the same instant is one person, and no door falls over another."""

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
from trellis.people.changing import add_contact
from trellis.people.identity import recognize
from trellis.people.models import Contact, ContactPoint
from trellis.steps.capture.actions.open_form import open_form
from trellis.team.runs import work_runs
from trellis.transfer.actions import start_import, take_file
from trellis.transfer.models import Import

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_commits")]

NAME, EMAIL = "Lin Zhao", "lin@example.com"


class Doors:
    """Each takes Lin in, and says what became of it."""

    def __init__(self, ridgeline: Business) -> None:
        self.ridgeline, self.caller = ridgeline, Caller(by=ridgeline.maya)
        open_form(key="roof", title="Your roof", intro="", playbook=ridgeline.playbook.key, at=TUESDAY)
        self.file = self.file_with(EMAIL)

    def file_with(self, email: str) -> Import:
        told = f"Name,Email,City\n{NAME},{email},Conway\n".encode()
        at = TUESDAY + timedelta(minutes=1)
        imported = take_file("people.csv", [told], size=len(told), by=self.ridgeline.maya, at=at)
        start_import(imported, by=self.ridgeline.maya, at=at)
        return imported

    def program(self, email: str = EMAIL) -> Any:
        answer = self.caller.post("/contacts/upsert", {"by": "email", "items": [{"name": NAME, "emails": [email]}]})
        return answer.json()["items"][0]["did"]

    def adding_program(self, email: str = EMAIL) -> Any:
        return self.caller.post("/contacts", {"name": NAME, "emails": [email]}).status_code

    def form(self, email: str = EMAIL) -> Any:
        fields = {"name": NAME, "email": email, "message": "A leak"}
        return Client().post("/f/roof", fields, content_type="application/json").status_code

    def page(self, email: str = EMAIL) -> Any:
        client = Client()
        client.force_login(self.ridgeline.maya)
        return client.post("/contacts/new", {"name": NAME, "emails": email}).status_code

    def import_(self, email: str = EMAIL) -> Any:
        work_runs(at=TUESDAY)
        return Import.objects.get(pk=self.file.pk).counts


@pytest.fixture
def doors(ridgeline: Business, settings: Any, tmp_path: Path) -> Doors:
    settings.MEDIA_ROOT = tmp_path
    return Doors(ridgeline)


def by_form() -> None:
    recognize(name=NAME, email=EMAIL, phone="", region="US", at=TUESDAY)


def by_page() -> None:
    add_contact({"name": NAME, "emails": [EMAIL]}, by=None, at=TUESDAY)


@pytest.mark.parametrize("first", [by_form, by_page])
@pytest.mark.parametrize(
    ("door", "said"),
    [("program", "changed"), ("adding_program", 409), ("form", 201), ("page", 422), ("import_", {"changed": 1})],
)
def test_whoever_is_being_written_down_at_one_door_is_found_at_the_other(
    doors: Doors, first: Callable[[], None], door: str, said: Any
) -> None:
    answers: list[Any] = []
    with transaction.atomic():
        first()
        thread = in_a_thread(getattr(doors, door), answers)
        time.sleep(A_WHILE)
    thread.join()
    assert answers == [said]
    assert Contact.objects.get().name == NAME
    assert ContactPoint.objects.get().held_at


def test_all_doors_at_once_make_one_person_of_each_address(doors: Doors) -> None:
    for number in range(ROUNDS):
        email = f"lin{number}@example.com"
        doors.file_with(email)
        answers: list[Any] = []
        acts = [doors.program, doors.adding_program, doors.form, doors.form, doors.page, doors.import_]
        threads = [in_a_thread(partial(act, email), answers) for act in acts]
        for thread in threads:
            thread.join()
        assert len(answers) == len(acts)
        assert 500 not in answers
        assert Contact.objects.filter(points__value=email).count() == 1

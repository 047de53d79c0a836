"""Programs that write at the same moment: each is answered as if it had come by itself, and nothing is lost."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from tests.api.conftest import Caller
from tests.cast import TUESDAY, Business
from trellis.people.custom import define_field
from trellis.people.merging import merge_contacts
from trellis.people.models import Company, Consent, Contact, ContactPoint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_commits")]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each answers, all begun at the same instant."""
    answers: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            answers[place] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def during_a_merge(survivor: Contact, other: Contact, act: Callable[[], Any]) -> Any:
    """What is answered to whoever comes while these two are being merged."""
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(act())
        finally:
            connection.close()

    with transaction.atomic():
        merge_contacts(survivor, other, fields={}, by=None, at=TUESDAY)
        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.4)
    thread.join()
    return answers[0]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"place": "Conway"}),
        ("PUT", "/tags", {"tags": ["vip"]}),
        ("PATCH", "/tags", {"add": ["vip"]}),
        ("POST", "/consents", {"channel": "sms", "purposes": ["service"], "granted": False, "source": "by phone"}),
    ],
)
def test_what_is_written_while_two_are_merged_is_the_survivors(
    api: Caller, ridgeline: Business, method: str, path: str, body: Any
) -> None:
    tasha = ridgeline.contact("Tasha Greer", "t@example.com")
    again = ridgeline.contact("Natasha Greer", "n@example.com")
    answer = during_a_merge(tasha, again, lambda: api.send(method, f"/contacts/{again.pk}{path}", body))
    assert answer.status_code in (200, 201)
    tasha.refresh_from_db()
    told = [tasha.place, *tasha.tags.values_list("name", flat=True), *Consent.objects.filter(contact=tasha)]
    assert any(told)


def test_of_four_who_change_the_same_version_of_a_person_one_does(api: Caller, ridgeline: Business) -> None:
    path = f"/contacts/{ridgeline.contact().pk}"
    etag = api.get(path)["ETag"]
    places = ["Conway", "Cabot", "Benton", "Bryant"]
    answers = at_once(
        *(lambda place=place: api.send("PATCH", path, {"place": place}, If_Match=etag) for place in places)  # type: ignore[misc]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    (done,) = [answer.json()["place"] for answer in answers if answer.status_code == 200]
    assert Contact.objects.get().place == done


def test_of_four_who_change_the_same_version_of_a_company_one_does(api: Caller, ridgeline: Business) -> None:
    path = f"/companies/{Company.objects.create(name='Acme', created_at=TUESDAY).pk}"
    etag = api.get(path)["ETag"]
    places = ["Conway", "Cabot", "Benton", "Bryant"]
    answers = at_once(
        *(lambda place=place: api.send("PATCH", path, {"place": place}, If_Match=etag) for place in places)  # type: ignore[misc]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("email", {"emails": ["lin@example.com"]}),
        ("phone", {"phones": ["501-555-0142"]}),
        ("email", {"emails": ["lin@example.com"], "phones": ["501-555-0142"], "company": "Zhao Ltd"}),
        ("custom.number", {"custom": {"number": "77"}}),
    ],
)
def test_of_four_who_bring_the_same_person_one_adds_them(
    api: Caller, ridgeline: Business, by: str, told: dict[str, Any]
) -> None:
    define_field(noun="contact", label="Number", kind="text", by=None, at=TUESDAY)
    body = {"by": by, "items": [{"name": "Lin Zhao"} | told]}
    answers = at_once(*[lambda: api.post("/contacts/upsert", body)] * 4)
    assert [answer.status_code for answer in answers] == [200] * 4
    items = [answer.json()["items"][0] for answer in answers]
    assert sorted(item["did"] for item in items) == ["added", "changed", "changed", "changed"]
    assert len({item["id"] for item in items}) == Contact.objects.count() == 1
    assert Company.objects.count() == ("company" in told)


@pytest.mark.parametrize(
    ("by", "told"),
    [("name", {}), ("website", {"website": "https://acme.example"}), ("custom.number", {"custom": {"number": "77"}})],
)
def test_of_four_who_bring_the_same_company_one_adds_it(
    api: Caller, ridgeline: Business, by: str, told: dict[str, Any]
) -> None:
    define_field(noun="company", label="Number", kind="text", by=None, at=TUESDAY)
    body = {"by": by, "items": [{"name": "Acme Roofing"} | told]}
    answers = at_once(*[lambda: api.post("/companies/upsert", body)] * 4)
    assert [answer.status_code for answer in answers] == [200] * 4
    dids = [answer.json()["items"][0]["did"] for answer in answers]
    assert sorted(dids) == ["added", "changed", "changed", "changed"]
    assert Company.objects.count() == 1


def test_of_four_who_add_the_same_person_three_are_told_of_them(api: Caller, ridgeline: Business) -> None:
    told = {"name": "Lin Zhao", "emails": ["lin@example.com"], "phones": ["501-555-0142"]}
    answers = at_once(*[lambda: api.post("/contacts", told)] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert Contact.objects.count() == 1


def test_four_who_share_an_address_and_are_added_anyway_are_four(api: Caller, ridgeline: Business) -> None:
    told = {"name": "Lin Zhao", "emails": ["lin@example.com"]}
    answers = at_once(*[lambda: api.post("/contacts", told, X_Skip_Duplicate_Check="true")] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert ContactPoint.objects.exclude(held_at=None).count() == 1

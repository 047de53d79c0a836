from datetime import timedelta
from typing import Any

import pytest

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.events.models import Event
from trellis.people.custom import define_field
from trellis.people.models import Contact, PossibleDuplicate
from trellis.team.models import Grant

NOW = TUESDAY + timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trellis.api.middleware.timezone.now", lambda: NOW)


def patch(api: Caller, contact: Contact, body: Any, **headers: str) -> Any:
    told = {"Authorization": f"Bearer {api.text}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return api.client.patch(f"/api/v1/contacts/{contact.pk}", body, "application/json", headers=told)


def test_a_person_is_added_with_everything_that_is_known(api: Caller, ridgeline: Business) -> None:
    define_field(noun="contact", label="Roof age", kind="number", by=None, at=TUESDAY)
    told = {"name": "Lin Zhao", "emails": ["LIN@example.com"], "phones": ["501-555-0142"], "company": "Zhao Ltd"}
    answer = api.post("/contacts", told | {"tags": ["vip"], "custom": {"roof_age": "12.50"}})
    assert answer.status_code == 201
    said = answer.json()
    assert (said["name"], said["company"]["name"], said["tags"]) == ("Lin Zhao", "Zhao Ltd", ["vip"])
    assert said["custom"] == {"roof_age": "12.5"}
    assert [point["value"] for point in said["points"]] == ["lin@example.com", "+15015550142"]
    assert Event.objects.get(key="contact.added").payload["source"] == "API: Website"


def test_whoever_is_likely_known_is_named_instead_of_added_twice(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact(phone="+15015550142")
    told = {"name": "Renee Castillo", "emails": ["renee@example.com"], "phones": ["501-555-0142"]}
    said = problem(api.post("/contacts", told), 409, "likely_duplicate")
    assert [one["id"] for one in said["candidates"]] == [str(renee.pk)]
    assert Contact.objects.count() == 1
    assert api.post("/contacts", told, X_Skip_Duplicate_Check="true").status_code == 201
    pair = PossibleDuplicate.objects.get()
    assert (pair.other, pair.per_mille > 900, pair.settled_at) == (renee, True, None)
    assert "Same email" in pair.reason


def test_a_person_is_changed_and_what_is_not_named_stays(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    said = patch(api, renee, {"place": "Conway", "job_title": "Baker"}).json()
    assert (said["name"], said["place"], said["job_title"]) == ("Renee Castillo", "Conway", "Baker")
    assert patch(api, renee, {"place": ""}).json()["place"] == ""
    assert Event.objects.filter(key="contact.changed", contact_id=renee.pk).count() == 2


def test_a_change_based_on_what_is_no_longer_so_is_refused(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    etag = api.get(f"/contacts/{renee.pk}")["ETag"]
    assert patch(api, renee, {"place": "Conway"}, If_Match=etag).status_code == 200
    problem(patch(api, renee, {"place": "Cabot"}, If_Match=etag), 412, "changed_meanwhile")
    assert Contact.objects.get().place == "Conway"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"emails": ["nobody"]}, "bad_email"),
        ({"time_zone": "Mars"}, "no_such_zone"),
        ({"custom": {"unheard": "1"}}, "no_such_field"),
        ({"custom": {"roof_age": "old"}}, "bad_fields"),
        ({"surname": "x"}, None),
        ({"name": "x" * 201}, None),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    api: Caller, ridgeline: Business, told: dict[str, Any], code: str | None
) -> None:
    define_field(noun="contact", label="Roof age", kind="number", by=None, at=TUESDAY)
    renee = ridgeline.contact()
    problem(patch(api, renee, {"place": "Conway"} | told), 422, code)
    assert Contact.objects.get().place == ""


def test_many_are_added_or_changed_and_a_bad_one_fails_alone(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    items = [
        {"emails": ["renee@example.com"], "place": "Conway"},
        {"emails": ["lin@example.com"], "name": "Lin Zhao"},
        {"emails": ["nope"], "name": "Bad"},
        {"name": "No key"},
    ]
    said = api.post("/contacts/upsert", {"by": "email", "items": items}).json()
    assert [item["did"] for item in said["items"]] == ["changed", "added", "failed", "failed"]
    assert (said["items"][0]["id"], said["failed"]) == (str(renee.pk), 2)
    assert said["items"][2]["detail"].startswith("“nope” is not an email address")
    assert sorted(Contact.objects.values_list("name", "place")) == [("Lin Zhao", ""), ("Renee Castillo", "Conway")]


def test_people_are_told_apart_by_a_field_of_the_business(api: Caller, ridgeline: Business) -> None:
    define_field(noun="contact", label="Number", kind="text", by=None, at=TUESDAY)
    items = [{"name": "Lin", "custom": {"number": "77"}}]
    for did in ("added", "changed"):
        said = api.post("/contacts/upsert", {"by": "custom.number", "items": items}).json()
        assert said["items"][0]["did"] == did
    assert Contact.objects.count() == 1


def test_a_viewer_adds_and_changes_nobody(ridgeline: Business) -> None:
    api, renee = Caller("viewer"), ridgeline.contact()
    problem(api.post("/contacts", {"name": "Lin"}), 403, "not_allowed")
    problem(patch(api, renee, {"place": "Conway"}), 403)
    problem(api.post("/contacts/upsert", {"items": [{"emails": ["renee@example.com"]}]}), 403, "not_allowed")


def test_whoever_may_change_but_not_add_adds_nobody_by_upsert(ridgeline: Business) -> None:
    Grant.objects.create(role="sales", noun="contact", verb="add", reach=0)
    forget()
    api = Caller()
    said = api.post("/contacts/upsert", {"items": [{"emails": ["lin@example.com"], "name": "Lin"}]}).json()
    assert (said["items"][0]["did"], said["items"][0]["code"]) == ("failed", "not_allowed")
    assert not Contact.objects.exists()

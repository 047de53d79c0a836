"""Companies through the machine door: found, read, added, changed and brought over in batches."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.events.models import Event
from trellis.journeys.actions import assign_journey
from trellis.people.changing import change_contact
from trellis.people.custom import define_field
from trellis.people.models import Company, Contact
from trellis.team.models import Change, Grant


@pytest.fixture
def acme(ridgeline: Business) -> Company:
    return Company.objects.create(name="Acme Roofing", website="https://acme.example", created_at=TUESDAY)


def test_a_company_is_added_found_by_its_name_and_read(ridgeline: Business) -> None:
    define_field(noun="company", label="Employees", kind="number", by=None, at=TUESDAY)
    api = Caller(by=ridgeline.maya)
    added = api.post("/companies", {"name": "Zhao Ltd", "place": "Conway", "custom": {"employees": "12.0"}})
    assert (added.status_code, added.json()["custom"]) == (201, {"employees": "12"})
    assert Event.objects.get(key="company.added").payload["source"] == "API: Website"
    assert Change.objects.filter(by=ridgeline.maya).exists()
    (found,) = api.get("/companies", {"name": " zhao  LTD"}).json()["items"]
    assert api.get(f"/companies/{found['id']}").json() == found
    assert api.get("/companies", {"name": "Zhao"}).json()["items"] == []


def test_a_change_based_on_what_is_no_longer_so_is_refused(api: Caller, acme: Company) -> None:
    etag = api.get(f"/companies/{acme.pk}")["ETag"]
    changed = api.send("PATCH", f"/companies/{acme.pk}", {"place": "Conway"}, If_Match=f'"other", {etag}')
    assert (changed.json()["place"], changed.json()["website"]) == ("Conway", "https://acme.example")
    problem(api.send("PATCH", f"/companies/{acme.pk}", {"place": "Cabot"}, If_Match=etag), 412, "changed_meanwhile")
    assert api.send("PATCH", f"/companies/{acme.pk}", {"place": ""}, If_Match=changed["ETag"]).json()["place"] == ""


@pytest.mark.parametrize(
    ("told", "code"),
    [({"name": ""}, "no_name"), ({"custom": {"x": "1"}}, "no_such_field"), ({"fax": "1"}, "bad_fields")],
)
def test_what_cannot_be_is_told(api: Caller, acme: Company, told: dict[str, Any], code: str) -> None:
    problem(api.send("PATCH", f"/companies/{acme.pk}", told), 422, code)
    problem(api.post("/companies", told), 422, code)


def test_many_are_added_or_changed_and_a_bad_one_fails_alone(api: Caller, acme: Company) -> None:
    Company.objects.create(name="Twice", created_at=TUESDAY)
    Company.objects.create(name="twice", created_at=TUESDAY)
    items = [{"name": "ACME  roofing", "place": "Conway"}, {"name": "New Co"}, {"name": "Twice"}, {"place": "Here"}]
    said = api.post("/companies/upsert", {"items": items}).json()
    assert [item["did"] for item in said["items"]] == ["changed", "added", "failed", "failed"]
    assert (said["items"][2]["code"], said["items"][3]["code"]) == ("several", "no_key")
    assert Company.objects.get(pk=acme.pk).place == "Conway"
    by_site = {"by": "website", "items": [{"website": "https://acme.example", "name": "Acme"}]}
    assert api.post("/companies/upsert", by_site).json()["items"][0]["id"] == str(acme.pk)


def test_a_website_is_looked_for_among_the_few_that_an_index_names(api: Caller, acme: Company) -> None:
    for number, site in enumerate(("https://acme.example/", "https://ACME.example", "acme.example", "")):
        Company.objects.create(name=f"Other {number}", website=site, created_at=TUESDAY)
    for site, did in (
        ("https://acme.example", "changed"),
        ("acme.exampl", "added"),
        ("https://acme.example/x", "added"),
    ):
        items = [{"website": site, "name": f"At {site}"}]
        with CaptureQueriesContext(connection) as asked:
            said = api.post("/companies/upsert", {"by": "website", "items": items}).json()
        assert said["items"][0]["did"] == did
        looked = [one["sql"] for one in asked if '"website" = ' in one["sql"] and one["sql"].startswith("SELECT")]
        assert all(" IN (" in sql for sql in looked), "it reads every company"
    assert Company.objects.get(pk=acme.pk).name == "At https://acme.example"


def test_a_key_of_the_business_is_read_like_any_value_of_it(api: Caller, ridgeline: Business) -> None:
    for noun in ("company", "contact"):
        define_field(noun=noun, label="Number", kind="number", by=None, at=TUESDAY)
    for path in ("/companies/upsert", "/contacts/upsert"):
        for written, did in (("77.0", "added"), ("77", "changed")):
            items = [{"name": "Lin", "custom": {"number": written}}]
            assert api.post(path, {"by": "custom.number", "items": items}).json()["items"][0]["did"] == did
        for by in ("custom.unheard", "custom.number__contains"):
            said = problem(api.post(path, {"by": by, "items": items}), 422, "no_such_field")
            assert said["errors"][0]["pointer"] == "#/by"


@pytest.mark.parametrize(("noun", "path"), [("company", "/companies/upsert"), ("contact", "/contacts/upsert")])
def test_a_batch_asks_once_who_has_the_keys_of_the_business_and_knows_what_it_wrote(
    api: Caller, ridgeline: Business, noun: str, path: str
) -> None:
    define_field(noun=noun, label="Number", kind="number", by=None, at=TUESDAY)
    define_field(noun=noun, label="Color", kind="text", by=None, at=TUESDAY)
    keys = [{"number": "1"}, {"number": "2"}, {"number": "1.0"}, {"color": "red"}, {"number": "many"}, {"number": "2"}]
    items = [{"name": f"No. {place}", "custom": custom} for place, custom in enumerate(keys)]
    with CaptureQueriesContext(connection) as asked:
        said = api.post(path, {"by": "custom.number", "items": items}).json()
    assert [item["did"] for item in said["items"]] == ["added", "added", "changed", "failed", "failed", "changed"]
    assert said["items"][3]["code"] == "no_key"
    assert said["items"][2]["id"] == said["items"][0]["id"]
    read = [
        one["sql"] for one in asked if one["sql"].startswith("SELECT") and "number" in one["sql"].split("WHERE")[-1]
    ]
    # Who was added meanwhile is looked for among the newest alone, by the index of ids.
    read = [sql for sql in read if '."id" > ' not in sql]
    assert len(read) == 1, "no index knows these: every question reads the table"


def test_companies_go_with_their_people(ridgeline: Business, acme: Company) -> None:
    lead = ridgeline.lead(ridgeline.contact("Renee Castillo", "renee@example.com"))
    change_contact(lead.contact, {"company": acme}, by=None, at=TUESDAY + timedelta(minutes=1))
    other = ridgeline.tom if lead.owner != ridgeline.tom else ridgeline.ben
    Grant.objects.create(role="sales", noun="contact", verb="see", reach=1)
    forget()
    own, stranger = Caller(by=lead.owner), Caller(by=other)
    assert [one["name"] for one in own.get("/companies").json()["items"]] == ["Acme Roofing"]
    assert [one["name"] for one in own.get(f"/companies/{acme.pk}/contacts").json()["items"]] == ["Renee Castillo"]
    assert stranger.get("/companies").json()["items"] == []
    for path in (f"/companies/{acme.pk}", f"/companies/{acme.pk}/contacts"):
        problem(stranger.get(path), 404)
    problem(stranger.send("PATCH", f"/companies/{acme.pk}", {"place": "x"}), 404)
    hidden = stranger.post("/companies/upsert", {"items": [{"name": "Acme Roofing", "place": "x"}]}).json()
    assert hidden["items"][0]["code"] == "not_allowed"
    problem(Caller("viewer").post("/companies", {"name": "x"}), 403)


def test_two_companies_are_made_one_and_one_is_removed(api: Caller, ridgeline: Business, acme: Company) -> None:
    renee = change_contact(ridgeline.contact(), {"company": "ACME Roofing, Inc."}, by=None, at=TUESDAY)
    other = Company.objects.get(name="ACME Roofing, Inc.")
    Company.objects.filter(pk=other.pk).update(place="Conway")
    merged = api.post(f"/companies/{acme.pk}/merge", {"other": str(other.pk)}).json()
    assert (merged["id"], merged["name"], merged["place"]) == (str(acme.pk), "Acme Roofing", "Conway")
    renee.refresh_from_db()
    assert renee.company == acme
    assert list(Company.objects.all()) == [acme]
    problem(api.post(f"/companies/{acme.pk}/merge", {"other": str(other.pk)}), 404, "not_found")
    problem(api.post(f"/companies/{acme.pk}/merge", {"other": str(acme.pk)}), 422, "same_company")
    assert api.send("DELETE", f"/companies/{acme.pk}").status_code == 204
    renee.refresh_from_db()
    assert (renee.company, renee.taken_back_at) == (None, None)
    problem(api.send("DELETE", f"/companies/{acme.pk}"), 404, "not_found")


def test_a_token_removes_no_company_with_people_who_are_not_its_own(ridgeline: Business, acme: Company) -> None:
    Grant.objects.create(role="sales", noun="contact", verb="change", reach=1)
    forget()
    for name in ("Renee Castillo", "Ann Lee"):
        change_contact(ridgeline.contact(name, f"{name[:3]}@example.com"), {"company": acme}, by=None, at=TUESDAY)
    lead = ridgeline.lead(Contact.objects.get(name="Renee Castillo"))
    assign_journey(lead, owner=ridgeline.ben, by=ridgeline.maya, at=TUESDAY)
    other = Company.objects.create(name="Other", created_at=TUESDAY)
    theirs = Caller(by=ridgeline.ben)
    problem(theirs.send("DELETE", f"/companies/{acme.pk}"), 403)
    problem(theirs.post(f"/companies/{acme.pk}/merge", {"other": str(other.pk)}), 403)
    assert Company.objects.count() == 2


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"name": "acme  ROOFING, Inc."}, "Has the same name"),
        ({"name": "Zhao", "website": "www.acme.example/"}, "Has the same website"),
    ],
)
def test_one_that_is_likely_known_is_named_instead_of_added_twice(
    api: Caller, acme: Company, told: dict[str, str], why: str
) -> None:
    said = problem(api.post("/companies", told), 409, "likely_duplicate")
    assert said["candidates"] == [{"id": str(acme.pk), "name": "Acme Roofing", "why": why}]
    assert Company.objects.get() == acme
    assert api.post("/companies", told, X_Skip_Duplicate_Check="true").status_code == 201


def test_nobody_is_told_of_a_company_that_they_do_not_see(ridgeline: Business, acme: Company) -> None:
    Grant.objects.create(role="sales", noun="contact", verb="see", reach=1)
    forget()
    told = {"name": "Acme Roofing", "website": acme.website}
    assert Caller(by=ridgeline.ben).post("/companies", told).status_code == 201

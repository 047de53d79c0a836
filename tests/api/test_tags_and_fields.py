"""What a business adds to people, through the machine door: tags, and fields of its own."""

from tests.api.conftest import Caller, problem
from tests.cast import Business
from trellis.events.models import Event
from trellis.people.models import Tag


def test_tags_are_set_put_on_and_taken_off(api: Caller, ridgeline: Business) -> None:
    path = f"/contacts/{ridgeline.contact().pk}/tags"
    assert api.send("PUT", path, {"tags": ["vip", "storm"]}).json() == {"tags": ["storm", "vip"]}
    said = api.send("PATCH", path, {"add": ["insured", "cold"], "remove": ["storm", "cold", "nowhere"]}).json()
    assert said == {"tags": ["insured", "vip"]}
    assert api.get("/tags").json() == {"tags": ["cold", "insured", "storm", "vip"]}
    assert Event.objects.filter(key="tag.removed").count() == 2
    problem(api.send("PUT", path, {"tags": ["x" * 61]}), 422, "bad_fields")
    assert Tag.objects.count() == 4


def test_who_may_not_change_people_tags_nobody(ridgeline: Business) -> None:
    path = f"/contacts/{ridgeline.contact().pk}/tags"
    problem(Caller("viewer").send("PUT", path, {"tags": ["vip"]}), 403)
    problem(Caller("viewer").send("PATCH", path, {"add": ["vip"]}), 403)


def test_a_program_knows_the_fields_of_the_business_and_an_admin_adds_them(ridgeline: Business) -> None:
    admin, sales = Caller("admin", by=ridgeline.maya), Caller()
    told = {"noun": "contact", "label": "Roof type", "kind": "choice", "choices": ["Tile", "Metal"]}
    added = admin.post("/fields", told)
    assert (added.status_code, added.json()["key"]) == (201, "roof_type")
    assert sales.get("/fields", {"noun": "contact"}).json()["items"] == [added.json()]
    assert sales.get("/fields", {"noun": "company"}).json()["items"] == []
    path = f"/fields/{added.json()['id']}"
    changed = admin.send("PATCH", path, {"choices": ["Tile", "Metal", "Slate"]}).json()
    assert (changed["label"], changed["choices"]) == ("Roof type", ["Tile", "Metal", "Slate"])
    assert admin.send("PATCH", path, {"retired": True}).json()["retired"] is True
    problem(admin.post("/fields", told | {"choices": []}), 422, "no_choices")
    problem(sales.post("/fields", told), 403, "not_allowed")
    problem(sales.send("PATCH", path, {"label": "x"}), 403, "not_allowed")

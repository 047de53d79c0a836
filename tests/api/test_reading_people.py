from datetime import timedelta
from typing import Any

from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.people.actions import add_tags
from trellis.people.models import Company, Contact, ContactPoint


def names(response: Any) -> list[str]:
    return [item["name"] for item in response.json()["items"]]


def test_a_person_is_found_by_email_in_any_case_and_phone_in_any_notation(api: Caller, ridgeline: Business) -> None:
    ridgeline.contact("Renee Castillo", "renee@example.com", "+15015550123")
    ridgeline.contact("Somebody Else", "else@example.com", "+15015550124")
    assert names(api.get("/contacts", {"email": " Renee@Example.COM"})) == ["Renee Castillo"]
    assert names(api.get("/contacts", {"phone": "(501) 555-0123"})) == ["Renee Castillo"]
    assert names(api.get("/contacts", {"phone": "+1 501 555 0123", "email": "renee@example.com"})) == ["Renee Castillo"]
    assert names(api.get("/contacts", {"phone": "+1 501 555 0124", "email": "renee@example.com"})) == []
    assert names(api.get("/contacts", {"email": "nobody@example.com"})) == []


def test_everybody_who_shares_an_address_is_found_and_the_holder_is_marked(api: Caller, ridgeline: Business) -> None:
    ridgeline.contact("Renee Castillo", "home@example.com")
    joe = Contact.objects.create(name="Joe Castillo", created_at=TUESDAY + timedelta(minutes=1))
    ContactPoint.objects.create(
        contact=joe, kind="email", value="home@example.com", raw="Home@Example.com", created_at=TUESDAY
    )
    items = api.get("/contacts", {"email": "home@example.com"}).json()["items"]
    assert [(item["name"], item["points"][0]["primary"]) for item in items] == [
        ("Joe Castillo", False),
        ("Renee Castillo", True),
    ]


def test_a_person_is_shown_with_all_we_know(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact("Renee Castillo", "renee@example.com", "+15015550123")
    renee.company = Company.objects.create(name="Castillo & Sons", created_at=TUESDAY)
    renee.first_touch = {"utm_source": "google"}
    renee.save()
    add_tags(renee, ["Storm", "Insurance"], at=TUESDAY)
    shown = api.get(f"/contacts/{renee.id}").json()
    assert shown["id"] == str(renee.id)
    assert shown["company"]["name"] == "Castillo & Sons"
    assert shown["tags"] == ["Insurance", "Storm"]
    assert shown["first_touch"] == {"utm_source": "google"}
    assert {(point["kind"], point["value"]) for point in shown["points"]} == {
        ("email", "renee@example.com"),
        ("phone", "+15015550123"),
    }
    assert shown["created_at"] == "2026-06-09T15:00:00Z"


def test_the_timeline_tells_what_happened_the_newest_first(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    journey = ridgeline.lead(renee)
    items = api.get(f"/contacts/{renee.id}/timeline").json()["items"]
    assert items == sorted(items, key=lambda item: (item["at"], item["id"]), reverse=True)
    told = {item["key"]: item for item in items}
    assert told["signal.captured"]["label"] == "Renee Castillo reached out"
    assert told["journey.started"]["label"] == "Started Storm & repair"
    assert told["step.set"]["label"] == "Next step set: Call Renee"
    assert told["message.queued"]["rule"] == "ack"
    assert {item["journey"] for item in items} == {str(journey.id)}


def test_a_list_is_read_page_by_page_and_nobody_is_skipped_or_shown_twice(api: Caller, ridgeline: Business) -> None:
    made = [ridgeline.contact(f"Person {number}", f"p{number}@example.com") for number in range(7)]
    seen, cursor = [], None
    while True:
        page = api.get("/contacts", {"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [item["id"] for item in page["items"]]
        ridgeline.contact("Newcomer", f"new{len(seen)}@example.com")
        if not (cursor := page["next"]):
            break
    assert [id for id in seen if id in {str(contact.id) for contact in made}] == [
        str(contact.id) for contact in reversed(made)
    ]
    assert len(seen) == len(set(seen))


def test_a_full_last_page_has_nothing_after_it(api: Caller, ridgeline: Business) -> None:
    for number in range(3):
        ridgeline.contact(f"Person {number}", f"p{number}@example.com")
    assert api.get("/contacts", {"limit": 3}).json()["next"] is None


def test_fifty_people_cost_as_many_queries_as_one(
    api: Caller, ridgeline: Business, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(50):
        add_tags(ridgeline.contact(f"Person {number}", f"p{number}@example.com"), ["Storm"], at=TUESDAY)
    api.get("/contacts")
    with django_assert_num_queries(5):  # the token, the people, their addresses, tags and consents
        assert len(api.get("/contacts").json()["items"]) == 50


def test_what_did_not_change_is_not_sent_again(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    first = api.get(f"/contacts/{renee.id}")
    again = api.get(f"/contacts/{renee.id}", If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    renee.name = "Renee Castillo-Diaz"
    renee.save()
    assert api.get(f"/contacts/{renee.id}", If_None_Match=first["ETag"]).status_code == 200
    problem(api.get(f"/contacts/{renee.id}", If_Match=first["ETag"]), 412)

"""Who may be the same person, and making them one, at the machine door."""

from tests.api.conftest import Caller, problem
from tests.cast import Business
from trellis.journeys.audit import audit
from trellis.people.models import Contact, ContactPoint, Merge, PossibleDuplicate


def two(office: Business) -> tuple[Contact, Contact]:
    tasha = office.contact("Tasha Greer", "tasha@example.com", "+15015550101")
    again = office.contact("Natasha Greer", "ng@example.net")
    held = ContactPoint.objects.get(kind="phone")
    held.pk, held.contact, held.held_at = None, again, None
    held.save(force_insert=True)
    office.lead(again)
    return tasha, again


def test_who_may_be_the_same_is_said_with_reasons(api: Caller, ridgeline: Business) -> None:
    tasha, again = two(ridgeline)
    [found] = api.get(f"/contacts/{tasha.pk}/duplicates").json()["items"]
    assert found["contact"]["id"] == str(again.pk)
    assert 0.5 <= found["probability"] <= 1
    assert found["reasons"][0] == "Same phone number"
    PossibleDuplicate.objects.create(
        contact=again, other=tasha, reason="", found_at=again.created_at, settled_how="different_people"
    )
    assert api.get(f"/contacts/{tasha.pk}/duplicates").json()["items"] == []


def test_a_dry_run_says_what_would_move_and_moves_nothing(api: Caller, ridgeline: Business) -> None:
    tasha, again = two(ridgeline)
    told = api.post(f"/contacts/{tasha.pk}/merge", {"other": str(again.pk), "dry_run": True}).json()
    assert told["id"] is None
    assert told["moves"]["journeys"] == 1
    assert not Merge.objects.exists()
    assert again.journeys.count() == 1


def test_a_merge_moves_it_and_the_old_id_leads_to_the_survivor(api: Caller, ridgeline: Business) -> None:
    tasha, again = two(ridgeline)
    told = api.post(f"/contacts/{tasha.pk}/merge", {"other": str(again.pk), "fields": {"name": "other"}}).json()
    assert told["contact"]["name"] == "Natasha Greer"
    assert {point["value"] for point in told["contact"]["points"]} == {
        "tasha@example.com",
        "ng@example.net",
        "+15015550101",
    }
    assert tasha.journeys.count() == 1
    assert api.get(f"/contacts/{again.pk}").json()["id"] == str(tasha.pk)
    keys = [event["key"] for event in api.get(f"/contacts/{again.pk}/timeline").json()["items"]]
    assert "contacts.merged" in keys
    assert "journey.started" in keys
    assert len(api.get("/contacts").json()["items"]) == 1
    assert audit()["violations"] == 0


def test_fields_of_the_business_are_taken_from_whom_the_program_says(api: Caller, ridgeline: Business) -> None:
    tasha, again = two(ridgeline)
    Contact.objects.filter(pk=tasha.pk).update(custom={"roof_age": "12", "gate_code": "77"})
    Contact.objects.filter(pk=again.pk).update(custom={"roof_age": "20", "gate_code": "88"})
    address, told = f"/contacts/{tasha.pk}/merge", {"other": str(again.pk)}
    problem(api.post(address, told | {"fields": {"roof_age": "other"}}), 422, "bad_fields")
    merged = api.post(address, told | {"fields": {"custom.roof_age": "other"}}).json()
    assert merged["contact"]["custom"] == {"roof_age": "20", "gate_code": "77"}


def test_what_is_written_under_the_old_id_is_the_survivors(api: Caller, ridgeline: Business) -> None:
    tasha, again = two(ridgeline)
    api.post(f"/contacts/{tasha.pk}/merge", {"other": str(again.pk)})
    old = f"/contacts/{again.pk}"
    changed = api.send("PATCH", old, {"place": "Conway"}, If_Match=api.get(old)["ETag"])
    assert (changed.json()["id"], changed.json()["place"]) == (str(tasha.pk), "Conway")
    assert changed["ETag"] == api.get(f"/contacts/{tasha.pk}")["ETag"]
    stop = {"channel": "sms", "purposes": ["marketing"], "granted": False, "source": "by phone"}
    said = api.post(f"{old}/consents", stop).json()
    assert (said["id"], [one["granted"] for one in said["consents"]]) == (str(tasha.pk), [False])
    assert api.send("PUT", f"{old}/tags", {"tags": ["vip"]}).json() == {"tags": ["vip"]}
    assert api.send("PATCH", f"{old}/tags", {"add": ["storm"]}).json() == {"tags": ["storm", "vip"]}
    assert sorted(tasha.tags.values_list("name", flat=True)) == ["storm", "vip"]
    assert not again.tags.exists()


def test_what_cannot_be_merged_says_why(api: Caller, ridgeline: Business) -> None:
    tasha, again = two(ridgeline)
    problem(api.post(f"/contacts/{tasha.pk}/merge", {"other": str(tasha.pk)}), 409, "same_contact")
    problem(api.post(f"/contacts/{tasha.pk}/merge", {"other": str(again.pk), "fields": {"iq": "other"}}), 422)
    api.post(f"/contacts/{tasha.pk}/merge", {"other": str(again.pk)})
    problem(api.post(f"/contacts/{tasha.pk}/merge", {"other": str(again.pk)}), 409, "merged_already")


def test_a_viewer_may_look_but_not_merge(ridgeline: Business) -> None:
    tasha, again = two(ridgeline)
    viewer = Caller("viewer")
    assert viewer.get(f"/contacts/{tasha.pk}/duplicates").status_code == 200
    problem(viewer.post(f"/contacts/{tasha.pk}/merge", {"other": str(again.pk)}), 403)
    assert not Merge.objects.exists()

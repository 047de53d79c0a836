from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.core.ids import new_id
from trellis.events.models import Event
from trellis.people.custom import define_field


def test_what_it_is_about_and_worth_and_the_fields_of_the_business(api: Caller, ridgeline: Business) -> None:
    define_field(noun="journey", label="Roof age", kind="number", by=None, at=TUESDAY)
    path = f"/journeys/{ridgeline.lead().pk}"
    told = api.send("PATCH", path, {"title": "Carport", "value": "1250.50", "custom": {"roof_age": "14"}}).json()
    assert told["title"] == "Carport"
    assert told["value"] == {"amount_minor": 125050, "currency": "USD"}
    assert told["custom"] == {"roof_age": "14"}
    assert api.get(path).json()["value"] == told["value"]
    told = api.send("PATCH", path, {"value": "", "custom": {"roof_age": ""}}).json()
    assert (told["title"], told["value"], told["custom"]) == ("Carport", None, {})
    assert Event.objects.filter(key="journey.changed").count() == 2


def test_what_cannot_be_read_changes_nothing(api: Caller, ridgeline: Business) -> None:
    lead = ridgeline.lead()
    path = f"/journeys/{lead.pk}"
    for told, code in (
        ({"value": "much"}, "bad_fields"),
        ({"value": "-5"}, "bad_value"),
        ({"custom": {"nothing": "1"}}, "no_such_field"),
        ({"stage": "booked"}, "bad_fields"),
        ({"title": "x" * 201}, "bad_fields"),
    ):
        problem(api.send("PATCH", path, told), 422, code)
    problem(api.send("PATCH", f"/journeys/{new_id()}", {"title": "x"}), 404, "not_found")
    assert not Event.objects.filter(key="journey.changed").exists()

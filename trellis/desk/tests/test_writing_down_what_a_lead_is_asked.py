"""What the business wants to know of a lead beside what its playbook asks: written down, shown, listed, taken back."""

from tests.cast import TUESDAY, Business
from trellis.desk.tests.conftest import Desk
from trellis.events.models import Event
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.people.custom import define_field
from trellis.team.runs import work_runs


def roof_type() -> None:
    choices = ["Shingle", "Slate"]
    define_field(noun="journey", label="Roof type", kind="choice", choices=choices, by=None, at=TUESDAY)


def test_a_field_of_leads_stands_on_the_page_and_on_the_timeline_and_is_taken_back(desk: Desk, lead: Journey) -> None:
    desk.open(f"/contacts/{lead.contact_id}/")
    assert "Roof type" not in desk.words, "No business wants what it never asked for."
    roof_type()
    desk.open(f"/contacts/{lead.contact_id}")
    assert "Nothing is written down yet" in desk.words
    desk.send(f"/journeys/{lead.pk}/fields", **{"custom.roof_type": "Slate"})
    assert "Roof type Slate" in desk.words
    assert "changed Roof type" in desk.words
    event = Event.objects.get(key="journey.changed")
    assert (event.journey_id, event.payload["changes"]) == (lead.pk, {"Roof type": ["", "Slate"]})
    assert audit()["violations"] == 0
    desk.send(desk.undo)
    lead.refresh_from_db()
    assert lead.custom == {}
    desk.open(f"/contacts/{lead.contact_id}")
    assert "changed it back to how it was" in desk.words


def test_what_is_no_choice_is_refused_and_said(desk: Desk, lead: Journey) -> None:
    roof_type()
    desk.send(f"/journeys/{lead.pk}/fields", **{"custom.roof_type": "Straw"})
    assert desk.status == 422
    assert "Shingle" in desk.words
    lead.refresh_from_db()
    assert lead.custom == {}


def test_the_list_of_leads_shows_it_changes_it_in_its_place_and_for_many_at_once(
    desk: Desk, ridgeline: Business, lead: Journey
) -> None:
    roof_type()
    other = ridgeline.lead(ridgeline.contact("Lin Zhao", "lin@example.com"))
    desk.send(f"/lists/leads/{lead.pk}/custom.roof_type", value="Slate")
    assert "Roof type of Renee Castillo is changed" in desk.words
    desk.open("/lists/leads/?columns=custom.roof_type&match=all&f=custom.roof_type&o=is&v=Slate")
    assert "Renee Castillo" in desk.words
    assert "Lin Zhao" not in desk.words
    assert "Change a field" in desk.words
    told = {"field": "custom.roof_type", "value": "Shingle", "why": "Survey"}
    desk.send("/lists/leads/do/set", pick=[str(lead.pk), str(other.pk)], said="1", **told)
    assert set(Journey.objects.values_list("custom__roof_type", flat=True)) == {"Shingle"}
    desk.send(desk.undo)
    while work_runs(at=TUESDAY):
        pass
    assert sorted(str(one.custom) for one in Journey.objects.all()) == ["{'roof_type': 'Slate'}", "{}"]
    assert Event.objects.filter(key="journey.changed", payload__changes={}).count() == 2

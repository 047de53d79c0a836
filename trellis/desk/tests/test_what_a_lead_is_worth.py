"""What a lead is about and worth: written down on its page or in the list, added up on the board, taken back."""

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.desk.tests.conftest import Desk
from trellis.events.models import Event
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.team.runs import work_runs


def worth(lead: Journey) -> tuple[int | None, str]:
    lead.refresh_from_db()
    return lead.value_minor, lead.currency


def test_it_stands_on_the_page_the_timeline_today_and_the_board_and_is_taken_back(desk: Desk, lead: Journey) -> None:
    desk.open(f"/contacts/{lead.contact_id}/")
    assert "Nothing is written down yet" in desk.words
    desk.send(f"/journeys/{lead.pk}/fields", title="Carport tarp", value="1,200")
    assert worth(lead) == (120000, "USD")
    assert "Value $1,200" in desk.words
    assert "changed title and value" in desk.words
    changes = Event.objects.get(key="journey.changed").payload["changes"]
    assert changes["value"] == ["", "1200.00 USD"]
    assert changes["title"][1] == "Carport tarp"
    back = desk.undo
    for address in ("/?who=team", "/board/", "/board/table", "/lists/leads/"):
        desk.open(address)
        assert "$1,200" in desk.words, address
    assert audit()["violations"] == 0
    desk.send(back)
    assert worth(lead) == (None, "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("€ 90", (9000, "EUR")),
        ("90 eur", (9000, "EUR")),
        ("JPY 1250", (1250, "JPY")),
        ("0", (0, "USD")),
        ("", (None, "")),
    ],
)
def test_it_is_typed_as_people_write_money(desk: Desk, lead: Journey, typed: str, kept: tuple[int | None, str]) -> None:
    desk.send(f"/journeys/{lead.pk}/fields", title=lead.title, value=typed)
    assert worth(lead) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("much", "is not an amount"),
        ("-5", "worth nothing or more"),
        ("9" * 15, "more than can be kept"),
        ("1.005", "finer"),
    ],
)
def test_what_is_no_amount_is_refused_and_said(desk: Desk, lead: Journey, typed: str, said: str) -> None:
    desk.send(f"/journeys/{lead.pk}/fields", title=lead.title, value=typed)
    assert desk.status == 422
    assert said in desk.words
    assert worth(lead) == (None, "")


def test_it_is_changed_in_the_list_and_for_many_at_once(desk: Desk, ridgeline: Business, lead: Journey) -> None:
    other = ridgeline.lead(ridgeline.contact("Lin Zhao", "lin@example.com"))
    desk.send(f"/lists/leads/{lead.pk}/value", value="$3,180.50")
    assert worth(lead) == (318050, "USD")
    desk.send(f"/lists/leads/{lead.pk}/title", value="Gutters")
    lead.refresh_from_db()
    assert lead.title == "Gutters"
    desk.open("/lists/leads/?match=all&f=value&o=more_than&v=3000")
    assert "Renee Castillo" in desk.words
    assert "Lin Zhao" not in desk.words
    desk.send(
        "/lists/leads/do/set", pick=[str(lead.pk), str(other.pk)], said="1", field="value", value="500", why="Survey"
    )
    assert worth(lead) == worth(other) == (50000, "USD")
    desk.send(desk.undo)
    while work_runs(at=TUESDAY):
        pass
    assert worth(lead) == (318050, "USD")
    assert worth(other) == (None, "")


def test_whoever_may_not_change_a_lead_is_not_asked(ridgeline: Business, lead: Journey, client: Client) -> None:
    ridgeline.tom.role = "viewer"
    ridgeline.tom.save()
    client.force_login(ridgeline.tom)
    page = client.get(f"/contacts/{lead.contact_id}/").content.decode()
    assert f"/journeys/{lead.pk}/fields" not in page
    assert client.post(f"/journeys/{lead.pk}/fields", {"value": "5"}).status_code == 403
    assert worth(lead) == (None, "")

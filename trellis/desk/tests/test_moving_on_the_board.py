"""A card dropped on another column: the lead moves there on its own path, or it is said why it cannot."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import close_journey
from trellis.journeys.models import Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.journeys.tests.sandbox import RULES


def drop(desk: Desk, journey: Journey, **fields: str) -> str:
    page = desk.send(f"/journeys/{journey.pk}/column", next="/board/", **fields)
    journey.refresh_from_db()
    return page


@pytest.fixture
def replacement(ridgeline: Business) -> Business:
    """The business with a second playbook, which has a proposal where the first one qualifies."""
    text = pack("storm-and-repair").replace("playbook: storm-and-repair", "playbook: roof-replacement")
    text = text.replace("title: Storm & repair", "title: Roof replacement").replace("title: Qualified", "title: Offer")
    publish_playbook(text.replace("phase: qualified", "phase: proposal"), by=ridgeline.maya, at=TUESDAY)
    return ridgeline


def test_a_card_dropped_on_a_column_moves_and_says_what_is_next(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    page = drop(desk, journey, column="qualified")
    assert journey.stage.key == "qualified"
    assert "Moved to Qualified. Next for Renee: agree a time with Renee" in page
    assert "Undo" in page
    assert page.partition('id="column-qualified"')[2].partition("</section>")[0].count("Renee Castillo") >= 1


def test_whoever_has_it_from_then_on_is_named(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    assert "who has it now" not in drop(desk, journey, column="in-conversation")
    assert "for Tom, who has it now." in drop(desk, journey, column="booked")
    assert journey.owner == ridgeline.tom


def test_a_card_may_be_dropped_where_the_lead_is_won(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    drop(desk, journey, column="delivered")
    assert (journey.stage.key, journey.status) == ("delivered", "open")
    assert journey.delivered_at == TUESDAY


def test_across_playbooks_a_column_is_the_stage_of_that_phase_on_the_leads_own_path(
    desk: Desk, replacement: Business
) -> None:
    journey = replacement.lead()
    page = desk.open("/board/")
    assert '<span class="one-line">Offer</span>' in page
    drop(desk, journey, column="conversation")
    assert journey.stage.key == "in-conversation"


def test_a_playbook_without_that_stage_refuses_and_names_those_it_has(desk: Desk, replacement: Business) -> None:
    journey = replacement.lead()
    page = drop(desk, journey, column="proposal")
    assert (
        "Storm & repair has no stage for Offer. "
        "Choose one of: New, In conversation, Qualified, Booked, Delivered, Loyal." in page
    )
    assert 'role="alert"' in page
    assert journey.stage.key == "new"


def test_on_the_board_of_a_playbook_a_column_is_the_stage_itself(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    drop(desk, journey, column="booked", playbook=ridgeline.playbook.key)
    assert journey.stage.key == "booked"


def test_a_lead_on_an_earlier_version_is_not_moved_to_a_stage_that_it_does_not_have(
    desk: Desk, ridgeline: Business
) -> None:
    journey = ridgeline.lead()
    later = RULES.replace("  booked:\n    title: Booked", "  scheduled:\n    title: Scheduled")
    publish_playbook(later.replace("to: booked", "to: scheduled"), by=ridgeline.maya, at=TUESDAY)
    page = drop(desk, journey, column="scheduled", playbook=ridgeline.playbook.key)
    assert "Storm & repair has no stage for Scheduled. Choose one of: New" in page
    assert journey.stage.key == "new"


def test_a_lead_in_a_stage_that_is_no_longer_used_stays_in_sight(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    drop(desk, journey, column="booked")
    later = RULES.replace("  booked:\n    title: Booked", "  scheduled:\n    title: Scheduled")
    publish_playbook(later.replace("to: booked", "to: scheduled"), by=ridgeline.maya, at=TUESDAY)
    for address in ("/board/", f"/board/?playbook={ridgeline.playbook.key}", "/board/table"):
        assert "Renee Castillo" in desk.open(address)


@pytest.mark.parametrize("column", ["", "nowhere", "new\x00"])
def test_a_column_that_is_not_there_is_refused(desk: Desk, ridgeline: Business, column: str) -> None:
    journey = ridgeline.lead()
    assert "There is no such column any more. Look again." in drop(desk, journey, column=column)
    assert journey.stage.key == "new"


def test_a_closed_lead_is_not_moved(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    close_journey(journey, outcome="lost", reason="Too far", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=1))
    assert "This is closed. Reopen it first." in drop(desk, journey, column="booked")


def test_a_lead_that_does_not_exist_is_not_found(desk: Desk, ridgeline: Business) -> None:
    desk.send(f"/journeys/{ridgeline.playbook.pk}/column", column="booked")
    assert desk.status == 404


def test_dropping_needs_a_post(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    desk.open(f"/journeys/{journey.pk}/column")
    assert desk.status == 405

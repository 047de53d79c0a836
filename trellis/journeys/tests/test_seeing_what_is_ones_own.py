"""Whose people and leads somebody sees: their own, their team's, or all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY, Business
from trellis.intake.actions import take_in
from trellis.intake.models import Signal
from trellis.journeys.actions import assign_journey
from trellis.journeys.models import Handover, Journey
from trellis.journeys.permissions import may_change
from trellis.people.models import Contact
from trellis.people.permissions import among, reaches
from trellis.team.actions.roles import set_reach
from trellis.team.models import User
from trellis.team.roles import ALL, NONE, OWN, TEAM

SOON = TUESDAY + timedelta(minutes=1)


@pytest.fixture
def leads(ridgeline: Business) -> dict[str, Journey]:
    """One of Priya's, one of Ben's, who shares a team with her, and one of Tom's, who does not."""
    found = {}
    for name in ("priya", "ben", "tom"):
        lead = ridgeline.lead(ridgeline.contact(name.capitalize(), f"{name}@example.com"))
        owner: User = getattr(ridgeline, name)
        if lead.owner != owner:
            assign_journey(lead, owner=owner, by=lead.owner, at=SOON)
        assert lead.owner == owner
        found[name] = lead
    return found


@pytest.mark.parametrize(
    ("reach", "whose"),
    [(NONE, []), (OWN, ["priya"]), (TEAM, ["ben", "priya"]), (ALL, ["ben", "priya", "tom"])],
)
def test_a_reach_is_a_set_of_people_and_of_leads(ridgeline: Business, leads, reach, whose) -> None:
    set_reach("sales", {("see", "contact"): reach}, by=ridgeline.maya, at=TUESDAY)
    names = Contact.objects.visible_to(ridgeline.priya).values_list("name", flat=True)
    assert sorted(name.lower() for name in names) == whose
    seen = set(Journey.objects.visible_to(ridgeline.priya))
    assert seen == {leads[name] for name in whose}
    everybody = [lead.contact_id for lead in leads.values()]
    assert among(everybody, ridgeline.priya, "see", "conversation") == {leads[name].contact_id for name in whose}


def test_mail_is_seen_by_a_right_of_its_own(ridgeline: Business, leads) -> None:
    set_reach("sales", {("see", "conversation"): OWN}, by=ridgeline.maya, at=TUESDAY)
    assert Journey.objects.visible_to(ridgeline.priya).count() == 3
    assert reaches(ridgeline.priya, "see", "conversation", leads["priya"].contact_id)
    assert not reaches(ridgeline.priya, "see", "conversation", leads["ben"].contact_id)


def test_what_may_be_changed_is_less_than_what_is_seen(ridgeline: Business, leads) -> None:
    set_reach("sales", {("change", "journey"): TEAM}, by=ridgeline.maya, at=TUESDAY)
    may = {name: may_change(ridgeline.priya, lead) for name, lead in leads.items()}
    assert may == {"priya": True, "ben": True, "tom": False}


def test_whoever_wrote_somebody_down_sees_them(ridgeline: Business) -> None:
    set_reach("sales", {("see", "contact"): OWN}, by=ridgeline.maya, at=TUESDAY)
    signal, _ = take_in(
        kind="call",
        channel="phone",
        source="desk",
        payload={"from": "+15015550123", "from_name": "Lin Zhao", "note": "Skylight leaks"},
        by=ridgeline.tom,
        at=TUESDAY,
    )
    assert [contact.name for contact in Contact.objects.visible_to(ridgeline.tom)] == ["Lin Zhao"]
    assert list(Signal.objects.visible_to(ridgeline.tom)) == [signal]


def test_what_is_offered_may_be_looked_at(ridgeline: Business) -> None:
    lead = ridgeline.lead()
    set_reach("sales", {("see", "contact"): OWN}, by=ridgeline.maya, at=TUESDAY)
    Handover.objects.create(journey=lead, giver=lead.owner, taker=ridgeline.tom, offered_at=SOON, due_at=SOON)
    assert not Journey.objects.visible_to(ridgeline.tom).exists()
    assert Journey.objects.visible_to(ridgeline.tom, offered=True).get() == lead
    assert Contact.objects.visible_to(ridgeline.tom).get() == lead.contact


def test_who_sees_all_asks_the_very_same_question(ridgeline: Business) -> None:
    for model in (Contact, Journey, Signal):
        assert str(model.objects.visible_to(ridgeline.priya).query) == str(model.objects.all().query)
    with CaptureQueriesContext(connection) as asked:
        for model in (Contact, Journey, Signal):
            str(model.objects.visible_to(ridgeline.priya).query)
    assert len(asked) == 0

"""Owners found by what the business knows: who has least, who knows the customer, who is there to take over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.conversations.actions import log_call
from trellis.core.memory import forget
from trellis.events.catalogue import StageChosen
from trellis.events.models import Event
from trellis.journeys.actions import assign_journey, close_journey, complete_task, release_user, snooze_task
from trellis.journeys.apply import Tell, apply
from trellis.journeys.audit import audit
from trellis.journeys.models import Decision, Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.journeys.wake import cover_absences, work_once
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.hours import create_calendar
from trellis.team.actions.people import update_user
from trellis.team.models import User

FIRST, TALK = "owner: {team: front-desk, by: round_robin", "owner: {team: front-desk, by: keep"
MORNINGS = {day: [["08:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
EVENING = chicago("2026-06-09 12:30")


@pytest.fixture
def says(ridgeline: Business) -> Callable[..., None]:
    """The playbook says another thing of its owners from now on."""

    def change(**more: str) -> None:
        source = pack("storm-and-repair").replace(FIRST, f"owner: {{team: front-desk, {more.get('new', 'by: load')}")
        source = source.replace(TALK, f"owner: {{team: front-desk, {more.get('talk', 'by: keep')}")
        publish_playbook(source, by=None, at=TUESDAY)

    return change


def lead(ridgeline: Business, number: int, **more: object) -> Journey:
    return ridgeline.lead(ridgeline.contact(f"Lead {number}", f"{number}@example.com"), **more)  # type: ignore[arg-type]


def works(user: User, windows: dict[str, list[list[str]]], name: str) -> None:
    hours = create_calendar(name=name, time_zone="America/Chicago", windows=windows, holidays="", by=None, at=TUESDAY)
    update_user(user, name=user.name, email=user.email, role=user.role, phone="", calendar=hours, by=None, at=TUESDAY)


def work_until_done(at: str) -> None:
    for _ in range(20):
        if not work_once(at=chicago(at)):
            return
    raise AssertionError("there is no end to it")


def test_by_load_the_next_lead_goes_to_whoever_has_fewest_open(ridgeline: Business, says: Callable[..., None]) -> None:
    for number in range(3):
        assign_journey(lead(ridgeline, number), owner=ridgeline.maya, by=ridgeline.maya, at=TUESDAY)
    says(new="by: load")
    assert [lead(ridgeline, number).owner for number in (4, 5, 6)] == [ridgeline.ben] * 3
    assert lead(ridgeline, 7).owner == ridgeline.maya


def test_what_others_did_meanwhile_is_counted_anew(ridgeline: Business, says: Callable[..., None]) -> None:
    says(new="by: load")
    assert [lead(ridgeline, number).owner for number in (1, 2)] == [ridgeline.maya, ridgeline.ben]
    Journey.objects.update(owner=ridgeline.maya)
    forget()
    assert lead(ridgeline, 3).owner == ridgeline.ben


def test_what_is_closed_is_no_load(ridgeline: Business, says: Callable[..., None]) -> None:
    says(new="by: load")
    first, second = lead(ridgeline, 1), lead(ridgeline, 2)
    assert (first.owner, second.owner) == (ridgeline.maya, ridgeline.ben)
    close_journey(second, outcome="lost", reason="Wrong town", by=ridgeline.ben, at=TUESDAY)
    assert lead(ridgeline, 3).owner == ridgeline.ben


def test_within_one_batch_each_counts_what_the_one_before_got(ridgeline: Business, says: Callable[..., None]) -> None:
    says(new="by: load", talk="by: load")
    journeys = [lead(ridgeline, number) for number in range(4)]
    for journey in journeys:
        assign_journey(journey, owner=ridgeline.maya, by=ridgeline.maya, at=TUESDAY)
    tells = [Tell(journey_id=one.pk, fact=StageChosen(stage="in-conversation", by="")) for one in journeys]
    apply(tells, at=TUESDAY + timedelta(minutes=1))
    owners = list(Journey.objects.values_list("owner__name", flat=True))
    assert sorted(owners) == ["Ben Whitfield"] * 2 + ["Maya Ortiz"] * 2


def test_the_load_it_was_chosen_by_is_kept_with_the_decision(ridgeline: Business, says: Callable[..., None]) -> None:
    lead(ridgeline, 1)
    says(new="by: load")
    second = lead(ridgeline, 2)
    kept = Decision.objects.get(journey=second, sentence__contains="is the owner").world
    assert kept["load"][str(ridgeline.maya.pk)] == 1


def test_whoever_had_this_customer_before_gets_them_again(ridgeline: Business, says: Callable[..., None]) -> None:
    renee = ridgeline.contact()
    first = ridgeline.lead(renee)
    assign_journey(first, owner=ridgeline.ben, by=ridgeline.maya, at=TUESDAY)
    close_journey(first, outcome="won", reason="Roof is done", by=ridgeline.ben, at=TUESDAY)
    says(new="by: last_owner")
    lead(ridgeline, 1)
    again = ridgeline.lead(renee, at=chicago("2026-06-10 10:00"))
    assert (again.pk != first.pk, again.owner) == (True, ridgeline.ben)
    assert Decision.objects.get(journey=again, sentence__contains="is the owner").sentence.endswith("had them before")


def test_whoever_of_us_calls_them_has_them(ridgeline: Business, says: Callable[..., None]) -> None:
    says(new="by: round_robin", talk="by: who_replied")
    journey = ridgeline.lead()
    log_call(
        contact=journey.contact,
        direction="out",
        outcome="answered",
        started_at=TUESDAY,
        by=ridgeline.ben,
        journey_id=journey.pk,
        at=TUESDAY,
    )
    assert next_step(journey).assignee == journey.owner == ridgeline.ben


def test_leads_go_to_whoever_covers_their_area(ridgeline: Business, says: Callable[..., None]) -> None:
    says(new="by: round_robin, match: answers.address")
    ben = ridgeline.ben
    update_user(
        ben,
        name=ben.name,
        email=ben.email,
        role=ben.role,
        phone="",
        calendar=None,
        covers=["North  Side", "hail", "Hail"],
        by=None,
        at=TUESDAY,
    )
    ben.refresh_from_db()
    assert ben.covers == ["north side", "hail"]
    for number in range(3):
        assert lead(ridgeline, number, answers={"address": "north side"}).owner == ben
    assert lead(ridgeline, 4, answers={"address": "South"}).owner == ridgeline.maya


def test_a_lead_costs_one_more_query_where_load_or_history_matter(
    ridgeline: Business, says: Callable[..., None]
) -> None:
    def asked(number: int) -> int:
        lead(ridgeline, number)
        with CaptureQueriesContext(connection) as queries:
            lead(ridgeline, number + 1)
        return len(queries)

    plain = asked(1)
    says(new="by: load")
    assert asked(3) in (plain, plain + 1)
    says(new="by: last_owner")
    assert asked(5) == plain + 1


def test_who_goes_off_duty_passes_on_what_is_due_before_they_are_back(ridgeline: Business) -> None:
    works(ridgeline.maya, MORNINGS, "Mornings")
    journey = ridgeline.lead(at=chicago("2026-06-09 11:50"))
    log_call(
        contact=journey.contact,
        direction="out",
        outcome="answered",
        started_at=chicago("2026-06-09 11:52"),
        by=ridgeline.maya,
        journey_id=journey.pk,
        at=chicago("2026-06-09 11:52"),
    )
    assert next_step(journey).due_at == chicago("2026-06-09 16:52")
    work_until_done("2026-06-09 12:30")
    assert next_step(journey).assignee == ridgeline.maya, "everybody has lunch"
    work_until_done("2026-06-09 13:00")
    assert next_step(journey).assignee == journey.owner == ridgeline.ben
    gone = Event.objects.get(key="owner.gone")
    assert gone.payload["reason"] == "Maya is off duty until Wednesday, June 10"


def test_what_is_due_after_they_are_back_waits_for_who_is_off_duty(ridgeline: Business) -> None:
    works(ridgeline.maya, MORNINGS, "Mornings")
    journey = ridgeline.lead()
    snooze_task(next_step(journey), until=chicago("2026-06-10 09:00"), by=ridgeline.maya, at=TUESDAY)
    work_until_done("2026-06-09 13:00")
    assert not Event.objects.filter(key="owner.gone").exists()


def test_what_is_given_to_somebody_off_duty_stays_theirs_until_they_go_again(ridgeline: Business) -> None:
    works(ridgeline.maya, MORNINGS, "Mornings")
    journey = lead(ridgeline, 1, at=chicago("2026-06-09 13:10"))
    assert journey.owner == ridgeline.ben
    assign_journey(journey, owner=ridgeline.maya, by=ridgeline.ben, at=chicago("2026-06-09 13:11"))
    work_once(at=chicago("2026-06-09 13:12"))
    journey.refresh_from_db()
    assert journey.owner == ridgeline.maya


def test_of_several_that_wait_the_one_due_first_is_passed_on_first(ridgeline: Business) -> None:
    hers = [
        assign_journey(lead(ridgeline, number), owner=ridgeline.maya, by=ridgeline.maya, at=TUESDAY)
        for number in range(3)
    ]
    for number, journey in enumerate(reversed(hers)):
        step = next_step(journey)
        until = chicago(f"2026-06-10 0{7 + number}:30")
        complete_task(step, by=ridgeline.maya, at=TUESDAY, then="Send the offer", then_due_at=until)
    put_on_leave(
        ridgeline.maya, starts_at=EVENING, ends_at=chicago("2026-06-20"), by=None, at=chicago("2026-06-09 10:01")
    )
    assert cover_absences(EVENING, 1) == 1
    hers[-1].refresh_from_db()
    assert hers[-1].owner == ridgeline.ben
    assert [one.owner for one in Journey.objects.filter(pk__in=[one.pk for one in hers[:-1]])] == [ridgeline.maya] * 2


def test_a_rule_that_waits_passes_nothing_on_when_they_are_away(ridgeline: Business, says: Callable[..., None]) -> None:
    source = pack("storm-and-repair").replace("if_away: next_free", "if_away: wait")
    publish_playbook(source, by=None, at=TUESDAY)
    journey = ridgeline.lead()
    put_on_leave(
        ridgeline.maya, starts_at=TUESDAY + timedelta(minutes=1), ends_at=chicago("2026-06-20"), by=None, at=TUESDAY
    )
    forget()
    assert cover_absences(TUESDAY + timedelta(minutes=2), 10) == 0
    assert next_step(journey).assignee == ridgeline.maya


def test_who_leaves_leaves_nothing_behind(ridgeline: Business, says: Callable[..., None]) -> None:
    says(new="by: load")
    journeys = [lead(ridgeline, number) for number in range(4)]
    release_user(ridgeline.ben, by=ridgeline.maya, at=TUESDAY)
    assert {Journey.objects.get(pk=one.pk).owner for one in journeys} == {ridgeline.maya}
    assert audit()["violations"] == 0

"""Today: what is due, in order, and what happens if nobody acts."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.conversations.ledger import deliver_due, hand_over_here
from trellis.conversations.models import Message
from trellis.core.memory import forget
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import assign_journey, plan_step, snooze_task
from trellis.team.actions.notices import tell
from trellis.team.actions.people import create_user


def test_a_stranger_is_sent_to_the_log_in_page(client: Client, ridgeline: Business) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/log-in?next=/"


def test_an_empty_desk_names_the_next_step(desk: Desk) -> None:
    page = desk.open("/")
    assert "Your stages are ready" in page
    assert "Connect your form" in page


def test_a_new_lead_stands_with_its_step_its_deadline_and_what_happens_if_nobody_acts(
    desk: Desk, ridgeline: Business
) -> None:
    ridgeline.lead(at=TUESDAY)
    desk.at = TUESDAY + timedelta(minutes=2)
    page = desk.open("/")
    assert "Renee Castillo" in page
    assert "A limb came down" in page
    assert "Call Renee" in page
    assert "3m left" in page
    assert "If nobody acts by" in page
    assert "it moves to the next free person and both are told" in page


def test_the_queue_is_grouped_by_deadline(desk: Desk, ridgeline: Business) -> None:
    late = ridgeline.lead(ridgeline.contact("Kevin Doyle", "kevin@example.com"), at=chicago("2026-06-09 09:30"))
    soon = ridgeline.lead(ridgeline.contact("Tasha Greer", "tasha@example.com"), at=TUESDAY)
    for name, hours in (("Elena Ruiz", 5), ("Sam Okeke", 25), ("Gary Thompson", 80)):
        journey = ridgeline.lead(ridgeline.contact(name, f"{name[:3]}@example.com"), at=TUESDAY)
        snooze_task(next_step(journey), until=TUESDAY + timedelta(hours=hours), by=ridgeline.maya, at=TUESDAY)
    page = desk.open("/?who=team")
    places = [page.index(word) for word in ("Overdue", "Kevin Doyle", "Due in the next hour", "Tasha Greer")]
    places += [page.index(word) for word in ("Later today", "Elena Ruiz", "Tomorrow", "Sam Okeke", "Gary Thompson")]
    assert places == sorted(places)
    assert late.pk != soon.pk


def test_mine_shows_only_mine(desk: Desk, ridgeline: Business) -> None:
    for name in ("Kevin Doyle", "Tasha Greer"):
        ridgeline.lead(ridgeline.contact(name, f"{name[:3]}@example.com"))
    owners = {"Kevin Doyle", "Tasha Greer"}
    mine = {name for name in owners if name in desk.queue("/?who=mine")}
    assert len(mine) == 1
    assert all(name in desk.queue("/?who=team") for name in owners)


def test_a_long_queue_comes_in_pages_that_lose_nobody(desk: Desk, ridgeline: Business) -> None:
    for number in range(28):
        ridgeline.lead(ridgeline.contact(f"Lead Number{number:02}", f"lead{number}@example.com"))
    first = desk.queue("/?who=team")
    more = first.split('class="queue__more"><a class="button" href="')[1].split('"')[0]
    second = desk.queue(f"/{more}")
    shown = [number for number in range(28) for page in (first, second) if f"Number{number:02}" in page]
    assert sorted(shown) == list(range(28))


def test_a_made_up_page_mark_shows_the_first_page(desk: Desk, ridgeline: Business) -> None:
    ridgeline.lead()
    assert "Renee Castillo" in desk.open("/?after=yesterday~nobody")
    assert desk.status == 200


def test_times_are_shown_in_the_zone_and_hours_of_the_person(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    snooze_task(next_step(journey), until=chicago("2026-06-09 15:30"), by=ridgeline.maya, at=TUESDAY)
    assert "3:30 PM" in desk.open("/?who=team")
    hana = create_user(
        name="Hana Sato",
        email="hana@ridgeline.example",
        role="manager",
        time_zone="Europe/Berlin",
        hour_cycle="h23",
        by=None,
        at=TUESDAY,
    )
    assert ">22:30<" in desk.log_in(hana).open("/?who=team")


def test_what_a_person_was_told_is_shown_until_they_read_it(desk: Desk, ridgeline: Business) -> None:
    tell([ridgeline.maya], "Renee Castillo is yours now", at=TUESDAY)
    assert "Renee Castillo is yours now" in desk.open("/")
    assert "Renee Castillo is yours now" not in desk.send("/notices/read")


def test_the_pulse_counts_first_replies_and_who_waits(desk: Desk, ridgeline: Business) -> None:
    answered, _ = ridgeline.lead(), ridgeline.lead(ridgeline.contact("Tasha Greer", "tasha@example.com"))
    desk.at = TUESDAY + timedelta(minutes=3)
    desk.send(f"/contacts/{answered.contact_id}/call", journey=answered.pk, outcome="answered", minutes=4)
    page = desk.open("/?who=team")
    assert "3m</span>" in page
    assert "median of 1" in page
    assert "1 first reply today, 0 later than the target of 5m" in page
    assert "3m waited" in page


@pytest.mark.parametrize("count", [1, 26])
def test_today_asks_at_most_fifteen_questions_however_long_the_queue(
    desk: Desk, ridgeline: Business, django_assert_max_num_queries: pytest.FixtureRequest, count: int
) -> None:
    for number in range(count):
        journey = ridgeline.lead(ridgeline.contact(f"Lead {number}", f"lead{number}@example.com"))
        plan_step(journey, title="Look in", due_at=TUESDAY + timedelta(hours=2), by=ridgeline.maya, at=TUESDAY)
    with django_assert_max_num_queries(15):
        desk.open("/?who=team")


def test_today_narrows_to_what_the_filter_lets_through(desk: Desk, ridgeline: Business) -> None:
    renee = ridgeline.lead()
    tasha = ridgeline.lead(ridgeline.contact("Tasha Greer", "tasha@example.com"))
    for lead, owner in ((renee, ridgeline.ben), (tasha, ridgeline.priya)):
        assign_journey(lead, owner=owner, by=ridgeline.maya, at=TUESDAY)
    page = desk.queue(f"/?who=team&owner={ridgeline.priya.pk}")
    assert "Tasha Greer" in page
    assert "Renee Castillo" not in page
    assert "Priya Nair" in page
    assert "No open lead fits the filter" in desk.queue("/?who=team&due=overdue")


def test_where_much_is_open_the_pulse_is_two_seconds_old_at_most(
    desk: Desk, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    ridgeline.lead()
    waiting = re.compile(r'Leads waiting <span class="push-end number">(\d+)')
    numbers = []
    for much in (5_000, 0):
        monkeypatch.setattr("trellis.desk.views.today.MANY", much)
        forget()
        numbers += waiting.findall(desk.open("/"))
        ridgeline.lead(ridgeline.contact(f"Lead {much}", f"{much}@example.com"), at=TUESDAY)
        numbers += waiting.findall(desk.open("/"))
    forget()
    numbers += waiting.findall(desk.open("/"))
    assert numbers == ["1", "2", "2", "2", "3"]


def test_an_automatic_message_was_handled_once_it_has_left(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    deliver_due(at=TUESDAY + timedelta(minutes=1))
    assert "automatic message" not in desk.open("/")
    assert hand_over_here(Message.objects.get(journey_id=journey.pk), at=TUESDAY + timedelta(minutes=2))
    assert '<b class="medium number">1</b> automatic message<' in desk.open("/")


def test_the_clock_at_the_head_knows_the_zone_in_which_it_goes_on(desk: Desk) -> None:
    page = desk.open("/")
    assert '<wall-clock class="top-bar__sub" data-zone="America/Chicago" data-cycle="h12"><time' in page

"""The board: every open lead in the column of its stage, with its owner, its next step and its deadline."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import move_journey, park_journey, plan_step, snooze_task
from trellis.journeys.models import Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.journeys.tests.sandbox import RULES
from trellis.journeys.undoing import act_at, undo_act
from trellis.people.actions import add_tags

BOARD = "/board/"
DISCOVERY = """\
  discovery:
    title: Discovery call
    phase: qualified
    means: We know what they need.
    owner: {team: estimators, by: round_robin, if_away: next_free}
    limits:
      - {id: talk, clock: stage, within: 2d, late: [{id: talk-late, escalate: manager}]}
      - {id: answer-talk, clock: reply, within: 4h, late: [{id: answer-talk-late, escalate: manager}]}
    enter: [{id: discover, task: {call: Find out what they need, due: 1d}}]
    quiet: [{id: talk-rest, after: 14d, park: 60d, reason: They went quiet}]
    next: [{id: discovered, to: booked, done: [discover]}]
"""


def column(desk: Desk, key: str, address: str = BOARD) -> str:
    """What stands in one column."""
    return desk.open(address).partition(f'id="column-{key}"')[2].partition("</section>")[0]


def card(text: str, journey: Journey) -> str:
    return text.partition(f'id="journey-{journey.pk}"')[2].partition("</li>")[0]


def test_an_empty_board_says_what_to_do(desk: Desk) -> None:
    page = desk.open(BOARD)
    assert "Your stages are ready" in page
    assert "Add a lead or connect your web form." in page
    assert "Connect form" in page
    assert "New lead" in page


def test_a_card_shows_who_has_it_what_is_next_and_by_when(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    desk.at = TUESDAY + timedelta(minutes=2)
    shown = card(column(desk, "new"), journey)
    assert journey.owner is not None
    for told in ("Renee Castillo", journey.owner.name, "A limb came down", "Call Renee", "3m left"):
        assert told in shown
    assert "Web form · " in shown
    assert "2m ago" in shown
    assert "Auto-email waits to go out" in shown


def test_there_is_a_column_for_each_stage_and_an_empty_one_says_so(desk: Desk, ridgeline: Business) -> None:
    ridgeline.lead()
    page = desk.open(BOARD)
    titles = ["New", "In conversation", "Qualified", "Booked", "Delivered", "Loyal"]
    places = [page.index(f'<span class="one-line">{title}</span>') for title in titles]
    assert places == sorted(places)
    assert "Nobody here" in column(desk, "booked")
    assert "Proposal" not in page


def test_a_head_counts_its_leads_and_says_the_worst_of_their_deadlines(desk: Desk, ridgeline: Business) -> None:
    for name, at in (("Kevin Doyle", "09:30"), ("Tasha Greer", "09:57"), ("Elena Ruiz", "10:00")):
        ridgeline.lead(ridgeline.contact(name, f"{name[:3]}@example.com"), at=chicago(f"2026-06-09 {at}"))
    head = column(desk, "new")
    assert 'count">3<' in head
    assert "1 overdue" in head
    late = Journey.objects.get(contact__name="Kevin Doyle")
    snooze_task(next_step(late), until=TUESDAY + timedelta(days=2), by=ridgeline.maya, at=TUESDAY)
    assert "2 due soon" in column(desk, "new")
    for journey in Journey.objects.all():
        snooze_task(next_step(journey), until=TUESDAY + timedelta(days=2), by=ridgeline.maya, at=TUESDAY)
    assert "all on time" in column(desk, "new")


def test_an_overdue_card_is_marked_and_an_automatic_step_is_never_late(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    desk.at = TUESDAY + timedelta(minutes=30)
    assert "25m over" in card(column(desk, "new"), journey)
    assert "board-card--late" in column(desk, "new")


def test_values_are_added_up_by_currency_and_left_out_where_there_are_none(desk: Desk, ridgeline: Business) -> None:
    for number, (minor, currency) in enumerate([(120_000, "USD"), (350_000, "USD"), (90_000, "EUR"), (None, "")]):
        journey = ridgeline.lead(ridgeline.contact(f"Lead {number}", f"lead{number}@example.com"))
        Journey.objects.filter(pk=journey.pk).update(value_minor=minor, currency=currency)
    head = column(desk, "new")
    assert "€900 + $4,700" in head
    assert "4 open · €900 · $4,700" in desk.page
    assert "$" not in column(desk, "booked")


def test_a_head_says_how_long_leads_stay_and_how_long_they_may(desk: Desk, ridgeline: Business) -> None:
    for hours in (2, 4, 30):
        journey = ridgeline.lead(ridgeline.contact(f"Lead {hours}", f"lead{hours}@example.com"), at=TUESDAY)
        moved = TUESDAY + timedelta(hours=hours)
        move_journey(journey, stage="in-conversation", by=ridgeline.maya, at=moved)
        move_journey(journey, stage="booked", by=ridgeline.maya, at=moved + timedelta(minutes=20))
        move_journey(journey, stage="delivered", by=ridgeline.maya, at=moved + timedelta(days=5))
    desk.at = TUESDAY + timedelta(days=8)
    assert "median 4h · limit 3d" in column(desk, "new")
    assert "median 20m · limit 5d" in column(desk, "in-conversation")
    assert "median 5d" in column(desk, "booked")
    assert "median 4h from first touch to booked" in desk.page


def test_a_stage_that_was_entered_by_mistake_counts_as_no_stay(desk: Desk, ridgeline: Business) -> None:
    journey, moved = ridgeline.lead(), TUESDAY + timedelta(hours=1)
    move_journey(journey, stage="qualified", by=ridgeline.maya, at=moved)
    act = act_at(journey.pk, moved)
    assert act
    undo_act(act, by=ridgeline.maya, at=moved + timedelta(seconds=3))
    desk.at = TUESDAY + timedelta(hours=2)
    assert "median" not in column(desk, "qualified")


def test_a_parked_lead_is_not_on_the_board(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    park_journey(journey, until=TUESDAY + timedelta(days=30), reason="Spring", by=ridgeline.maya, at=TUESDAY)
    assert "Renee Castillo" not in desk.open(BOARD)


def test_a_card_says_that_they_have_been_quiet_and_wears_at_most_three_tags(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    add_tags(journey.contact, ["Storm", "Insurance", "Repair", "Gutters"], at=TUESDAY)
    Journey.objects.filter(pk=journey.pk).update(
        spoke_at=TUESDAY + timedelta(hours=1), heard_at=TUESDAY, priority_at=TUESDAY
    )
    desk.at = TUESDAY + timedelta(days=3, hours=2)
    shown = card(column(desk, "new"), journey)
    assert "Quiet 3 days" in shown
    assert "Priority" in shown
    assert shown.count("tag__dot") == 1


def test_where_one_playbook_is_all_there_is_each_of_its_stages_has_a_column(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    later = RULES.replace("to: booked", "to: discovery").replace("\n  booked:\n", f"\n{DISCOVERY}\n  booked:\n")
    publish_playbook(later, by=ridgeline.maya, at=TUESDAY)
    assert "Nobody here" in column(desk, "discovery")
    assert '<h1 class="top-bar__title one-line">All journeys</h1>' in desk.page
    address = f"/board/?playbook={ridgeline.playbook.key}"
    assert card(column(desk, "new", address), journey)
    assert '<h1 class="top-bar__title one-line">All journeys</h1>' in desk.page


def test_of_several_playbooks_each_has_a_board_of_its_own(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    publish_playbook(pack("consulting"), by=ridgeline.maya, at=TUESDAY)
    move_journey(journey, stage="in-conversation", by=ridgeline.maya, at=TUESDAY)
    assert card(column(desk, "conversation"), journey)
    address = f"/board/?playbook={ridgeline.playbook.key}"
    assert card(column(desk, "in-conversation", address), journey)
    assert '<h1 class="top-bar__title one-line">Storm & repair</h1>' in desk.page
    assert "All journeys" in desk.page


@pytest.mark.parametrize(
    "query",
    [
        "tag=%00",
        "owner=%00",
        "playbook=no",
        "kind=no",
        "owner=me~",
        "tag=no",
        "due=never",
        "depth=x.~.~new.many",
        "after=no&column=no",
    ],
)
def test_what_an_address_asks_for_and_nobody_knows_is_ignored(desk: Desk, ridgeline: Business, query: str) -> None:
    ridgeline.lead()
    assert "Renee Castillo" in desk.open(f"/board/?{query}")
    assert desk.status == 200
    assert "Renee Castillo" in desk.open(f"/board/table?{query}")


def test_a_long_column_comes_in_pages_that_lose_nobody(desk: Desk, ridgeline: Business) -> None:
    for number in range(40):
        ridgeline.lead(ridgeline.contact(f"Lead Number{number:02}", f"lead{number}@example.com"))
    first = column(desk, "new")
    assert 'count">40<' in first
    more = first.partition("board-column__more")[2].partition('href="')[2].partition('"')[0]
    second = desk.open(more, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<html" not in second
    last = second.partition("board-column__more")[2].partition('href="')[2].partition('"')[0]
    # Without script the same link is a page on which the column goes on.
    third = column(desk, "new", last)
    shown = [number for number in range(40) for page in (first, second, third) if f"Number{number:02}" in page]
    assert sorted(shown) == list(range(40))


def test_a_column_that_was_read_on_stays_as_deep(desk: Desk, ridgeline: Business) -> None:
    for number in range(30):
        ridgeline.lead(ridgeline.contact(f"Lead Number{number:02}", f"lead{number}@example.com"))
    assert "Number29" not in column(desk, "new")
    assert "Number29" in column(desk, "new", "/board/?depth=new.30")


def test_the_next_page_of_a_column_that_is_not_there_is_not_found(desk: Desk, ridgeline: Business) -> None:
    desk.open("/board/?column=nowhere&after=x", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert desk.status == 404


def test_a_viewer_sees_the_board_and_no_way_to_move_a_card(desk: Desk, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    type(ridgeline.ben).objects.filter(pk=ridgeline.ben.pk).update(role="viewer")
    ridgeline.ben.refresh_from_db()
    desk.log_in(ridgeline.ben)
    page = desk.open(BOARD)
    assert "Renee Castillo" in page
    assert 'draggable="true"' not in page
    assert "board-menu" not in page
    desk.send(f"/journeys/{journey.pk}/column", column="qualified")
    assert desk.status == 403


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("address", [BOARD, "/board/?owner=me&tag=Storm&due=today&priority=1", "/board/table"])
def test_the_board_asks_at_most_fifteen_questions_however_full_it_is(
    desk: Desk, ridgeline: Business, django_assert_max_num_queries: pytest.FixtureRequest, count: int, address: str
) -> None:
    for number in range(count):
        journey = ridgeline.lead(ridgeline.contact(f"Lead {number}", f"lead{number}@example.com"))
        add_tags(journey.contact, ["Storm"], at=TUESDAY)
        plan_step(journey, title="Look in", due_at=TUESDAY + timedelta(hours=2), by=ridgeline.maya, at=TUESDAY)
    cache.clear()
    with django_assert_max_num_queries(15):
        desk.open(address)

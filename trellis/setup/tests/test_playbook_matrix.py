"""Reading a playbook on the screen: its rules by stage, who has what, and what really came of it."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business, next_step
from trellis.core.memory import forget
from trellis.events.catalogue import CallAnswered, MessageHandedOver, MessageReceived
from trellis.events.models import Event
from trellis.journeys.actions import complete_task
from trellis.journeys.models import Clock, Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.setup.queries.matrix import Matrix, matrix_of
from trellis.team.models import Membership

PAGE = "/playbooks/storm-and-repair/"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def read(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Maya opens a page on Tuesday at 10:00."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    client.force_login(ridgeline.maya)

    def open_page(address: str, status: int = 200) -> str:
        answer = client.get(address)
        assert answer.status_code == status
        return unescape(answer.content.decode())

    return open_page


@pytest.fixture
def matrix(ridgeline: Business) -> Callable[[], Matrix]:
    def fresh() -> Matrix:
        forget()
        return matrix_of(ridgeline.playbook, TUESDAY)

    return fresh


def results(matrix: Matrix, kind: str, stage: str = "new") -> list[tuple[str, str]]:
    cells = next(cells for row, cells in matrix.rows if row.key == kind)
    cell = next(cell for cell in cells if cell.column.key == stage)
    return [(result.text, result.state) for result in cell.results]


def happened(journey: Journey, fact: Any, at: Any, rule_id: str = "") -> None:
    Event.objects.create(
        key=fact.key,
        at=at,
        contact_id=journey.contact_id,
        journey_id=journey.pk,
        rule_id=rule_id,
        payload=fact.payload(),
    )


def sent(journey: Journey, rule_id: str, at: Any) -> None:
    happened(journey, MessageHandedOver(message_id="1", channel="sms", rule_id=rule_id), at, rule_id)


def wrote(journey: Journey, at: Any) -> None:
    happened(journey, MessageReceived(message_id="2", channel="sms", text="Yes"), at)


def test_the_matrix_says_each_rule_in_plain_words(read: Callable[..., str]) -> None:
    page = read(PAGE)
    for words in ("Someone reached out. Nobody has spoken with them yet.", "First reply in 5 min", "Quiet 2 hours"):
        assert words in page
    assert "Starts when the work is done" in page
    assert "limit 260 working days" in page
    assert 'colspan="4"' in page
    assert "{{" not in page


def test_a_message_is_there_whole_with_what_each_part_is_for(read: Callable[..., str]) -> None:
    sheet = read(PAGE).partition('id="message-we-got-it"')[2].partition("</section>")[0]
    assert ">first name</span>, this is <span" in sheet
    for words in ("Confirms", "Asks one question", "Is water coming in right now?", "Gives the next step"):
        assert words in sheet


def test_the_owners_are_named_and_so_is_who_is_next(matrix: Callable[[], Matrix], ridgeline: Business) -> None:
    ridgeline.lead()
    cells = {cell.column.key: cell.ownership for cell in matrix().rows[1][1]}
    assert [user.first_name for user in cells["new"].people] == ["Maya", "Ben"]
    assert (cells["new"].says, cells["new"].details) == ("Maya or Ben, in turn", ["Away: next free."])
    owner = Journey.objects.get().owner
    assert cells["new"].next == (ridgeline.ben if owner == ridgeline.maya else ridgeline.maya)
    assert (cells["loyal"].says, cells["loyal"].next) == ("Whoever has it keeps it", None)
    assert results(matrix(), "ownership") == [("1 open now", "good")]
    assert results(matrix(), "ownership", "booked") == [("0 open now", "good")]


def test_a_team_that_nobody_is_in_is_a_gap_at_the_head_of_the_page(
    read: Callable[..., str], matrix: Callable[[], Matrix]
) -> None:
    assert (matrix().gaps, "No gaps" in read(PAGE)) == ([], True)
    Membership.objects.filter(team__key="crew").delete()
    forget()
    page = read(PAGE)
    assert "1 gap\n" in page.replace("1 gap<", "1 gap\n<")
    assert "a team has nobody in it: Crew" in page
    assert "Nobody is in this team." in page


def test_replies_on_time_are_counted_and_fewer_than_nine_in_ten_are_late(
    matrix: Callable[[], Matrix], ridgeline: Business
) -> None:
    assert results(matrix(), "timing") == []
    for number in range(10):
        journey = ridgeline.lead(ridgeline.contact(f"Lead {number}", f"{number}@example.com"), at=TUESDAY - HOUR)
        Clock.objects.filter(journey=journey, kind="first_response").update(met_at=TUESDAY - HOUR + MINUTE)
    assert results(matrix(), "timing") == [("100% first replies on time", "good")]
    clocks = Clock.objects.filter(kind="first_response")
    clocks.filter(pk=clocks[0].pk).update(met_at=TUESDAY)
    assert results(matrix(), "timing") == [("90% first replies on time", "good")]
    clocks.filter(pk=clocks[1].pk).update(met_at=None)
    assert results(matrix(), "timing") == [("80% first replies on time", "late")]


def test_a_reply_of_long_ago_no_longer_counts(matrix: Callable[[], Matrix], ridgeline: Business) -> None:
    ridgeline.lead(at=TUESDAY - 40 * DAY)
    Clock.objects.filter(kind="first_response").update(met_at=TUESDAY - 39 * DAY)
    assert ("timing", results(matrix(), "timing")) == ("timing", [("1 past the limit now", "late")])


def test_an_answer_within_a_day_counts_for_the_message_and_a_later_one_does_not(
    matrix: Callable[[], Matrix], ridgeline: Business
) -> None:
    assert results(matrix(), "messaging") == []
    quick, slow, silent = (ridgeline.lead(ridgeline.contact(name, f"{name}@example.com")) for name in "abc")
    for journey in (quick, slow, silent):
        sent(journey, "ack", TUESDAY - 5 * DAY)
    wrote(quick, TUESDAY - 5 * DAY + HOUR)
    wrote(slow, TUESDAY - 3 * DAY)
    assert results(matrix(), "messaging") == [("sent 3, 33% answered", "")]


def test_a_quiet_lead_is_won_back_once_they_speak_after_a_message(
    matrix: Callable[[], Matrix], ridgeline: Business
) -> None:
    came_at = TUESDAY - 8 * DAY
    back, gone = (ridgeline.lead(ridgeline.contact(name, f"{name}@example.com"), at=came_at) for name in "ab")
    for journey in (back, gone):
        sent(journey, "nudge", TUESDAY - 6 * DAY)
        sent(journey, "last-note", TUESDAY - 4 * DAY)
    happened(back, CallAnswered(call_id="1", direction="out", by="x"), TUESDAY - 2 * DAY)
    assert results(matrix(), "recovery") == [("won back 1 of 2", "good")]
    assert results(matrix(), "recovery", "qualified") == []


def test_rules_of_the_same_name_in_another_playbook_are_not_counted(
    matrix: Callable[[], Matrix], ridgeline: Business
) -> None:
    other = publish_playbook(
        pack("storm-and-repair").replace("playbook: storm", "playbook: other"), by=None, at=TUESDAY
    )
    ridgeline.playbook, ours = other, ridgeline.playbook
    journey = ridgeline.lead()
    sent(journey, "ack", TUESDAY)
    ridgeline.playbook = ours
    assert results(matrix(), "messaging") == []
    assert results(matrix(), "ownership") == [("0 open now", "good")]


def test_a_stage_is_chosen_by_a_link_and_an_unknown_one_is_the_first(read: Callable[..., str]) -> None:
    assert '<a class="stage-chooser__link" href="?stage=booked" aria-current="true">' in read(f"{PAGE}?stage=booked")
    assert '<a class="stage-chooser__link" href="?stage=new" aria-current="true">' in read(f"{PAGE}?stage=nowhere")


def test_the_list_shows_the_path_and_how_many_walk_it(read: Callable[..., str], ridgeline: Business) -> None:
    ridgeline.lead()
    page = read("/playbooks/")
    assert "Storm & repair" in page
    assert "Version 1, published" in page
    assert "by Maya Ortiz" in page
    assert '<span class="number">1</span> open now' in page
    assert page.count('class="stem__stage"') == 6


def test_each_version_can_be_read_line_by_line_and_says_who_walks_it(
    read: Callable[..., str], ridgeline: Business
) -> None:
    complete_task(next_step(ridgeline.lead()), by=ridgeline.ben, at=TUESDAY)
    publish_playbook(pack("storm-and-repair").replace("within: 5m", "within: 10m"), by=ridgeline.ben, at=TUESDAY)
    page = read(f"{PAGE}versions/")
    newest, oldest = page.partition("Version 2</a>")[2].split("Version 1</a>")
    assert ("Live" in newest, "Ben Whitfield" in newest, "0 open" in newest) == (True, True, True)
    assert ("Live" in oldest, "Maya Ortiz" in oldest, "1 open" in oldest) == (False, True, True)
    source = read(f"{PAGE}versions/2/")
    assert '<span class="source__line" id="L26">        within: 10m\n</span>' in source
    assert "within: 5m" in read(f"{PAGE}versions/1/")


@pytest.mark.parametrize(
    "address",
    ["/playbooks/nothing/", "/playbooks/nothing/versions/", f"{PAGE}versions/9/", f"{PAGE}versions/?before=1"],
)
def test_what_is_not_there_is_said_to_be_not_there(read: Callable[..., str], address: str) -> None:
    assert "Nothing is here" in read(address, status=404) or "not" in read(address, status=404)


def test_a_long_list_of_versions_is_read_page_by_page(read: Callable[..., str], ridgeline: Business) -> None:
    for number in range(31):
        publish_playbook(f"{pack('storm-and-repair')}# {number}\n", by=ridgeline.maya, at=TUESDAY)
    assert "?before=3" in read(f"{PAGE}versions/")
    page = read(f"{PAGE}versions/?before=3")
    assert "Version 2</a>" in page
    assert "Show older ones" not in page


def test_strangers_are_asked_to_log_in(client: Client, ridgeline: Business) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/log-in")


@pytest.mark.parametrize("address", ["/playbooks/", PAGE, f"{PAGE}versions/", f"{PAGE}versions/1/"])
def test_a_page_asks_at_most_fifteen_questions(
    read: Callable[..., str], ridgeline: Business, django_assert_max_num_queries: Any, address: str
) -> None:
    for number in range(5):
        sent(ridgeline.lead(ridgeline.contact(f"Lead {number}", f"{number}@example.com")), "ack", TUESDAY)
    forget()
    with django_assert_max_num_queries(15):
        read(address)

"""The lists of the Inbox: who needs a reply, what is mine, whom we wait for, what is done."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.conversations.actions import receive_message
from trellis.core.memory import forget
from trellis.desk.queries.inbox import PAGE
from trellis.desk.tests.conftest import Desk
from trellis.intake.actions import interpret, receive
from trellis.journeys.actions import assign_journey, close_journey, park_journey, snooze_task
from trellis.journeys.models import Journey
from trellis.people.models import Contact
from trellis.team.actions.people import create_user

TASHA, ELENA, SAM = "+15015550119", "+15015550125", "+15015550131"
Text = Callable[..., Journey]


@pytest.fixture
def text(desk: Desk, ridgeline: Business) -> Text:
    """Somebody's text comes in by the hook, now; the journey that it belongs to."""

    def text(number: str, words: str) -> Journey:
        told = {"from": number, "to": "+15015550100", "text": words}
        message = {"kind": "message", "channel": "sms", "source": "hook", "payload": told, "at": desk.at}
        signal, _ = receive(**message, external_id=uuid4().hex)
        forget()
        return Journey.objects.get(pk=interpret(signal, at=desk.at).journey_id)

    return text


@pytest.fixture
def answer(desk: Desk) -> Callable[[Journey], None]:
    """Somebody of ours spoke with them by phone, now: evidence, so that no reply is owed."""

    def answer(journey: Journey) -> None:
        desk.send(f"/contacts/{journey.contact_id}/call", journey=journey.pk, outcome="answered", minutes=4)
        forget()

    return answer


def rows(desk: Desk, address: str = "/inbox/") -> list[str]:
    """The rows of the list, as words."""
    page = desk.open(address).partition('<div class="inbox-list')[2].partition('<section class="thread')[0]
    found = re.findall(r'<li class="inbox-row".*?</li>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def names(desk: Desk, address: str) -> list[str]:
    return [
        next(name for name in ("Renee", "Tasha", "Elena", "Sam", "Kevin") if name in row) for row in rows(desk, address)
    ]


def known(ridgeline: Business, name: str, phone: str) -> Contact:
    return ridgeline.contact(name, f"{name.split()[0].lower()}@example.com", phone)


def test_somebody_new_waits_for_a_first_reply(desk: Desk, ridgeline: Business) -> None:
    ridgeline.lead(page="https://ridgeline.example/storm")
    desk.at += timedelta(minutes=2)
    [row] = rows(desk)
    assert row == "Renee Castillo 10:00 AM A limb came down 3m left Maya · first reply"
    assert "1 needs a reply · everything else has a next step" in desk.page


def test_what_they_wrote_last_is_what_they_wait_for(desk: Desk, ridgeline: Business, text: Text, answer) -> None:
    tasha = known(ridgeline, "Tasha Greer", TASHA)
    lead = ridgeline.lead(tasha)
    answer(lead)
    assert rows(desk) == []
    desk.at += timedelta(minutes=30)
    assert text(TASHA, "Can you come before Thursday?").pk == lead.pk
    [row] = rows(desk)
    assert "Can you come before Thursday?" in row
    assert row.endswith("Maya · In conversation")


def test_the_promise_that_ends_first_comes_first(desk: Desk, ridgeline: Business, text: Text, answer) -> None:
    for name, number in (("Tasha Greer", TASHA), ("Elena Ruiz", ELENA)):
        answer(ridgeline.lead(known(ridgeline, name, number)))
    desk.at += timedelta(minutes=10)
    text(ELENA, "Is monthly possible?")
    desk.at += timedelta(minutes=10)
    text(TASHA, "Are you there?")
    ridgeline.lead(at=desk.at)
    assert names(desk, "/inbox/") == ["Renee", "Elena", "Tasha"]


def test_a_missed_call_is_shown_as_one(desk: Desk, ridgeline: Business) -> None:
    told = {"from": TASHA, "call_id": "CA1"}
    signal, _ = receive(kind="missed_call", channel="phone", source="hook", payload=told, at=desk.at, external_id="CA1")
    interpret(signal, at=desk.at)
    [row] = rows(desk)
    assert row.startswith("(501) 555-0119 10:00 AM Missed call")


def test_a_person_with_two_open_journeys_is_one_row(desk: Desk, ridgeline: Business, text: Text, answer) -> None:
    tasha = known(ridgeline, "Tasha Greer", TASHA)
    first = ridgeline.lead(tasha)
    Journey.objects.filter(pk=first.pk).update(playbook_key="another")
    ridgeline.lead(tasha, at=TUESDAY + timedelta(minutes=1))
    for address in ("/inbox/", "/inbox/?show=mine", "/inbox/?show=waiting"):
        assert rows(desk, address) == [] or len(rows(desk, address)) == 1
    assert len(rows(desk)) == 1
    answer(first)
    assert len(rows(desk)) == 1
    assert rows(desk, "/inbox/?show=waiting") == []


def test_whoever_was_answered_is_waited_for_with_what_happens_next(desk: Desk, ridgeline: Business, answer) -> None:
    lead = ridgeline.lead()
    answer(lead)
    desk.send(f"/steps/{next_step(lead).pk}/done", note="All asked")
    [row] = rows(desk, "/inbox/?show=waiting")
    assert row == "Renee Castillo 10:00 AM Maya called, 4m Thu 10:00 AM then “Where is it?”"


def test_our_next_step_stands_where_it_comes_first(desk: Desk, ridgeline: Business, answer) -> None:
    answer(ridgeline.lead())
    [row] = rows(desk, "/inbox/?show=waiting")
    assert row.endswith("3:00 PM Maya · Ask Renee the four questions")


def test_those_we_spoke_with_last_come_first_among_those_we_wait_for(desk: Desk, ridgeline: Business, answer) -> None:
    for minutes, name in enumerate(("Sam Okeke", "Elena Ruiz", "Tasha Greer")):
        lead = ridgeline.lead(known(ridgeline, name, ""))
        desk.at = TUESDAY + timedelta(minutes=minutes + 1)
        answer(lead)
    assert names(desk, "/inbox/?show=waiting") == ["Tasha", "Elena", "Sam"]


def test_mine_holds_what_i_owe_first_and_nothing_of_others(desk: Desk, ridgeline: Business, answer) -> None:
    """Maya and Ben are given leads in turn."""
    owed, bens, quiet, soon = (
        ridgeline.lead(known(ridgeline, name, ""))
        for name in ("Renee Castillo", "Kevin Doyle", "Sam Okeke", "Elena Ruiz")
    )
    for lead, owner in ((owed, ridgeline.maya), (bens, ridgeline.ben), (quiet, ridgeline.maya), (soon, ridgeline.maya)):
        assign_journey(lead, owner=owner, by=ridgeline.priya, at=desk.at)
    answer(quiet)
    answer(soon)
    snooze_task(next_step(quiet), until=desk.at + timedelta(days=2), by=ridgeline.maya, at=desk.at)
    assert names(desk, "/inbox/?show=mine") == ["Renee", "Elena", "Sam"]
    assert names(desk.log_in(ridgeline.ben), "/inbox/?show=mine") == ["Kevin"]


def test_what_is_closed_or_parked_is_done_the_last_first(desk: Desk, ridgeline: Business, answer) -> None:
    won, parked, still_open = (
        ridgeline.lead(known(ridgeline, name, "")) for name in ("Renee Castillo", "Sam Okeke", "Elena Ruiz")
    )
    answer(parked)
    park_journey(parked, until=chicago("2026-08-03 08:00"), reason="After the summer", by=ridgeline.maya, at=desk.at)
    desk.at += timedelta(hours=1)
    close_journey(won, outcome="won", reason="Paid", by=ridgeline.maya, at=desk.at)
    first, second = rows(desk, "/inbox/?show=done")
    assert first == "Renee Castillo 10:00 AM A limb came down Closed as won, Jun 9"
    assert second.endswith("Parked until Aug 3")
    assert names(desk, "/inbox/") == ["Elena"]
    assert still_open.status == "open"


def test_somebody_who_comes_back_is_no_longer_done(desk: Desk, ridgeline: Business, text: Text, answer) -> None:
    lead = ridgeline.lead(known(ridgeline, "Tasha Greer", TASHA))
    park_journey(lead, until=desk.at + timedelta(days=30), reason="Later", by=ridgeline.maya, at=desk.at)
    assert names(desk, "/inbox/?show=done") == ["Tasha"]
    text(TASHA, "It leaks again")
    assert rows(desk, "/inbox/?show=done") == []
    assert names(desk, "/inbox/") == ["Tasha"]


def test_words_outside_of_any_journey_are_done_and_can_be_read(desk: Desk, ridgeline: Business) -> None:
    sam = known(ridgeline, "Sam Okeke", SAM)
    for minute, words in enumerate(("Hello", "Wrong number, sorry")):
        at = desk.at + timedelta(minutes=minute)
        receive_message(contact=sam, channel="sms", sender=SAM, text=words, at=at, is_turn=False)
    desk.at += timedelta(hours=1)
    assert rows(desk, "/inbox/?show=done") == ["Sam Okeke 10:00 AM Wrong number, sorry No journey"]
    assert "Hello" in desk.open(f"/inbox/{sam.pk}/?show=done")


@pytest.mark.parametrize("name", ["needs-reply", "mine", "waiting", "done"])
def test_a_long_list_comes_in_pages_that_lose_nobody(desk: Desk, ridgeline: Business, name: str) -> None:
    for number in range(PAGE + 6):
        lead = ridgeline.lead(ridgeline.contact(f"Lead Number{number:02}", f"lead{number}@example.com"))
        # Half of mine are owed a reply, and many stand at the same instant.
        if name == "waiting" or (name == "mine" and number % 2):
            desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="answered")
        if name == "mine":
            assign_journey(lead, owner=ridgeline.maya, by=ridgeline.ben, at=desk.at)
        if name == "done":
            close_journey(lead, outcome="lost", reason="Test", by=ridgeline.maya, at=desk.at)
    first = rows(desk, f"/inbox/?show={name}")
    more = re.search(r'href="([^"]+)">Show the next ones', desk.page)
    assert more
    second = rows(desk, more[1])
    assert "Back to the first ones" in desk.page
    seen = [re.findall(r"Number(\d\d)", row)[0] for row in first + second]
    assert sorted(seen) == [f"{number:02}" for number in range(PAGE + 6)]
    assert len(first) == PAGE


def test_an_unknown_list_and_a_cut_cursor_show_who_needs_a_reply(desk: Desk, ridgeline: Business) -> None:
    ridgeline.lead()
    for address in ("/inbox/?show=spam", "/inbox/?after=owed~yesterday", "/inbox/?after=owed~2026-06-09T10:00:00~x"):
        assert names(desk, address) == ["Renee"]
        assert desk.status == 200


def test_nobody_stands_behind_a_made_up_address(desk: Desk) -> None:
    desk.open(f"/inbox/{uuid4()}/")
    assert desk.status == 404


def test_an_empty_inbox_names_the_next_step(desk: Desk, ridgeline: Business, answer) -> None:
    assert "Nobody has written yet" in desk.open("/inbox/")
    assert "Connect your form" in desk.page
    answer(ridgeline.lead())
    assert "Nobody is waiting" in desk.open("/inbox/")
    assert "See what happens next" in desk.page
    assert "Nothing is done yet" in desk.open("/inbox/?show=done")
    assert "Nothing open is yours" in desk.log_in(ridgeline.tom).open("/inbox/?show=mine")


def test_the_navigation_counts_people_who_wait(desk: Desk, ridgeline: Business) -> None:
    assert 'href="/inbox/"' in desk.open("/")
    ridgeline.lead()
    forget()
    inbox = desk.open("/signals/").partition('title="Inbox"')[2].partition("</a>")[0]
    assert '<span class="navigation__count">1</span>' in inbox


def test_a_stranger_is_sent_to_the_log_in_page(client: Client, ridgeline: Business) -> None:
    assert client.get("/inbox/").headers["Location"] == "/log-in?next=/inbox/"


def test_a_viewer_reads_and_cannot_write(desk: Desk, ridgeline: Business) -> None:
    lead = ridgeline.lead()
    viewer = create_user(name="Vic Lowe", email="vic@ridgeline.example", role="viewer", by=None, at=TUESDAY)
    page = desk.log_in(viewer).open(f"/inbox/{lead.contact_id}/")
    assert "A limb came down" in page
    for word in ('id="composer"', "Snooze", "compose=call"):
        assert word not in page
    desk.send(f"/contacts/{lead.contact_id}/email", journey=lead.pk, text="Hi", next="/inbox/")
    assert desk.status == 403


@pytest.mark.parametrize("name", ["needs-reply", "mine", "waiting", "done"])
@pytest.mark.parametrize("count", [1, PAGE + 1])
def test_the_inbox_asks_at_most_fifteen_questions_however_many_there_are(
    desk: Desk, ridgeline: Business, django_assert_max_num_queries: pytest.FixtureRequest, name: str, count: int
) -> None:
    for number in range(count):
        nobody = ridgeline.contact("", f"lead{number}@example.com", "")
        lead = ridgeline.lead(nobody)
        if name in ("waiting", "mine"):
            desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="answered")
        if name == "done":
            close_journey(lead, outcome="lost", reason="Test", by=ridgeline.maya, at=desk.at)
    forget()
    with django_assert_max_num_queries(15):
        desk.open(f"/inbox/?show={name}")
    assert "lead0@example.com" in desk.page or count > PAGE

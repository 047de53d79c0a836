"""The contact page: the story, the composer, the next step, and why."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business, chicago
from trellis.conversations.actions import Outgoing, log_call, queue_messages, receive_message
from trellis.conversations.models import Message
from trellis.desk.tests.conftest import Desk
from trellis.events.catalogue import CATALOGUE, Fact
from trellis.events.models import Event
from trellis.journeys.models import Journey
from trellis.people.actions import record_consent, withdraw_consent
from trellis.web.icons import icon


@pytest.fixture
def lead(ridgeline: Business) -> Journey:
    contact = ridgeline.contact("Renee Castillo", "renee@example.com", "+15015550112")
    return ridgeline.lead(contact, page="https://ridgeline.example/storm-damage")


def page_of(lead: Journey, **query: str) -> str:
    return f"/contacts/{lead.contact_id}/?" + "&".join(f"{name}={value}" for name, value in query.items())


def test_it_says_why_they_came_who_has_it_and_what_comes_next(desk: Desk, lead: Journey) -> None:
    page = desk.open(page_of(lead))
    for words in ("A limb came down", "(501) 555-0112", "renee@example.com", "Call Renee", "If nobody acts by"):
        assert words in page
    assert 'aria-current="step" title="New"' in page
    assert lead.owner is not None
    assert lead.owner.name in page


def test_what_they_wrote_is_shown_as_text_and_never_as_markup(desk: Desk, ridgeline: Business, client: Client) -> None:
    lead = ridgeline.lead(ridgeline.contact("<b>Renee</b>", "r@example.com"))
    receive_message(
        contact=lead.contact,
        channel="email",
        sender="r@example.com",
        text="<script>alert(1)</script>",
        journey_id=lead.pk,
        at=TUESDAY,
    )
    raw = client.get(page_of(lead)).content.decode()
    assert "<script>alert" not in raw
    assert "&lt;script&gt;alert(1)" in raw
    assert "<b>Renee</b>" not in raw


def test_a_text_is_kept_here_while_nothing_is_connected(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text="We can be there at 1. Does that suit?")
    assert "Text kept here: nothing is connected to send it." in page
    assert "We can be there at 1. Does that suit?" in page
    assert "Not connected: kept here." in page
    assert Message.objects.get(written_by__name="Maya Ortiz").state == "queued"


def test_what_cannot_be_sent_comes_back_with_the_reason_and_every_word(desk: Desk, ridgeline: Business) -> None:
    lead = ridgeline.lead()
    page = desk.send(f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text="Are you there?")
    assert desk.status == 422
    assert "Renee has no phone number. Add one first." in page
    assert "Are you there?</textarea>" in page


def test_an_empty_message_is_not_sent(desk: Desk, lead: Journey) -> None:
    assert "Write something first" in desk.send(f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text="  ")
    assert desk.status == 422


def test_somebody_who_said_stop_gets_no_text(desk: Desk, lead: Journey) -> None:
    withdraw_consent(lead.contact, channel="sms", source="text STOP", at=TUESDAY)
    page = desk.send(f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text="Hello?")
    assert "Renee asked not to get texts. Call or send an email." in page
    assert "stopped: text STOP" in page


def test_a_note_stands_on_the_timeline(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/contacts/{lead.contact_id}/note", journey=lead.pk, text="Gate code 4411")
    assert "<b>Maya</b> wrote a note" in page
    assert "Gate code 4411" in page


def test_an_empty_note_is_refused(desk: Desk, lead: Journey) -> None:
    assert "Write something first." in desk.send(f"/contacts/{lead.contact_id}/note", journey=lead.pk, text="")
    assert desk.status == 422


def test_an_answered_call_is_logged_and_moves_the_lead_on(desk: Desk, lead: Journey) -> None:
    page = desk.send(
        f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="answered", minutes=7, note="Leak over the island"
    )
    assert "Call logged. Next for Renee:" in page
    assert "spoke with Renee by phone" in page
    assert "· 7m" in page
    assert "Leak over the island" in page
    assert "Moved to In conversation" in page


@pytest.mark.parametrize(
    ("outcome", "words"), [("no_answer", "called, nobody picked up"), ("voicemail", "left a voicemail")]
)
def test_a_call_that_reached_nobody_says_so(desk: Desk, lead: Journey, outcome: str, words: str) -> None:
    assert words in desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome=outcome)


def test_a_call_needs_a_known_outcome(desk: Desk, lead: Journey) -> None:
    desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="sang")
    assert desk.status == 422


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("suppressed", "quiet hours", "Not sent: quiet hours"),
        ("failed", "the number is not in service", "Could not be sent: the number is not in service"),
        ("in_doubt", "the connection broke", "May have been sent: the connection broke"),
    ],
)
def test_a_message_that_did_not_simply_leave_says_why(
    desk: Desk, lead: Journey, state: str, reason: str, words: str
) -> None:
    desk.send(f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text="On our way.")
    Message.objects.filter(written_by__name="Maya Ortiz").update(state=state, reason=reason, held="")
    assert words in desk.open(page_of(lead))


def test_automatic_acts_are_quieter_and_name_their_message(desk: Desk, lead: Journey) -> None:
    page = desk.open(page_of(lead))
    assert "timeline-item--auto" in page
    assert "“We got it”" in page


def test_the_story_is_told_by_local_day_newest_first(desk: Desk, lead: Journey) -> None:
    log_call(
        contact=lead.contact,
        direction="in",
        outcome="missed",
        started_at=chicago("2026-06-07 23:30"),
        journey_id=None,
        at=chicago("2026-06-07 23:30"),
    )
    page = desk.open(page_of(lead))
    assert page.index("Today</h2>") < page.index("Sun, Jun 7</h2>")
    assert "11:30 PM" in page


def test_a_long_story_comes_in_pages_that_lose_nothing(desk: Desk, lead: Journey) -> None:
    for number in range(95):
        at = TUESDAY + timedelta(minutes=number)
        receive_message(
            contact=lead.contact,
            channel="sms",
            sender="+15015550112",
            text=f"Word {number:02}",
            journey_id=lead.pk,
            at=at,
        )
    desk.at = TUESDAY + timedelta(hours=3)
    address, seen = page_of(lead), []
    for _ in range(12):
        page = desk.open(address)
        seen += [number for number in range(95) if f"Word {number:02}" in page.split('id="timeline"')[1]]
        if 'id="timeline-more"' not in page:
            break
        address = (
            f"/contacts/{lead.contact_id}/" + page.split('id="timeline-more"><a class="button" href="')[1].split("#")[0]
        )
    assert sorted(seen) == list(range(95))


def test_templates_come_filled_in_and_say_what_they_lack(desk: Desk, lead: Journey) -> None:
    page = desk.open(f"/journeys/{lead.pk}/templates/sms")
    assert "Hi Renee, this is Ridgeline Roofing. We got your message." in page
    assert "STOP" not in page


def test_why_it_is_here_lists_what_was_decided(desk: Desk, lead: Journey) -> None:
    assert "why__list" not in desk.open(page_of(lead))
    page = desk.open(page_of(lead, why="1"))
    assert "why__list" in page
    assert "is the owner" in page


def test_consent_is_told_with_its_source_and_day(desk: Desk, lead: Journey) -> None:
    record_consent(lead.contact, channel="sms", source="form roof-repair", at=TUESDAY)
    page = desk.open(page_of(lead))
    assert "Texts about their request" in page
    assert "form roof-repair" in page


def test_the_next_lead_in_the_queue_is_one_key_away(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    second = ridgeline.lead(ridgeline.contact("Tasha Greer", "tasha@example.com"), at=TUESDAY + timedelta(seconds=30))
    assert f'/contacts/{second.contact_id}/?journey={second.pk}&who=team" data-keys="j"' in desk.open(page_of(lead))


def test_someone_who_walks_no_journey_still_has_a_page(desk: Desk, ridgeline: Business) -> None:
    contact = ridgeline.contact()
    page = desk.open(f"/contacts/{contact.pk}/")
    assert desk.status == 200
    assert "No journey yet." in page


def test_someone_without_a_name_is_called_by_their_number(desk: Desk, ridgeline: Business) -> None:
    contact = ridgeline.contact("", "", "+15015550777")
    assert '<h1 class="contact-head__name">(501) 555-0777</h1>' in desk.open(f"/contacts/{contact.pk}/")


def test_an_event_of_an_unknown_kind_is_left_out(desk: Desk, lead: Journey) -> None:
    Event.objects.create(key="moon.eclipsed", at=TUESDAY, contact_id=lead.contact_id, payload={})
    desk.open(page_of(lead))
    assert desk.status == 200


@pytest.mark.parametrize("fact", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_fact_has_an_icon_that_exists(fact: type[Fact]) -> None:
    assert icon(fact.icon, 13)


def test_the_page_asks_at_most_fifteen_questions_however_long_the_story(
    desk: Desk, lead: Journey, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(30):
        receive_message(
            contact=lead.contact,
            channel="sms",
            sender="+15015550112",
            text=f"Word {number}",
            journey_id=lead.pk,
            at=TUESDAY + timedelta(seconds=number),
        )
    outgoing = Outgoing(
        contact_id=lead.contact_id,
        channel="sms",
        recipient="+15015550112",
        subject="",
        text="Reminder",
        journey_id=lead.pk,
        rule_id="remind",
        episode=9,
        template="remind",
        playbook_version=1,
    )
    queue_messages([outgoing], at=TUESDAY)
    with django_assert_max_num_queries(15):
        desk.open(page_of(lead))


def test_why_a_step_is_there_reads_as_a_cause(desk: Desk, lead: Journey) -> None:
    page = desk.open(f"/contacts/{lead.contact_id}/")
    assert "After: web form" in page

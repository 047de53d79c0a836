"""The thread and the composer under it: what was said, and the answer."""

import re
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business, next_step
from trellis.conversations.actions import receive_message
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Message
from trellis.conversations.tests.conftest import Postman
from trellis.conversations.transports import _transports
from trellis.core.memory import forget
from trellis.desk.queries.inbox_thread import PAGE
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import close_journey, park_journey
from trellis.journeys.models import Clock, Journey
from trellis.journeys.publish import pack, publish_playbook
from trellis.people.actions import add_tags, withdraw_consent

NUMBER = "+15015550112"


@pytest.fixture
def lead(ridgeline: Business) -> Journey:
    contact = ridgeline.contact("Renee Castillo", "renee@example.com", NUMBER)
    return ridgeline.lead(contact, page="https://ridgeline.example/storm-damage")


def address_of(lead: Journey, **query: str) -> str:
    return f"/inbox/{lead.contact_id}/?" + "&".join(f"{name}={value}" for name, value in query.items())


def thread(page: str) -> str:
    """What was said, as words."""
    said = page.partition('class="thread__said')[2].partition('<div class="thread__dock"')[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", said).split())


def test_the_thread_tells_what_was_said_the_newest_at_the_end(desk: Desk, lead: Journey) -> None:
    desk.at += timedelta(minutes=5)
    receive_message(
        contact=lead.contact, channel="sms", sender=NUMBER, text="Hurry please", journey_id=lead.pk, at=desk.at
    )
    desk.at += timedelta(minutes=1)
    desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="voicemail")
    desk.send(f"/contacts/{lead.contact_id}/note", journey=lead.pk, text="Gate code 4411")
    said = thread(desk.open(address_of(lead)))
    words = ("Today", "Renee filled in the web form on /storm-damage", "A limb came down", "We got your message")
    words += ("Auto-reply · Email", "Hurry please", "Maya left a voicemail", "Maya noted", "Gate code 4411")
    places = [said.index(word) for word in words]
    assert places == sorted(places)
    assert "said--auto" in desk.page
    assert "said--theirs" in desk.page


def test_the_words_that_they_wait_on_say_for_how_long(desk: Desk, lead: Journey) -> None:
    desk.at += timedelta(minutes=3)
    receive_message(
        contact=lead.contact, channel="sms", sender=NUMBER, text="Hurry please", journey_id=lead.pk, at=desk.at
    )
    desk.at += timedelta(minutes=22)
    assert "22m waited" in thread(desk.open(address_of(lead)))


def test_an_answer_stands_in_the_thread_on_the_page_where_one_was(desk: Desk, lead: Journey) -> None:
    page = desk.send(
        f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text="Are you home?", next=address_of(lead, show="mine")
    )
    assert "Text kept here: nothing is connected to send it." in page
    assert "Are you home? Maya · Text · 10:00 AM Not connected: kept here." in thread(page)
    assert re.search(r'href="/inbox/\?show=mine" aria-current="true"', page)
    assert 'name="text" rows="2"' in page


def test_an_answer_that_left_takes_them_off_the_list(
    desk: Desk, lead: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_transports, "sms", Postman("sms"))
    desk.send(f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text="Are you home?", next="/inbox/")
    assert 'class="inbox-row"' in desk.page
    desk.at += timedelta(seconds=30)
    deliver_due(at=desk.at)
    forget()
    page = desk.open(address_of(lead))
    assert Clock.objects.filter(kind="first_response").exclude(met_at=None).exists()
    assert "Nobody is waiting" in page
    assert "Are you home? Maya · Text · 10:00 AM Sent" in thread(page)


def test_what_cannot_be_sent_comes_back_to_the_inbox_with_every_word(desk: Desk, ridgeline: Business) -> None:
    lead = ridgeline.lead()
    page = desk.send(
        f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text="Are you there?", next=address_of(lead, show="mine")
    )
    assert desk.status == 422
    assert "Renee has no phone number. Add one first." in page
    assert "Are you there?</textarea>" in page
    assert re.search(r'href="/inbox/\?show=mine" aria-current="true"', page)


def test_an_empty_answer_is_not_sent(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/contacts/{lead.contact_id}/sms", journey=lead.pk, text=" ", next=address_of(lead))
    assert (desk.status, "Write something first" in page) == (422, True)
    page = desk.send(f"/contacts/{lead.contact_id}/note", journey=lead.pk, text="", next=address_of(lead))
    assert (desk.status, "Write something first." in page) == (422, True)
    desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="sang", next=address_of(lead))
    assert desk.status == 422


def ways(page: str) -> list[str]:
    return re.findall(r'data-way="(\w+)"', page)


def test_only_the_ways_that_reach_them_are_offered(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    assert ways(desk.open(address_of(lead))) == ["email", "sms", "note", "call"]
    withdraw_consent(lead.contact, channel="sms", source="text STOP", at=TUESDAY)
    assert ways(desk.open(address_of(lead, compose="sms"))) == ["email", "note", "call"]
    assert "Email to Renee Castillo" in desk.page
    nobody = ridgeline.lead(ridgeline.contact("Kevin Doyle", "", ""))
    assert ways(desk.open(address_of(nobody))) == ["note", "call"]


def test_the_answer_goes_the_way_they_wrote(desk: Desk, lead: Journey) -> None:
    receive_message(
        contact=lead.contact, channel="email", sender="renee@example.com", text="Hi", journey_id=lead.pk, at=TUESDAY
    )
    assert "Email to Renee Castillo" in desk.open(address_of(lead))
    assert "Text to Renee Castillo" in desk.open(address_of(lead, compose="sms", text="Begun"))
    assert "Begun</textarea>" in desk.page


def test_what_they_wrote_is_shown_as_text_and_never_as_markup(desk: Desk, lead: Journey) -> None:
    desk.at += timedelta(minutes=1)
    receive_message(
        contact=lead.contact, channel="sms", sender=NUMBER, text="<script>x</script>", journey_id=lead.pk, at=desk.at
    )
    raw = desk.client.get(address_of(lead)).content.decode()
    assert "<script>x" not in raw
    assert raw.count("&lt;script&gt;x") == 2


def test_what_was_not_sent_says_why(desk: Desk, lead: Journey) -> None:
    Message.objects.filter(contact=lead.contact).update(state="suppressed", reason="quiet hours", held="")
    assert "Automatic email “We got it” not sent: quiet hours" in thread(desk.open(address_of(lead)))
    Message.objects.filter(contact=lead.contact).update(state="failed", reason="no such mailbox")
    assert "Could not be sent: no such mailbox" in thread(desk.open(address_of(lead)))


def test_a_note_that_was_taken_back_is_gone(desk: Desk, lead: Journey) -> None:
    desk.at += timedelta(minutes=1)
    page = desk.send(f"/contacts/{lead.contact_id}/note", journey=lead.pk, text="Wrong one", next=address_of(lead))
    assert "Wrong one" in thread(page)
    undo = re.search(r'action="(/acts/[^"]+/undo)"', page)
    assert undo
    desk.at += timedelta(seconds=4)
    desk.send(undo[1])
    assert "Wrong one" not in thread(desk.open(address_of(lead)))


def test_a_long_thread_comes_in_pages_that_lose_nothing(desk: Desk, lead: Journey) -> None:
    many = 2 * PAGE + 15
    for number in range(many):
        at = TUESDAY + timedelta(minutes=number)
        receive_message(
            contact=lead.contact, channel="sms", sender=NUMBER, text=f"Word {number:02}", journey_id=lead.pk, at=at
        )
    desk.at = TUESDAY + timedelta(hours=4)
    address, seen = address_of(lead), []
    for _ in range(8):
        page = desk.open(address)
        seen += [number for number in range(many) if f"Word {number:02}" in thread(page)]
        older = re.search(r'class="thread__more"><a class="button button--small" href="([^"]+before=[^"]+)"', page)
        if older is None:
            break
        address = older[1]
    assert sorted(seen) == list(range(many))
    assert "Back to the newest" in page


def test_a_cut_cursor_shows_the_newest(desk: Desk, lead: Journey) -> None:
    assert "A limb came down" in thread(desk.open(address_of(lead, before="yesterday")))
    assert desk.status == 200


def panel(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition('id="inbox-panel"')[2].partition("</aside>")[0]).split())


def test_the_panel_says_what_is_next_why_they_came_and_what_happens_if_they_go_quiet(desk: Desk, lead: Journey) -> None:
    add_tags(lead.contact, ["Storm"], at=TUESDAY)
    beside = panel(desk.open(address_of(lead)))
    for words in ("Next step", "Call Renee", "5m left", "it moves to the next free person"):
        assert words in beside
    for words in ("Why they reached out A limb came down", "Storm", "(501) 555-0112", "renee@example.com"):
        assert words in beside
    assert "If they go quiet" in beside
    assert "Send “Still need help?” Wed 10:00 AM" in beside


def test_while_a_reply_is_owed_their_silence_is_counted_from_our_answer(desk: Desk, lead: Journey) -> None:
    desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="answered")
    assert "Then: send “Where is it?” after 2 days, if they stay quiet" in desk.open(address_of(lead))
    desk.at += timedelta(hours=1)
    receive_message(
        contact=lead.contact, channel="sms", sender=NUMBER, text="One more thing", journey_id=lead.pk, at=desk.at
    )
    beside = panel(desk.open(address_of(lead)))
    assert "Counted from our reply on. Send “Where is it?” after 2 days Try Renee by phone after 4 days" in beside


def test_before_the_first_answer_it_says_where_that_leads(desk: Desk, lead: Journey) -> None:
    assert "Then: it moves to In conversation" in desk.open(address_of(lead))


def test_the_acts_are_those_of_the_next_step(desk: Desk, lead: Journey) -> None:
    step = next_step(lead)
    page = desk.open(address_of(lead))
    for key in ('data-keys="p"', 'data-keys="s"', 'data-keys="e"', 'data-keys="r"', 'data-keys="u"'):
        assert key in page
    assert f"/steps/{step.pk}/snooze?next=/inbox/{lead.contact_id}/" in page
    page = desk.send(f"/steps/{step.pk}/snooze", until="hours", next=address_of(lead))
    assert "Snoozed." in page
    assert 'class="inbox inbox--open"' in page


def test_what_is_closed_or_parked_can_be_opened_again_from_here(desk: Desk, lead: Journey) -> None:
    park_journey(lead, until=TUESDAY + timedelta(days=60), reason="After the summer", by=lead.owner, at=TUESDAY)
    assert "Parked until Aug 8 After the summer Wake it now" in panel(desk.open(address_of(lead, show="done")))
    assert "Snooze" not in desk.page
    desk.at += timedelta(minutes=1)
    desk.send(f"/journeys/{lead.pk}/reopen", next=address_of(lead))
    assert "Next step" in panel(desk.page)
    close_journey(lead, outcome="lost", reason="Too far away", by=lead.owner, at=desk.at + timedelta(minutes=1))
    assert "Closed as lost Jun 9 Too far away Reopen" in panel(desk.open(address_of(lead, show="done")))


def test_the_most_urgent_journey_of_a_person_tells_their_conversation(
    desk: Desk, ridgeline: Business, lead: Journey
) -> None:
    desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="answered")
    Journey.objects.filter(pk=lead.pk).update(playbook_key="another")
    second = ridgeline.lead(lead.contact, at=TUESDAY)
    assert f'name="journey" value="{second.pk}"' in desk.open(address_of(lead))


def test_templates_are_filled_in_and_lead_back_to_the_inbox(desk: Desk, lead: Journey) -> None:
    page = desk.open(address_of(lead, compose="sms"))
    link = re.search(r'href="(/journeys/[^"]+/templates/sms\?next=[^"]+)"', page)
    assert link
    page = desk.open(link[1])
    assert "Hi Renee, this is Ridgeline Roofing. We got your message." in page
    back = re.search(r'class="draft-list__item" href="(/inbox/[^"]+)"', page)
    assert back
    assert "</textarea>" in desk.open(back[1].partition("#")[0])
    assert "Renee" in desk.page.partition('name="text"')[2].partition("</textarea>")[0]


# A template that no rule sends may name what is not known of everybody.
DIRECTIONS = """messages:
  directions:
    title: Directions
    acknowledge: "Hi {{ contact.first_name | default: 'there' }}, thanks for talking with us."
    ask: Is that right?
    next_step: "{{ answers.address }} is near {{ contact.name | upcase }}."
"""


def test_merge_fields_stand_out_and_what_is_not_known_keeps_a_template_back(
    desk: Desk, lead: Journey, ridgeline: Business
) -> None:
    publish_playbook(
        pack("storm-and-repair").replace("messages:\n  we", f"{DIRECTIONS}  we"), by=ridgeline.maya, at=TUESDAY
    )
    forget()
    tasha = ridgeline.lead(ridgeline.contact("Tasha Greer", "tasha@example.com"))
    panel = desk.open(f"/journeys/{tasha.pk}/templates/email", headers={"HX-Request": "true"})
    assert '<span class="merge-field">Tasha</span>' in panel
    assert '<span class="merge-field merge-field--lacking">their answer: address</span>' in panel
    assert "Not known yet: their answer: address. It can be inserted once that is known." in panel
    assert re.search(r'id="draft-directions" role="option" aria-selected="false" aria-disabled="true"', panel)
    desk.send(f"/journeys/{tasha.pk}/answers/address", answer="88 Lakeview Dr")
    panel = desk.open(f"/journeys/{tasha.pk}/templates/email", headers={"HX-Request": "true"})
    assert '<span class="merge-field">88 Lakeview Dr</span> is near' in panel
    assert 'data-text="Hi Tasha, thanks for talking with us.' in panel
    assert "aria-disabled" not in panel


def test_what_the_stage_would_say_and_they_have_not_heard_comes_first(desk: Desk, lead: Journey) -> None:
    desk.send(f"/contacts/{lead.contact_id}/call", journey=lead.pk, outcome="answered")
    Message.objects.filter(contact=lead.contact).update(state="handed_over", held="", template="we-got-it")
    offered = desk.open(f"/journeys/{lead.pk}/templates/sms", headers={"HX-Request": "true"})
    keys = re.findall(r'id="draft-([\w-]+)" role="option"', offered)
    assert keys[:3] == ["four-questions", "shall-we-close", "sorry-we-missed-you"]
    assert keys[-1] == "we-got-it"

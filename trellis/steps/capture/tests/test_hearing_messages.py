"""A text or an email comes in: who it is, which journey it belongs to, and when it is no turn at all."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, next_step
from trellis.conversations.actions import receive_message
from trellis.conversations.models import Message
from trellis.conversations.queries import has_opted_out
from trellis.core.ids import new_id
from trellis.events.catalogue import SignalCaptured
from trellis.events.models import Event
from trellis.intake.queries import counts
from trellis.journeys.actions import close_journey, park_journey
from trellis.journeys.audit import audit
from trellis.journeys.capturing import capture
from trellis.journeys.models import Clock, Journey, Playbook, Task
from trellis.journeys.publish import pack, publish_playbook
from trellis.people.models import Contact, ContactPoint
from trellis.steps.capture.tests.conftest import journey_of

LATER = TUESDAY + timedelta(minutes=2)


@pytest.fixture
def renee(ridgeline):
    return ridgeline.contact("Renee Castillo", "renee@example.com", "+15015550142")


@pytest.fixture
def journey(ridgeline, renee):
    return ridgeline.lead(renee)


@pytest.fixture
def our_email(journey):
    """The automatic answer, as the mail server took it."""
    message = Message.objects.get(direction="out", channel="email")
    Message.objects.filter(pk=message.pk).update(state="handed_over", handed_over_at=TUESDAY)
    return message


@pytest.fixture
def text(hear):
    def text(words, sender="+15015550142", at=LATER, **more):
        told = {"from": sender, "to": "+15015550100", "text": words, "message_id": f"SM{new_id()}"}
        return hear("message", "sms", at=at, **told | more)

    return text


@pytest.fixture
def email(hear):
    def email(words, sender="renee@example.com", at=LATER, **more):
        told = {"from": sender, "to": "office@ridgeline.example", "text": words, "message_id": f"<{new_id()}@mail>"}
        return hear("message", "email", at=at, **told | more)

    return email


def turns():
    return Event.objects.filter(key="message.received").count()


def test_a_reply_by_text_moves_the_stage(text, journey):
    signal = text("Yes, water is coming in")

    assert (signal.state, signal.journey_id, signal.contact) == ("joined", journey.id, journey.contact)
    journey.refresh_from_db()
    assert journey.stage.key == "in-conversation"
    heard = Message.objects.get(direction="in")
    assert (heard.text, heard.journey_id, heard.provider_id) == (
        "Yes, water is coming in",
        journey.id,
        signal.external_id,
    )


def test_a_text_from_a_stranger_starts_a_journey_that_is_still_new(text, ridgeline):
    signal = text("Do you fix gutters?", sender="+15015550188", from_name="")

    journey = journey_of(signal)
    assert (signal.state, journey.stage.key, journey.words) == ("attached", "new", "Do you fix gutters?")
    assert next_step(journey).assignee == journey.owner
    assert turns() == 0
    heard = Message.objects.get(direction="in")
    assert (heard.journey_id, heard.contact) == (journey.id, journey.contact)
    assert Message.objects.get(direction="out").channel == "sms"


def test_an_email_from_a_stranger_starts_a_journey_under_its_subject(email):
    signal = email("It drips.", sender="Tom@Reyes.example", from_name="Tom Reyes", subject="Leak over the stairs")

    journey = journey_of(signal)
    assert (journey.title, journey.words, journey.contact.name) == ("Leak over the stairs", "It drips.", "Tom Reyes")
    assert journey.contact.points.get().value == "tom@reyes.example"


def test_an_answer_in_the_thread_is_known_even_from_another_address(email, journey, our_email):
    signal = email("From my work address", sender="renee@work.example", in_reply_to=our_email.message_id)

    assert (signal.state, signal.journey_id, signal.contact) == ("joined", journey.id, journey.contact)
    heard = Message.objects.get(direction="in")
    assert heard.conversation_id == our_email.conversation_id
    assert journey.contact.points.filter(value="renee@work.example").exists()


def test_the_thread_is_found_by_its_references_too(email, journey, our_email):
    references = ["<somebody@else>", our_email.message_id]

    assert email("Hello", sender="renee@work.example", references=references).journey_id == journey.id


def test_somebody_else_who_answers_in_the_thread_is_heard_there_and_stays_themselves(email, journey, our_email):
    answered = {"in_reply_to": our_email.message_id, "from_name": "Tom Reyes"}

    signal = email("Renee asked me to answer", sender="tom@example.com", **answered)

    assert signal.journey_id == journey.id
    assert not ContactPoint.objects.filter(value="tom@example.com").exists()


def test_an_address_of_somebody_we_know_is_not_taken_from_them(email, ridgeline, journey, our_email):
    tom = ridgeline.contact("Tom Reyes", "tom@example.com")

    signal = email("For Renee", sender="tom@example.com", in_reply_to=our_email.message_id)

    assert signal.contact == journey.contact
    assert ContactPoint.objects.get(value="tom@example.com").contact == tom


def test_a_message_while_parked_takes_the_journey_up_again(text, journey, ridgeline):
    park_journey(journey, until=TUESDAY + timedelta(days=30), reason="Summer", by=ridgeline.maya, at=TUESDAY)

    signal = text("I am back early", at=TUESDAY + timedelta(days=3))

    journey.refresh_from_db()
    assert (signal.state, signal.journey_id, journey.status) == ("joined", journey.id, "open")
    assert Message.objects.get(direction="in").journey_id == journey.id


def test_a_message_after_the_work_was_won_and_closed_starts_anew(text, journey, ridgeline):
    close_journey(journey, outcome="won", reason="Done", by=ridgeline.maya, at=TUESDAY)

    signal = text("Now the gutters", at=TUESDAY + timedelta(days=400))

    assert signal.state == "attached"
    assert journey_of(signal).continues == journey


class TestSeveralOpenJourneys:
    @pytest.fixture
    def second(self, ridgeline, renee, journey):
        other = pack("storm-and-repair").replace("playbook: storm-and-repair", "playbook: gutters", 1)
        publish_playbook(other, by=ridgeline.maya, at=TUESDAY)
        fact = SignalCaptured(signal_id=str(new_id()), kind="form", channel="web", words="Gutters too")
        return capture(contact=renee, fact=fact, playbook="gutters", at=TUESDAY + timedelta(minutes=1)).journey

    def test_a_message_goes_where_something_happened_last(self, text, journey, second):
        assert text("Hello").journey_id == second.id

        fact = SignalCaptured(signal_id=str(new_id()), kind="form", channel="web", words="The roof again")
        later = LATER + timedelta(minutes=5)
        capture(contact=journey.contact, fact=fact, playbook="storm-and-repair", at=later)
        assert text("And now?", at=later + timedelta(minutes=1)).journey_id == journey.id

    def test_an_answer_goes_to_its_thread_wherever_something_happened_last(self, email, journey, second):
        ours = Message.objects.filter(journey_id=journey.id, direction="out").first()

        assert email("Re", in_reply_to=ours.message_id).journey_id == journey.id

    def test_a_case_of_support_gets_only_what_has_no_other_place(self, text, ridgeline, journey, second):
        Playbook.objects.filter(key="gutters").update(kind="support")

        assert text("Hello").journey_id == journey.id

        close_journey(journey, outcome="lost", reason="Changed their mind", by=ridgeline.maya, at=LATER)
        assert text("Hello?", at=LATER + timedelta(minutes=1)).journey_id == second.id


class TestMachines:
    def test_an_automatic_reply_is_kept_and_moves_nothing(self, email, journey, our_email):
        before = Task.objects.filter(status="open").count()

        signal = email("I am on leave", auto_submitted=True, in_reply_to=our_email.message_id)

        assert (signal.state, signal.reason, signal.journey_id) == ("joined", "Automatic reply", journey.id)
        journey.refresh_from_db()
        assert (journey.stage.key, turns()) == ("new", 0)
        assert Task.objects.filter(status="open").count() == before
        assert Clock.objects.get(kind="first_response").met_at is None
        assert Message.objects.get(direction="in").text == "I am on leave"

    def test_an_automatic_reply_of_a_stranger_is_set_aside(self, email):
        signal = email("Thank you for writing to us", sender="noreply@shop.example", auto_submitted=True)

        assert (signal.state, signal.reason) == ("set_aside", "Automatic reply")
        assert not Contact.objects.exists()

    def test_an_automatic_reply_without_an_open_journey_starts_none(self, email, renee):
        signal = email("I am on leave", auto_submitted=True)

        assert (signal.state, signal.contact) == ("set_aside", renee)
        assert not Journey.objects.exists()
        assert Message.objects.get().contact == renee

    def test_a_delivery_report_fails_the_message_and_marks_the_address(self, email, journey, our_email):
        report = {"address": "Renee@example.com", "reason": "550 5.1.1 no such user"}

        signal = email("", sender="mailer-daemon@mx.example", bounce=report, references=[our_email.message_id])

        our_email.refresh_from_db()
        assert (our_email.state, our_email.reason) == ("failed", "550 5.1.1 no such user")
        assert journey.contact.points.get(kind="email").unreachable_at == LATER
        assert (signal.state, signal.reason) == ("set_aside", "Delivery report: 550 5.1.1 no such user")
        assert (signal.contact, signal.journey_id) == (journey.contact, journey.id)
        assert not Message.objects.filter(direction="in").exists()

    def test_a_delivery_report_that_names_no_message_is_matched_by_the_address(self, email, journey, our_email):
        email("", sender="", bounce={"address": "renee@example.com", "reason": "mailbox full"})

        our_email.refresh_from_db()
        assert our_email.state == "failed"

    def test_a_delivery_report_about_nothing_of_ours_is_set_aside(self, email, ridgeline):
        signal = email("", sender="", bounce={"address": "somebody@else.example", "reason": ""})

        assert (signal.state, signal.reason) == ("set_aside", "Delivery report: not delivered")


class TestOptingOut:
    @pytest.mark.parametrize("word", ["STOP", "stop", " Stop. ", "UNSUBSCRIBE", "stopall", "Cancel", "END", "quit"])
    def test_the_carriers_words_stop_our_texts_and_are_no_reply(self, text, journey, word):
        signal = text(word)

        assert (signal.state, signal.reason) == ("joined", "Asked us to stop")
        assert has_opted_out(journey.contact_id, "sms")
        assert not has_opted_out(journey.contact_id, "email")
        journey.refresh_from_db()
        assert (journey.stage.key, turns()) == ("new", 0)
        assert Event.objects.filter(key="consent.withdrawn").count() == 1
        assert audit()["violations"] == 0

    def test_stopping_holds_for_everybody_who_uses_the_number(self, text, journey, ridgeline):
        tom = ridgeline.contact("Tom Castillo", "")
        ContactPoint.objects.create(
            contact=tom, kind="phone", value="+15015550142", raw="+15015550142", created_at=TUESDAY
        )

        text("STOP")

        assert has_opted_out(journey.contact_id, "sms")
        assert has_opted_out(tom.id, "sms")

    def test_a_stranger_may_stop_us_before_we_know_them(self, text):
        signal = text("STOP", sender="+15015550188")

        assert (signal.state, signal.reason) == ("set_aside", "Asked us to stop")
        assert has_opted_out(signal.contact_id, "sms")
        assert not Journey.objects.exists()

    @pytest.mark.parametrize("word", ["START", "Unstop", "Yes"])
    def test_the_carriers_words_take_it_back(self, text, journey, word):
        text("STOP")

        text(word, at=LATER + timedelta(minutes=1))

        assert not has_opted_out(journey.contact_id, "sms")

    def test_yes_is_an_answer_from_somebody_who_never_stopped_us(self, text, journey):
        signal = text("Yes")

        assert (signal.state, signal.reason, turns()) == ("joined", "", 1)
        journey.refresh_from_db()
        assert journey.stage.key == "in-conversation"

    @pytest.mark.parametrize(
        "words", ["Stop by tomorrow", "Please cancel my visit", "The end of the roof", "Start now?"]
    )
    def test_a_sentence_with_such_a_word_is_a_message(self, text, journey, words):
        text(words)

        assert turns() == 1
        assert not has_opted_out(journey.contact_id, "sms")

    @pytest.mark.parametrize("said", [{"subject": "unsubscribe"}, {"text": "Unsubscribe\n\n> On Tuesday we wrote"}])
    def test_unsubscribing_by_email_stops_our_emails(self, email, journey, said):
        words = said.pop("text", "")

        signal = email(words, **said)

        assert signal.reason == "Asked us to stop"
        assert has_opted_out(journey.contact_id, "email")
        assert not has_opted_out(journey.contact_id, "sms")


class TestStrangeMessages:
    @pytest.mark.parametrize("sender", ["", "12345", "ALERTS", "anonymous", "+"])
    def test_a_text_that_nobody_could_answer_is_set_aside(self, text, sender):
        signal = text("Your code is 1234", sender=sender)

        assert signal.state == "set_aside"
        assert "Nobody could answer" in signal.reason
        assert not Contact.objects.exists()

    def test_an_email_without_a_sender_is_set_aside(self, email):
        assert email("Hello", sender="not an address").state == "set_aside"

    def test_pictures_without_words_are_a_message(self, text, journey):
        text("", media=[{"url": "https://pictures.example/1"}, {"url": "https://pictures.example/2"}])

        assert Message.objects.get(direction="in").text == "[2 attachments]"

    def test_a_payload_of_other_shapes_breaks_nothing(self, hear, ridgeline):
        for payload in (
            {},
            {"from": None},
            {"from": ["x"], "text": {}},
            {"references": "abc", "bounce": [], "from": 7},
        ):
            assert hear("message", "email", **payload).state == "set_aside"
        assert counts()["waiting"] == 0

    def test_the_same_message_told_twice_is_heard_once(self, text, journey):
        text("Hello", message_id="SM1")
        text("Hello", message_id="SM1")

        assert (turns(), Message.objects.filter(direction="in").count()) == (1, 1)

    def test_a_book_of_an_email_is_cut_in_the_thread_and_whole_in_the_store(self, email, journey):
        book = "It was a dark and stormy night. " * 10_000

        signal = email(book)

        assert len(Message.objects.get(direction="in").text) <= 100_000
        assert len(signal.payload["text"]) == len(book)


def test_receiving_a_message_costs_no_turn_when_it_only_started_the_journey(renee, ridgeline):
    receive_message(contact=renee, channel="sms", sender="+15015550142", text="Hi", at=TUESDAY, is_turn=False)

    assert turns() == 0

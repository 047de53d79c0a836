"""A day and a night with six leads: whatever was not sent or not done, somebody who asks is told why."""

import pytest

from tests.cast import Business, chicago
from tests.stories.conftest import Only, World
from trellis.conversations.models import Message
from trellis.integrations.twilio.tests.conftest import Twilio
from trellis.journeys.models import Decision, Journey, Task
from trellis.journeys.publish import document_of, pack, publish_playbook
from trellis.journeys.why.answers import Answer, Record, answer, ask, why_not
from trellis.journeys.why.reasons import Reason, why
from trellis.team.queries import business
from trellis.web.pages import viewer_for

ANDRE, LEILANI, DANA, GWEN, RITA = (f"+1501555014{number}" for number in range(5))


@pytest.fixture
def days(world: World, ridgeline: Business, twilio: Twilio) -> list[Journey]:
    """Three days: quiet hours, the cap, an opt-out, one taken over, one without a number, one who was late."""
    hasty = pack("storm-and-repair").replace("cap: {messages: 2}", "cap: {messages: 1}")
    publish_playbook(hasty.replace("{id: last-note, after: 3d", "{id: last-note, after: 26h"), by=None, at=world.now)
    world.form(name="Andre Baptiste", phone=ANDRE, message="Flashing is bent")
    world.form(name="Leilani Kahale", phone=LEILANI, message="My rental leaks")
    world.form(name="Tasha Greer", email="tasha@example.com", message="Shingles in the yard")
    world.missed_call(DANA)
    world.form(name="Gwen Adler", phone=GWEN, message="A drip")
    world.work()
    world.passes(minutes=3)
    world.text(LEILANI, "STOP", "SM7")
    world.answered_call(GWEN, "CA7")
    world.missed_call(RITA, "CA8")
    world.text(RITA, "Call me", "SM8")
    world.until("2026-06-10 18:00")
    world.at("2026-06-11 21:30")  # The worker was away, and comes back at night.
    world.work()
    world.until("2026-06-12 12:00")
    return list(Journey.objects.select_related("contact", "playbook", "stage", "owner").order_by("started_at"))


def everything(journey: Journey) -> list[Reason]:
    found, after = why(journey, document_of(journey.playbook), limit=1000)
    assert after is None
    return found


def asked(journey: Journey, ridgeline: Business) -> dict[str, Answer]:
    """Each rule of the playbook, asked about."""
    record = Record(journey, viewer_for(ridgeline.maya, chicago("2026-06-12 12:00"), business()))
    return {id: answer(record, record.document, place) for id, place in record.document.places.items()}


def test_the_days_held_something_back_in_every_way_there_is(days: list[Journey]) -> None:
    said = " ".join(one.sentence for journey in days for one in everything(journey) if not one.did)
    for expected in (
        "Quiet hours for them until 08:00",
        "they already had 1 automatic messages in 24 hours",
        "they asked us not to write",
        "took over",
        "does not apply here",
        "They answered",
        "Moved on to In conversation",
    ):
        assert expected in said


def test_every_message_that_was_not_sent_has_its_reason_among_those_of_its_rule(days: list[Journey]) -> None:
    kept = Message.objects.filter(state="suppressed")
    assert kept.exists()
    for message in kept:
        journey = next(one for one in days if one.pk == message.journey_id)
        told = [one.sentence for one in everything(journey) if one.rule_id == message.rule_id and not one.did]
        assert any(message.reason in sentence for sentence in told), (message.template, message.reason, told)


def test_every_rule_that_held_back_and_every_step_withdrawn_is_told(days: list[Journey]) -> None:
    for journey in days:
        told = {(one.at, one.rule_id) for one in everything(journey) if not one.did}
        held = Decision.objects.filter(journey=journey, did=False).values_list("at", "rule_id")
        gone = Task.objects.filter(journey=journey, status="cancelled").exclude(kind="wake").exclude(rule_id="")
        gone = gone.exclude(rule_id__startswith="trellis/")
        assert {*held, *gone.values_list("closed_at", "rule_id")} <= told


def test_each_rule_of_the_playbook_can_be_asked_about_and_the_answer_agrees_with_the_ledger(
    days: list[Journey], ridgeline: Business
) -> None:
    sent = set(Message.objects.exclude(state="suppressed").exclude(rule_id="").values_list("journey_id", "rule_id"))
    due = set(Task.objects.filter(status="open").values_list("journey_id", "rule_id"))
    for journey in days:
        answers = asked(journey, ridgeline)
        assert len(answers) > 60
        for id, told in answers.items():
            assert told.sentence.endswith("."), (id, told.sentence)
            assert (told.state == "waits") == ((journey.pk, id) in due), (id, told)
            if told.state in ("never", "did_not") and "send" in told.rule.words:
                assert (journey.pk, id) not in sent, (id, told)


def test_whoever_asked_us_to_stop_is_why_no_text_was_sent(days: list[Journey], ridgeline: Business, only: Only) -> None:
    viewer = viewer_for(ridgeline.maya, chicago("2026-06-12 12:00"), business())
    leilani = only(contact__points__value=LEILANI)
    (told,) = ask(leilani, "still need help", viewer)
    assert told == why_not(leilani, "nudge", viewer)
    assert (told.state, told.sentence.partition(". That was")[0]) == (
        "did_not",
        "“Still need help?” not sent: they asked us not to write",
    )

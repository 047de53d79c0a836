"""A homeowner fills in the form; what happens in the first hour."""

from tests.cast import Business, chicago, next_step
from tests.stories.conftest import Only, World
from trellis.conversations.actions import log_call, write_message
from trellis.conversations.models import Message
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.integrations.smtp.tests.conftest import QUIRKS_OF_AIOSMTPD, Behavior
from trellis.journeys.actions import release_user
from trellis.journeys.audit import audit
from trellis.journeys.models import Clock, Journey
from trellis.journeys.queries import if_nobody_acts
from trellis.people.models import Contact
from trellis.team.actions.absences import put_on_leave

pytestmark = QUIRKS_OF_AIOSMTPD

RENEE = {
    "name": "Renee Castillo",
    "email": "renee@example.com",
    "phone": "(501) 555-0133",
    "message": "A limb came down on the carport.",
    "urgency": "yes",
    "page": "/emergency-roof-tarp",
    "utm_source": "google",
    "utm_campaign": "storm",
}


def test_within_a_second_she_exists_with_all_she_told_us_and_has_an_answer(
    world: World, ridgeline: Business, mail_server: Behavior, only: Only
) -> None:
    reference = world.form(**RENEE)
    world.passes(seconds=1)
    world.work()
    journey = only()
    assert (journey.stage.key, journey.owner, next_step(journey).title) == ("new", ridgeline.maya, "Call Renee")
    assert journey.words == "A limb came down on the carport."
    assert journey.answers == {"urgency": "yes"}
    assert journey.priority_at is not None
    contact = Contact.objects.get()
    assert {point.value for point in contact.points.all()} == {"renee@example.com", "+15015550133"}
    assert contact.first_touch["utm_source"] == "google"
    letter = mail_server.read()
    assert letter["To"] == "Renee Castillo <renee@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Maya will call you by 10:05 AM" in str(letter.get_body(("plain",)))
    assert Signal.objects.get(reference=reference).journey_id == journey.pk


def test_nobody_calls_in_five_minutes_so_it_moves_and_both_are_told(
    world: World, ridgeline: Business, mail_server: Behavior, only: Only
) -> None:
    world.form(**RENEE)
    forecast = if_nobody_acts(only())
    assert forecast is not None
    assert forecast.at == chicago("2026-06-09 10:05")
    assert forecast.sentence == "it moves to the next free person and both are told"
    world.passes(minutes=5)
    world.work()
    assert only().owner == ridgeline.ben
    for person in (ridgeline.maya, ridgeline.ben):
        assert "moved from Maya to Ben" in person.notices.get().text


def test_the_automatic_answer_does_not_stop_the_clock_but_a_persons_does(
    world: World, ridgeline: Business, mail_server: Behavior, only: Only
) -> None:
    world.form(**RENEE)
    world.work()
    clock = Clock.objects.get(kind="first_response")
    assert clock.met_at is None
    world.passes(minutes=2)
    journey = only()
    write_message(
        contact=journey.contact,
        channel="email",
        text="I am on my way. Is the gate open? I will be there at 11.",
        journey_id=journey.pk,
        by=ridgeline.maya,
        at=world.now,
    )
    world.work()
    clock.refresh_from_db()
    assert clock.met_by == ridgeline.maya
    assert clock.met_at is not None
    assert only().stage.key == "in-conversation"


def test_when_a_person_takes_over_what_was_queued_stops_and_says_so(
    world: World, ridgeline: Business, only: Only
) -> None:
    world.form(**RENEE)
    journey = only()
    answered = {"direction": "out", "outcome": "answered", "seconds": 90, "started_at": world.now}
    log_call(contact=journey.contact, **answered, by=ridgeline.maya, journey_id=journey.pk, at=world.now)
    ack = Message.objects.get(rule_id="ack")
    assert (ack.state, ack.reason) == ("suppressed", "Maya took over")


def test_a_double_submit_is_one_lead(world: World) -> None:
    token = {"token": "the-same-page"}
    first, second = world.form(**RENEE, **token), world.form(**RENEE, **token)
    assert first == second
    assert (Journey.objects.count(), counts()["received"]) == (1, 1)


def test_the_same_words_sent_again_join_the_same_lead(world: World) -> None:
    world.form(**RENEE)
    world.passes(minutes=3)
    world.form(**RENEE)
    assert Journey.objects.count() == 1
    assert counts() == {"received": 2, "attached": 1, "joined": 1, "set_aside": 0, "waiting": 0}
    assert Message.objects.filter(rule_id="ack").count() == 1


def test_two_people_with_one_address_are_two_people(world: World) -> None:
    world.form(name="Gary Thompson", email="thompsons@example.com", message="Leak")
    world.form(name="Sue Ellen Marsh", email="thompsons@example.com", message="Gutters")
    assert Contact.objects.count() == 2
    assert Journey.objects.count() == 2


def test_a_lead_goes_past_whoever_is_on_leave(world: World, ridgeline: Business, only: Only) -> None:
    put_on_leave(
        ridgeline.maya,
        starts_at=chicago("2026-06-08 00:00"),
        ends_at=chicago("2026-06-15 00:00"),
        reason="Lake",
        by=ridgeline.maya,
        at=world.now,
    )
    world.form(**RENEE)
    journey = only()
    assert journey.owner == ridgeline.ben
    why = journey.decisions.get(sentence__contains="is the owner").sentence
    assert "Maya is away" in why


def test_whoever_leaves_hands_over_all_they_had(world: World, ridgeline: Business, only: Only) -> None:
    world.form(**RENEE)
    assert only().owner == ridgeline.maya
    ridgeline.ben.role = "admin"
    ridgeline.ben.save()
    release_user(ridgeline.maya, by=ridgeline.ben, at=world.now)
    journey = only()
    assert (journey.owner, next_step(journey).assignee) == (ridgeline.ben, ridgeline.ben)
    assert audit()["violations"] == 0


def test_with_nothing_connected_the_answer_is_kept_and_the_clock_runs_on(
    world: World, ridgeline: Business, only: Only
) -> None:
    world.form(**RENEE)
    world.work()
    ack = Message.objects.get()
    assert (ack.state, ack.held) == ("queued", "not connected")
    assert Clock.objects.get(kind="first_response").met_at is None


def test_a_call_written_down_without_a_number_is_a_lead_by_its_email(world: World, ridgeline: Business) -> None:
    world.client.force_login(ridgeline.maya)
    told = {
        "name": "Gus Pike",
        "phone": "he did not say",
        "email": "gus@example.com",
        "message": "Gutters",
        "kind": "call",
    }
    world.client.post("/leads/new", told)
    journey = Journey.objects.get()
    assert journey.contact.name == "Gus Pike"
    assert [point.value for point in journey.contact.points.all()] == ["gus@example.com"]
    assert journey.words == "Gutters"

"""Leave, return, goodbye: the customer notices nothing but a new first name."""

from datetime import timedelta

from tests.cast import Business, chicago, next_step
from tests.stories.conftest import Only, World
from trellis.core.refusal import Refused
from trellis.integrations.twilio.tests.conftest import Twilio
from trellis.journeys.actions import complete_task, release_user
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.team.actions.absences import put_on_leave
from trellis.team.models import User

RENEE, DALE = "+15015550142", "+15015550143"


def take_leave(world: World, user: User, start: str, end: str) -> None:
    put_on_leave(user, starts_at=chicago(start), ends_at=chicago(end), reason="Lake", by=user, at=world.now)


def test_what_maya_promised_is_kept_by_ben_while_she_is_at_the_lake(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    world.form(name="Renee Castillo", phone=RENEE, message="Leak")
    world.passes(minutes=2)
    world.answered_call(RENEE)
    journey = only()
    assert (journey.owner, next_step(journey).title) == (ridgeline.maya, "Ask Renee the four questions")
    take_leave(world, ridgeline.maya, "2026-06-09 11:00", "2026-06-15 08:00")
    world.at("2026-06-09 11:00")
    world.work()
    assert next_step(only()).assignee == ridgeline.ben
    assert "Maya is away" in ridgeline.ben.notices.get().text
    assert audit()["violations"] == 0


def test_new_leads_go_past_her_and_come_to_her_again_when_she_is_back(
    world: World, ridgeline: Business, twilio: Twilio
) -> None:
    take_leave(world, ridgeline.maya, "2026-06-09 12:00", "2026-06-10 08:00")
    owners = []
    for number, moment in enumerate(("2026-06-09 12:30", "2026-06-09 14:00", "2026-06-10 09:00", "2026-06-10 09:30")):
        world.at(moment)
        world.form(name=f"Lead {number}", email=f"lead{number}@example.com", message="Leak")
        journey = Journey.objects.latest("started_at")
        owners.append(journey.owner)
        world.work()
    assert owners == [ridgeline.ben, ridgeline.ben, ridgeline.maya, ridgeline.ben]


def test_whoever_replies_after_their_owner_left_for_good_finds_somebody(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    world.form(name="Renee Castillo", phone=RENEE, message="Leak")
    world.passes(minutes=2)
    world.answered_call(RENEE)
    ridgeline.ben.role = "admin"
    ridgeline.ben.save()
    release_user(ridgeline.maya, by=ridgeline.ben, at=world.now)
    world.passes(hours=1)
    world.text(RENEE, "Can somebody come today?")
    journey = only()
    assert (journey.owner, next_step(journey).assignee) == (ridgeline.ben, ridgeline.ben)
    assert audit()["violations"] == 0


def test_the_last_one_cannot_turn_off_the_light(world: World, ridgeline: Business, only: Only) -> None:
    world.form(name="Renee Castillo", phone=RENEE, message="Leak")
    for user in (ridgeline.ben, ridgeline.priya, ridgeline.tom):
        release_user(user, by=ridgeline.maya, at=world.now)
    try:
        release_user(ridgeline.maya, by=ridgeline.maya, at=world.now)
    except Refused as refused:
        said = refused.sentence
    assert said == "Nobody else can take over from Maya Ortiz. Invite someone first."
    assert only().owner == ridgeline.maya


def test_a_step_ticked_off_without_a_word_to_her_does_not_stop_the_clock(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    """Maya says that she called. Nobody did: in five minutes it is Ben's, with a step of his own."""
    world.form(name="Renee Castillo", phone=RENEE, message="Leak")
    complete_task(next_step(only()), by=ridgeline.maya, at=world.now + timedelta(minutes=1))
    world.passes(minutes=5)
    world.work()
    journey = only()
    assert (journey.owner, next_step(journey).title) == (ridgeline.ben, "Answer Renee")

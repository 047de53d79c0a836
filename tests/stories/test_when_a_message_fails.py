"""A message that does not arrive is somebody's step, never a silence."""

from tests.cast import Business, next_step
from tests.stories.conftest import Only, World
from trellis.conversations.models import Message
from trellis.integrations.smtp.tests.conftest import QUIRKS_OF_AIOSMTPD, Behavior
from trellis.integrations.twilio.tests.conftest import Twilio
from trellis.journeys.audit import audit
from trellis.journeys.models import Task

pytestmark = QUIRKS_OF_AIOSMTPD

RENEE = "+15015550142"


def steps_of_people() -> list[str]:
    return list(
        Task.objects.filter(status="open")
        .exclude(assignee=None)
        .order_by("created_at", "id")
        .values_list("title", flat=True)
    )


def test_a_number_that_cannot_be_texted_is_a_step_for_the_owner(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    twilio.status, twilio.error = 400, {"code": 21614, "message": "'To' number is not a valid mobile number"}
    world.missed_call(RENEE)
    world.work()
    assert Message.objects.get().state == "failed"
    assert steps_of_people() == ["Call (501) 555-0142 back", "Reach (501) 555-0142 another way"]
    failed = only().tasks.get(rule_id="trellis/not-sent")
    assert failed.assignee == ridgeline.maya
    assert failed.why.startswith("Our text did not go out: ")
    assert audit()["violations"] == 0


def test_a_letter_that_comes_back_is_a_step_too(
    world: World, ridgeline: Business, mail_server: Behavior, only: Only
) -> None:
    mail_server.answers["RCPT"] = "550 5.1.1 No such user here"
    world.form(name="Renee Castillo", email="renee@exmaple.com", message="Leak")
    world.work()
    assert Message.objects.get().state == "failed"
    assert "Reach Renee another way" in steps_of_people()


def test_a_text_of_which_nobody_knows_is_shown_and_never_sent_again(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    """Twilio hung up while it took the text, and then does not answer our question about it either."""
    twilio.breaks_off, twilio.list_status = True, 500
    world.missed_call(RENEE)
    for _ in range(12):
        world.work()
        world.passes(minutes=10)
    twilio.breaks_off, twilio.list_status = False, 200
    for _ in range(6):
        world.work()
        world.passes(hours=1)
    assert Message.objects.get(rule_id="sorry").state == "in_doubt"
    assert [method for method, _, _ in twilio.asked].count("POST") == 1
    assert "Ask (501) 555-0142 if our message arrived" in steps_of_people()
    assert audit()["violations"] == 0


def test_the_call_that_was_made_instead_settles_it(
    world: World, ridgeline: Business, twilio: Twilio, only: Only
) -> None:
    twilio.status, twilio.error = 400, {"code": 21614, "message": "'To' number is not a valid mobile number"}
    world.missed_call(RENEE)
    world.work()
    world.passes(minutes=3)
    world.answered_call(RENEE)
    assert next_step(only()).title == "Ask (501) 555-0142 the four questions"
    assert "Reach (501) 555-0142 another way" not in steps_of_people()

"""Somebody tells a colleague what we may send them: it is written down with how, and obeyed at once."""

from datetime import timedelta

from tests.cast import TUESDAY, Business
from trellis.conversations.models import Message
from trellis.desk.tests.conftest import Desk
from trellis.journeys.models import Journey
from trellis.journeys.wake import work_once
from trellis.people.models import Consent


def test_a_word_is_shown_with_its_source_and_date_and_the_one_before_stays_in_view(desk: Desk, lead: Journey) -> None:
    page = f"/contacts/{lead.contact_id}/"
    assert "Email about their request · not asked" in (desk.open(page) and desk.words)
    said = {"channel": "email", "source": "Paper form"}
    desk.send(f"{page}consent", word="agreed", purposes=["service", "marketing"], **said)
    assert "Email with offers and news · Paper form, Jun 9" in desk.words
    assert "Renee agreed to email about their request and with offers and news Paper form · written down by Maya" in (
        desk.words.replace(" ,", ",")
    )
    desk.at += timedelta(minutes=5)
    desk.send(f"{page}consent", word="stop", purposes=["marketing"], **said | {"source": "By phone on Tuesday"})
    assert "Email with offers and news · stopped: By phone on Tuesday, Jun 9" in desk.words
    assert "Email about their request · Paper form, Jun 9" in desk.words
    assert "What they said before (1)" in desk.words
    desk.send(desk.undo)
    desk.open(page)
    assert "Email with offers and news · Paper form, Jun 9" in desk.words
    assert "changed it back to how it was" in desk.words


def test_a_word_without_a_source_is_not_written_down(desk: Desk, lead: Journey) -> None:
    desk.send(f"/contacts/{lead.contact_id}/consent", word="agreed", channel="email", purposes=["service"], source=" ")
    assert desk.status == 422
    assert "Say how they told us" in desk.words
    assert not Consent.objects.exists()


def test_a_stop_that_a_colleague_heard_stops_what_a_text_would_have_stopped(desk: Desk, ridgeline: Business) -> None:
    lead = ridgeline.lead()
    queued = Message.objects.filter(journey_id=lead.pk, state="queued")
    assert queued.exists()
    stop = {"word": "stop", "source": "By phone", "channel": "email"}
    desk.send(f"/contacts/{lead.contact_id}/consent", purposes=["marketing"], **stop)
    assert queued.exists()
    desk.send(f"/contacts/{lead.contact_id}/consent", purposes=["service", "marketing"], **stop)
    assert not queued.exists()
    work_once(at=TUESDAY + timedelta(days=2))
    later = Message.objects.filter(journey_id=lead.pk, channel="email").values_list("state", "reason")
    assert set(later) == {("suppressed", "They asked us to stop")}

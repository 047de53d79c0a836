"""Why it happened, why it did not, and what comes next: read from what was decided, in one question."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import TUESDAY, Business, chicago
from trellis.conversations.actions import receive_message
from trellis.journeys.actions import close_journey, move_journey, park_journey
from trellis.journeys.models import Journey
from trellis.journeys.publish import document_of, pack, publish_playbook
from trellis.journeys.why.answers import ask, why_not
from trellis.journeys.why.coming import what_next
from trellis.journeys.why.reasons import Reason, why
from trellis.team.models import User
from trellis.team.queries import business
from trellis.web.pages import viewer_for
from trellis.web.times import Viewer


def reasons(journey: Journey, **asked: object) -> list[Reason]:
    return why(journey, document_of(journey.playbook), **asked)[0]  # type: ignore[arg-type]


def maya_at(text: str, ridgeline: Business) -> Viewer:
    return viewer_for(ridgeline.maya, chicago(text), business())


def answered(journey: Journey, rule: str, viewer: Viewer) -> tuple[str, str]:
    found = why_not(journey, rule, viewer)
    assert found is not None
    return found.state, found.sentence


def they_write(journey: Journey, at: object) -> None:
    receive_message(
        contact=journey.contact, channel="email", sender="renee@example.com", text="Yes?", journey_id=journey.pk, at=at
    )


def test_what_happened_and_what_followed_is_told_in_one_question(
    ridgeline: Business, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    journey = ridgeline.lead()
    document = document_of(journey.playbook)
    move_journey(journey, stage="in-conversation", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=9))
    journey = Journey.objects.select_related("contact", "playbook").get()
    with django_assert_num_queries(1):
        found, after = why(journey, document)
    assert after is None
    first = next(one for one in found if one.sentence == "Queued “We got it” by email: New: form")
    assert (first.did, first.rule_id, first.version) == (True, "ack", 1)
    assert first.happened is not None
    assert first.happened.said == "Renee reached out: web form"
    withdrawn = next(one for one in found if one.rule_id == "nudge")
    assert withdrawn.did is False
    assert withdrawn.sentence == "“Still need help?” was not sent: Moved on to In conversation"
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)


def test_a_page_goes_on_exactly_where_the_one_before_ended(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    move_journey(journey, stage="in-conversation", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=9))
    document, read, before = document_of(journey.playbook), [], None
    whole = [one.id for one in reasons(journey)]
    while True:
        page, before = why(journey, document, before=before, limit=3)
        read += [one.id for one in page]
        if before is None:
            break
    assert len(whole) > 9
    assert read == whole


def test_only_what_was_done_and_only_what_was_not_are_the_two_halves_of_everything(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    they_write(journey, TUESDAY + timedelta(minutes=1))
    whole, did, did_not = (
        {one.id: one.did for one in reasons(journey, shown=shown)} for shown in ("all", "did", "did_not")
    )
    assert did | did_not == whole
    assert set(did.values()) == {True}
    assert set(did_not.values()) == {False}

"""Why it happened, why it did not, and what comes next: read from what was decided, in one question."""

from datetime import datetime, timedelta

from pytest_django import DjangoAssertNumQueries

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.conversations.actions import receive_message
from trellis.journeys.actions import close_journey, move_journey, park_journey, plan_step, record_answer, snooze_task
from trellis.journeys.drafts import save_draft
from trellis.journeys.models import Journey
from trellis.journeys.publish import document_of, pack, publish_playbook
from trellis.journeys.why.answers import ask, why_not
from trellis.journeys.why.coming import what_next
from trellis.journeys.why.reasons import Reason, why
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


def they_write(journey: Journey, at: datetime) -> None:
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


def test_what_comes_next_says_who_when_and_why_just_then(ridgeline: Business) -> None:
    """She writes on Saturday night: our step waits for Monday, our message for her morning."""
    journey = ridgeline.lead(at=chicago("2026-06-13 21:40"), kind="missed_call")
    coming = what_next(journey, maya_at("2026-06-13 21:41", ridgeline))
    assert [one.at for one in coming] == sorted(one.at for one in coming)
    told = {one.rule.id: one for one in coming if one.rule}
    call = told["call-back"]
    assert (call.title, call.who, call.is_next) == ("Call Renee back", ridgeline.maya.name, True)
    assert call.when == "Mon, Jun 15, 2026, 8:15 AM CDT"
    assert call.because == "15 working minutes after 9:40 PM; Office hours begin Mon 8:00 AM"
    nudge = told["nudge"]
    assert (nudge.who, nudge.when) == ("by itself", "Tue, Jun 16, 2026, 8:00 AM CDT")
    assert nudge.because == "1 day after Mon 8:00 AM"
    assert nudge.rule is not None
    assert nudge.rule.words == "1 day after they went quiet, “Still need help?” goes out by itself"
    late = told["first-reply-late"]
    assert late.because.startswith("The first reply in 5 working minutes ends, counted from 9:40 PM")


def test_a_time_is_told_in_the_zone_of_whoever_looks(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    ben = ridgeline.ben
    ben.time_zone = "Europe/London"
    coming = what_next(journey, viewer_for(ben, TUESDAY, business()))
    call = next(one for one in coming if one.title == "Call Renee")
    assert call.when == "Tue, Jun 9, 2026, 4:05 PM BST"


def test_why_no_text_was_sent_is_answered_where_nothing_was_ever_decided(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    viewer = maya_at("2026-06-09 10:01", ridgeline)
    asked = {one.rule.id: one.sentence for one in ask(journey, "why was no text sent?", viewer)}
    assert asked["ack"] == "Queued “We got it” by email: New: form. That was 10:00 AM."
    assert asked["nudge"] == "It waits: due Wed 10:00 AM. If they stay quiet."
    assert asked["sorry"] == "It answers to a missed call: nothing of the kind came while it was in New."
    only = ask(journey, "Still need help", viewer)
    assert [one.rule.id for one in only] == ["nudge"]
    assert ask(journey, "a zebra", viewer) == []


def test_each_kind_of_rule_that_never_came_to_pass_says_what_it_waits_for(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    viewer = maya_at("2026-06-09 10:01", ridgeline)
    assert answered(journey, "quiet-last", viewer)[1] == (
        "It belongs to In conversation, where this one has not been. It is in New."
    )
    assert answered(journey, "spoke", viewer)[1].startswith("It goes that way when they write")
    assert answered(journey, "answer-new-late", viewer)[1].startswith("The reply in 1 working hour was never owed")
    move_journey(journey, stage="in-conversation", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=9))
    journey.refresh_from_db()
    left = answered(journey, "try-again", viewer)
    assert left[0] == "never"
    assert left[1].endswith("It left New 10:09 AM.")


def test_a_rule_of_another_version_a_draft_or_a_step_switched_off_says_so(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    viewer = maya_at("2026-06-09 10:01", ridgeline)
    text = pack("storm-and-repair")
    newer = text.replace("{id: last-note,", "{id: newest-note,")
    publish_playbook(newer, by=ridgeline.maya, at=TUESDAY)
    save_draft(journey.playbook_key, text.replace("{id: nudge,", "{id: drafted,"), seen=None, by=None, at=TUESDAY)
    assert answered(journey, "newest-note", viewer)[1] == "This one walks version 1; the rule stands in version 2."
    assert answered(journey, "drafted", viewer)[1] == (
        "It stands in the draft alone and is not published. This one walks version 1."
    )
    few = text.replace("\nquestions:", "\nsteps: [capture, follow_up, service]\n\nquestions:", 1)
    publish_playbook(few, by=ridgeline.maya, at=TUESDAY)
    later = ridgeline.lead(ridgeline.contact("Al Reyes", "al@example.com"))
    assert answered(later, "gather", viewer)[1] == (
        "It is switched off: the step “Qualification” is not among those of this playbook."
    )
    assert why_not(later, "no-such-rule", viewer) is None


def test_a_way_on_that_was_open_and_not_taken_says_so(ridgeline: Business) -> None:
    """All four answers are in, and they do not own the building."""
    journey = ridgeline.lead()
    move_journey(journey, stage="in-conversation", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=9))
    for number, key in enumerate(("urgency", "address", "insurance", "owner")):
        record_answer(
            journey, question=key, answer="no", by=ridgeline.maya, at=TUESDAY + timedelta(minutes=10 + number)
        )
    held = reasons(journey, rules=["all-answers"])
    assert [(one.did, one.sentence) for one in held] == [(False, "“Move to Qualified” does not apply here")]
    told = why_not(journey, "all-answers", maya_at("2026-06-09 10:20", ridgeline))
    assert told is not None
    assert told.rule.condition == "“Do you own the building?” is yes"


def test_a_message_that_would_come_in_their_night_says_so(ridgeline: Business) -> None:
    """Eight in the morning in Conway is three in the night in Honolulu."""
    journey = ridgeline.lead(ridgeline.contact(phone="+18085550123"), at=chicago("2026-06-09 08:05"))
    coming = what_next(journey, maya_at("2026-06-09 08:06", ridgeline))
    nudge = next(one for one in coming if one.rule and one.rule.id == "nudge")
    assert nudge.when == "Wed, Jun 10, 2026, 1:00 PM CDT"
    assert nudge.because == (
        "1 day after 8:05 AM is 8:05 AM, in their quiet hours "
        "(20:00 to 08:00, by the phone's time zone, Pacific/Honolulu)"
    )


def test_what_was_put_off_planned_by_hand_or_rests_says_who_wanted_it(ridgeline: Business) -> None:
    journey, resting = ridgeline.lead(), ridgeline.lead(ridgeline.contact("Al Reyes", "al@example.com"))
    viewer = maya_at("2026-06-09 10:01", ridgeline)
    snooze_task(next_step(journey), until=chicago("2026-06-10 09:00"), by=ridgeline.maya, at=TUESDAY)
    plan_step(journey, title="Look in", due_at=chicago("2026-06-10 10:00"), by=ridgeline.maya, at=TUESDAY)
    because = {one.title: one.because for one in what_next(journey, viewer)}
    assert because["Call Renee"] == "Somebody put it off until then"
    assert because["Look in"] == "Planned by hand"
    park_journey(resting, until=chicago("2026-09-01 09:00"), reason="Insurance", by=ridgeline.maya, at=TUESDAY)
    (wake,) = what_next(resting, viewer)
    assert (wake.who, wake.because) == ("by itself", "It rests until then: Insurance")


def test_what_comes_after_the_delivery_is_never_late_where_nothing_was_delivered(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    close_journey(journey, outcome="lost", reason="Too far away", by=ridgeline.maya, at=TUESDAY)
    journey.refresh_from_db()
    viewer = maya_at("2026-06-09 10:01", ridgeline)
    after = document_of(journey.playbook).after_delivery[0].id
    assert answered(journey, after, viewer) == (
        "never",
        "It begins with Delivered, and this one has not come to Delivered. It was closed 10:00 AM: too far away.",
    )
    assert what_next(journey, viewer) == []


def test_a_text_is_called_a_text(ridgeline: Business) -> None:
    lead = ridgeline.lead(ridgeline.contact(email="", phone="+15015550142"))
    said = [one.sentence for one in reasons(lead)]
    assert "Queued “We got it” by text: New: form" in said

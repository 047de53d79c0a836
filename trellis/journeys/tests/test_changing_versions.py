"""Another version goes live while people walk the one before: they go over, finish, or stand still; and back again."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business, next_step
from trellis.conversations.models import Message
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys import actions
from trellis.journeys.audit import audit
from trellis.journeys.changes import change_under_way, pause_change, release_held, resume_change
from trellis.journeys.foresight import plan_of
from trellis.journeys.jobs import SETTLING, change_journeys, fitting
from trellis.journeys.models import Act, Journey, Playbook, Task, VersionChange
from trellis.journeys.publish import active_now, document_of, pack, publish_playbook, roll_back_playbook
from trellis.journeys.tests.sandbox import RULES
from trellis.journeys.undoing import act_at, undo_act
from trellis.journeys.wake import work_once

KEY = "storm-and-repair"
TEXT = RULES
LATER = TUESDAY + timedelta(minutes=1)
NUDGE = "      - {id: nudge, after: 1d, send: still-need-help}\n"
NEXT_WEEK = TUESDAY + timedelta(days=7)


def without_qualified() -> str:
    start, end = TEXT.index("  qualified:\n"), TEXT.index("  booked:\n")
    return (TEXT[:start] + TEXT[end:]).replace("to: qualified", "to: booked")


def bring_over() -> None:
    """The worker stays with it until all are done."""
    at = LATER
    while change_under_way(KEY):
        change_journeys(at=at)
        at += SETTLING


@pytest.fixture
def leads(ridgeline: Business) -> list[Journey]:
    return [ridgeline.lead(ridgeline.contact(f"Lead {n}", f"{n}@example.com")) for n in range(3)]


def versions(leads: list[Journey]) -> list[int]:
    return [Journey.objects.get(pk=lead.pk).playbook.version for lead in leads]


def test_leads_go_over_batch_by_batch_and_each_is_wholly_on_one_version(
    ridgeline: Business, leads: list[Journey]
) -> None:
    publish_playbook(TEXT.replace(NUDGE, ""), in_flight="map", reason="Fewer words", by=ridgeline.maya, at=LATER)
    VersionChange.objects.update(batch=2)
    assert change_journeys(at=LATER) == 2
    assert sorted(versions(leads)) == [1, 2, 2]
    for lead in leads:
        lead.refresh_from_db()
        assert Task.objects.filter(journey=lead, status="open", rule_id="nudge").exists() == (
            lead.playbook.version == 1
        )
    bring_over()
    change = VersionChange.objects.get()
    assert (change.done, change.total, change.missed) == (3, 3, {})
    assert versions(leads) == [2, 2, 2]
    assert audit()["violations"] == 0


def test_a_new_lead_starts_on_the_new_version_at_once(ridgeline: Business, leads: list[Journey]) -> None:
    second = publish_playbook(TEXT + "\n", in_flight="map", by=ridgeline.maya, at=LATER)
    assert ridgeline.lead(ridgeline.contact("Dale", "dale@example.com"), at=LATER).playbook == second


def test_nothing_that_was_sent_is_sent_again(ridgeline: Business, leads: list[Journey]) -> None:
    sent = Message.objects.filter(rule_id="ack").count()
    for _ in range(2):
        publish_playbook(TEXT.replace("within: 5m", "within: 9m"), in_flight="map", by=ridgeline.maya, at=LATER)
        bring_over()
        roll_back_playbook(KEY, to=1, by=ridgeline.maya, at=LATER)
        bring_over()
    ridgeline.lead(leads[0].contact, at=LATER)
    assert Message.objects.filter(rule_id="ack").count() == sent == 3


def test_what_waits_to_leave_stays_here_once_nothing_asks_for_it(ridgeline: Business, leads: list[Journey]) -> None:
    waiting = Message.objects.filter(rule_id="ack", state="queued")
    text = TEXT.replace("          - {id: ack, send: we-got-it}\n", "")
    assert waiting.count() == 3
    assert "3 messages are withdrawn" in plan_of(text, at=LATER).effects.sentences
    publish_playbook(text, in_flight="finish", by=ridgeline.maya, at=LATER)
    bring_over()
    assert waiting.count() == 3
    roll_back_playbook(KEY, to=1, by=ridgeline.maya, at=LATER)
    publish_playbook(text, in_flight="map", by=ridgeline.maya, at=LATER)
    bring_over()
    assert {message.reason for message in Message.objects.filter(rule_id="ack")} == {"Version 4 does not ask for it"}
    assert not waiting.exists()


def test_what_waits_to_leave_leaves_where_another_rule_says_the_same(ridgeline: Business, leads: list[Journey]) -> None:
    text = TEXT.replace("{id: ack, send: we-got-it}", "{id: thanks, send: we-got-it}")
    publish_playbook(text, in_flight="map", by=ridgeline.maya, at=LATER)
    bring_over()
    assert Message.objects.filter(rule_id="ack", state="queued").count() == 3


def test_publishing_is_refused_while_somebody_stands_in_a_stage_that_would_be_gone(
    ridgeline: Business, leads: list[Journey]
) -> None:
    actions.move_journey(leads[0], stage="qualified", by=ridgeline.maya, at=LATER)
    with pytest.raises(Refused, match=r"1 in Qualified\. Say which stage they go to"):
        publish_playbook(without_qualified(), in_flight="map", by=ridgeline.maya, at=LATER)
    assert Playbook.objects.count() == 1
    publish_playbook(without_qualified(), in_flight="map", mapping={"qualified": "booked"}, by=ridgeline.maya, at=LATER)
    bring_over()
    leads[0].refresh_from_db()
    assert (leads[0].stage.key, leads[0].owner) == ("booked", ridgeline.tom)
    with pytest.raises(Refused, match="There is no stage “nowhere”"):
        publish_playbook(TEXT, in_flight="map", mapping={"new": "nowhere"}, by=ridgeline.maya, at=LATER)


def test_rolling_back_brings_them_back_to_the_stage_that_was_gone(ridgeline: Business, leads: list[Journey]) -> None:
    for lead in leads[:2]:
        actions.move_journey(lead, stage="qualified", by=ridgeline.maya, at=LATER)
    to_booked = {"qualified": "booked"}
    publish_playbook(without_qualified(), in_flight="map", mapping=to_booked, by=ridgeline.maya, at=LATER)
    bring_over()
    went_on = LATER + timedelta(minutes=5)
    actions.move_journey(leads[1], stage="delivered", by=ridgeline.maya, at=went_on)
    roll_back_playbook(KEY, to=1, by=ridgeline.maya, at=went_on)
    bring_over()
    stages = [Journey.objects.get(pk=lead.pk).stage.key for lead in leads]
    assert stages == ["qualified", "delivered", "new"]
    assert audit()["violations"] == 0


def test_one_step_back_while_they_are_still_being_brought_over(ridgeline: Business, leads: list[Journey]) -> None:
    publish_playbook(TEXT.replace(NUDGE, ""), in_flight="map", by=ridgeline.maya, at=LATER)
    VersionChange.objects.update(batch=1)
    change_journeys(at=LATER)
    third = roll_back_playbook(KEY, to=1, reason="They miss the nudge", by=ridgeline.maya, at=LATER)
    bring_over()
    assert (third.version, third.restores, third.source) == (3, 1, pack(KEY))
    assert versions(leads) == [3, 3, 3]
    assert Task.objects.filter(status="open", rule_id="nudge").count() == 3
    told = Event.objects.get(key="playbook.rolled_back")
    assert (told.by, told.payload["reason"]) == (ridgeline.maya, "They miss the nudge")


def test_those_who_stand_still_have_an_owner_a_step_to_decide_and_a_deadline(
    ridgeline: Business, leads: list[Journey]
) -> None:
    publish_playbook(TEXT.replace("within: 5m", "within: 9m"), in_flight="hold", by=ridgeline.maya, at=LATER)
    bring_over()
    sent = Message.objects.exclude(state="suppressed").count()
    work_once(at=NEXT_WEEK)
    work_once(at=NEXT_WEEK)
    assert Message.objects.exclude(state="suppressed").count() == sent
    for lead in leads:
        lead.refresh_from_db()
        step = Task.objects.get(journey=lead, rule_id="trellis/held", status="open")
        assert step.title.startswith("Decide whether Lead")
        assert (step.assignee, lead.playbook.version) == (lead.owner, 1)
        assert lead.due_at
    live = active_now(KEY)
    assert live
    release_held(live, document_of(live), how="map", mapping={}, by=ridgeline.maya, at=NEXT_WEEK)
    while change_under_way(KEY):
        change_journeys(at=NEXT_WEEK + SETTLING * 2)
    assert versions(leads) == [2, 2, 2]
    assert not Task.objects.filter(rule_id="trellis/held", status="open").exists()
    assert Task.objects.filter(rule_id="nudge", status="open", due_at__gt=NEXT_WEEK).count() == 3


def test_a_change_can_be_paused_and_goes_on_where_it_was(ridgeline: Business, leads: list[Journey]) -> None:
    publish_playbook(TEXT + "\n", in_flight="map", by=ridgeline.maya, at=LATER)
    change = VersionChange.objects.get()
    pause_change(change, by=ridgeline.maya, at=LATER)
    assert change_journeys(at=LATER) == 0
    resume_change(change, by=ridgeline.maya, at=LATER)
    assert change_journeys(at=LATER) == 3


def test_of_two_who_publish_the_second_is_told(ridgeline: Business) -> None:
    publish_playbook(TEXT + "\n", expecting=1, by=ridgeline.maya, at=LATER)
    with pytest.raises(Refused, match="Version 2 is live by now"):
        publish_playbook(TEXT + "\n\n", expecting=1, by=ridgeline.ben, at=LATER)


def test_what_was_done_before_the_change_cannot_be_taken_back_after_it(
    ridgeline: Business, leads: list[Journey]
) -> None:
    actions.complete_task(next_step(leads[0]), by=ridgeline.maya, at=LATER)
    act = act_at(leads[0].pk, LATER)
    assert act
    publish_playbook(without_qualified(), in_flight="map", by=ridgeline.maya, at=LATER)
    bring_over()
    with pytest.raises(Refused, match="Something else happened here since then"):
        undo_act(act, by=ridgeline.maya, at=LATER)
    assert not Act.objects.filter(undone_at=None).exists()


def test_the_plan_counts_what_then_happens(ridgeline: Business, leads: list[Journey]) -> None:
    text = TEXT.replace(NUDGE, "").replace("after: 3d, send: shall", "after: 4d, send: shall")
    plan = plan_of(text, at=LATER)
    assert plan.effects.sentences == [
        "3 leads move to the new version",
        "3 messages are withdrawn",
        "3 steps change their time",
    ]
    assert Task.objects.filter(status="open", rule_id="nudge").count() == 3
    publish_playbook(text, in_flight="map", by=ridgeline.maya, at=LATER)
    bring_over()
    assert Task.objects.filter(status="cancelled", rule_id="nudge").count() == 3
    assert Task.objects.filter(status="replaced", rule_id="last-note").count() == 3


def test_a_batch_grows_and_shrinks_with_the_time_that_it_takes() -> None:
    assert fitting(10, 0.01) == 20
    assert fitting(100, 0.4) == 10
    assert fitting(1, 5.0) == 1

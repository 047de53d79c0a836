"""Maya hands a lead over to the estimators: it is hers until one of them accepts it."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business, chicago, next_step
from trellis.conversations.actions import log_call, receive_message
from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.journeys.actions import (
    accept_handover,
    assign_journey,
    close_journey,
    complete_task,
    decline_handover,
    move_journey,
    park_journey,
    release_user,
    snooze_task,
)
from trellis.journeys.audit import audit
from trellis.journeys.models import Decision, Handover, Journey, Task
from trellis.journeys.publish import pack, publish_playbook
from trellis.journeys.undoing import act_at, undo_act
from trellis.journeys.wake import work_once
from trellis.team.actions.absences import put_on_leave
from trellis.team.models import User

BY_TURN = "owner: {team: estimators, by: round_robin, if_away: next_free"
LATER, NOON = TUESDAY + timedelta(minutes=10), chicago("2026-06-09 12:00")


@pytest.fixture
def journey(ridgeline: Business) -> Journey:
    """Renee's lead is Maya's, and just reached the stage of the estimators, Ben and Priya."""
    publish_playbook(pack("storm-and-repair").replace(BY_TURN, f"{BY_TURN}, accept: 2h"), by=None, at=TUESDAY)
    journey = ridgeline.lead(at=TUESDAY - timedelta(minutes=4))
    log_call(
        contact=journey.contact,
        direction="out",
        outcome="answered",
        started_at=TUESDAY - timedelta(minutes=1),
        by=ridgeline.maya,
        journey_id=journey.pk,
        at=TUESDAY - timedelta(minutes=1),
    )
    return move_journey(journey, stage="qualified", by=ridgeline.maya, at=TUESDAY)


def offer_of(journey: Journey) -> Handover:
    return Handover.objects.get(journey=journey, accepted_at=None, declined_at=None, lapsed_at=None, withdrawn_at=None)


def has_none(journey: Journey) -> bool:
    return not Task.objects.filter(journey=journey, status="open", rule_id__startswith="trellis/accept").exists()


def told(user: User) -> list[str]:
    return [notice.text for notice in user.notices.order_by("created_at", "id")]


def owner_of(journey: Journey) -> User | None:
    journey.refresh_from_db()
    return journey.owner


def test_the_giver_has_it_until_it_is_accepted(ridgeline: Business, journey: Journey) -> None:
    step = next_step(journey)
    assert owner_of(journey) == ridgeline.maya
    assert (step.title, step.assignee, step.due_at) == ("Accept Renee from Maya", ridgeline.ben, NOON)
    assert told(ridgeline.ben) == ["Maya hands Renee Castillo over to you: accept it within 2 hours of working time"]
    theirs = Task.objects.get(journey=journey, status="open", rule_id="book-visit")
    assert theirs.assignee == ridgeline.maya
    assert audit()["violations"] == 0


def test_accepting_it_passes_on_every_step_and_tells_the_giver(ridgeline: Business, journey: Journey) -> None:
    accept_handover(journey, by=ridgeline.ben, at=LATER)
    assert owner_of(journey) == ridgeline.ben
    steps = Task.objects.filter(journey=journey, status="open").exclude(assignee=None)
    assert {step.assignee for step in steps} == {ridgeline.ben}
    assert (has_none(journey), Handover.objects.get().accepted_at) == (True, LATER)
    assert told(ridgeline.maya) == ["Ben accepted Renee Castillo from you"]
    assert Decision.objects.filter(sentence="Ben is the owner: accepted from Maya").exists()
    assert audit()["violations"] == 0


def test_ticking_off_the_step_is_accepting(ridgeline: Business, journey: Journey) -> None:
    step = next_step(journey)
    with pytest.raises(Refused, match="This is offered to Ben Whitfield, who accepts it or not"):
        complete_task(step, by=ridgeline.maya, at=LATER)
    with pytest.raises(Refused, match="Accept this or say that you cannot take it"):
        snooze_task(step, until=NOON, by=ridgeline.ben, at=LATER)
    complete_task(step, by=ridgeline.ben, at=LATER)
    assert owner_of(journey) == ridgeline.ben
    step.refresh_from_db()
    assert (step.status, step.closed_by) == ("done", ridgeline.ben)


def test_nobody_else_can_accept_or_decline_it(ridgeline: Business, journey: Journey) -> None:
    with pytest.raises(Refused, match="offered to Ben Whitfield"):
        accept_handover(journey, by=ridgeline.priya, at=LATER)
    with pytest.raises(Refused, match="offered to Ben Whitfield"):
        decline_handover(journey, reason="Mine", by=ridgeline.maya, at=LATER)
    with pytest.raises(Refused, match="Say why"):
        decline_handover(journey, reason=" ", by=ridgeline.ben, at=LATER)


def test_declined_it_is_offered_to_the_next_and_the_giver_is_told_why(ridgeline: Business, journey: Journey) -> None:
    decline_handover(journey, reason="I am on a roof", by=ridgeline.ben, at=LATER)
    assert (owner_of(journey), next_step(journey).assignee) == (ridgeline.maya, ridgeline.priya)
    assert next_step(journey).due_at == chicago("2026-06-09 13:10")
    assert told(ridgeline.maya) == ["Ben cannot take Renee Castillo: I am on a roof; Priya is asked now"]
    first = Handover.objects.get(declined_at=LATER)
    assert (first.taker, first.reason) == (ridgeline.ben, "I am on a roof")
    assert audit()["violations"] == 0


def test_when_all_decline_the_giver_keeps_it(ridgeline: Business, journey: Journey) -> None:
    for number, user in enumerate((ridgeline.ben, ridgeline.priya)):
        decline_handover(journey, reason="No time", by=user, at=LATER + timedelta(minutes=number))
    assert (owner_of(journey), has_none(journey)) == (ridgeline.maya, True)
    assert next_step(journey).assignee == ridgeline.maya
    assert told(ridgeline.maya)[-1] == "Priya cannot take Renee Castillo: No time; Maya keeps it"


def test_not_accepted_in_time_the_manager_is_told_and_the_next_is_asked(ridgeline: Business, journey: Journey) -> None:
    User.objects.filter(pk=ridgeline.priya.pk).update(role="manager")
    forget()
    assert work_once(at=NOON - timedelta(seconds=1)) == 0
    assert work_once(at=NOON) == 1
    assert (owner_of(journey), offer_of(journey).taker) == (ridgeline.maya, ridgeline.priya)
    late = "Ben did not accept Renee Castillo in time; Priya is asked now"
    assert late in told(ridgeline.maya)
    assert late in told(ridgeline.priya)
    assert Handover.objects.get(taker=ridgeline.ben).lapsed_at == NOON
    assert Event.objects.get(key="handover.lapsed").payload["taker_name"] == "Ben"


def test_when_nobody_ever_answers_it_ends_with_the_giver(ridgeline: Business, journey: Journey) -> None:
    for hour in range(1, 9):
        work_once(at=TUESDAY + timedelta(hours=hour))
    assert (owner_of(journey), has_none(journey)) == (ridgeline.maya, True)
    assert Handover.objects.filter(lapsed_at__isnull=False).count() == 2
    assert audit()["violations"] == 0


def test_the_customer_who_writes_meanwhile_is_the_givers(ridgeline: Business, journey: Journey) -> None:
    receive_message(contact=journey.contact, channel="email", sender="x", text="When?", journey_id=journey.pk, at=LATER)
    reply = Task.objects.get(journey=journey, status="open", title="Answer Renee")
    assert reply.assignee == ridgeline.maya
    assert offer_of(journey).taker == ridgeline.ben


@pytest.mark.parametrize("stop", ["move", "park", "close", "keep", "give"])
def test_what_goes_another_way_is_no_longer_on_offer(ridgeline: Business, journey: Journey, stop: str) -> None:
    maya = {"by": ridgeline.maya, "at": LATER}
    if stop == "move":
        move_journey(journey, stage="in-conversation", **maya)
    elif stop == "park":
        park_journey(journey, until=chicago("2026-08-01"), reason="After summer", **maya)
    elif stop == "close":
        close_journey(journey, outcome="lost", reason="Moved away", **maya)
    elif stop == "keep":
        assign_journey(journey, owner=ridgeline.maya, **maya)
    else:
        assign_journey(journey, owner=ridgeline.ben, by=ridgeline.ben, at=LATER)
    withdrawn = Handover.objects.get(journey=journey)
    assert (withdrawn.withdrawn_at, has_none(journey)) == (LATER, True)
    assert owner_of(journey) == (ridgeline.ben if stop == "give" else ridgeline.maya)
    assert audit()["violations"] == 0


def test_given_by_hand_to_another_team_it_is_offered_and_comes_back(ridgeline: Business, journey: Journey) -> None:
    assign_journey(journey, owner=ridgeline.tom, by=ridgeline.maya, at=LATER)
    assert (owner_of(journey), offer_of(journey).taker) == (ridgeline.maya, ridgeline.tom)
    decline_handover(journey, reason="Not a roof", by=ridgeline.tom, at=LATER + timedelta(minutes=1))
    assert (owner_of(journey), has_none(journey)) == (ridgeline.maya, True)
    assert told(ridgeline.maya)[-1] == "Tom cannot take Renee Castillo: Not a roof; Maya keeps it"


def test_given_by_hand_within_a_team_it_is_given(ridgeline: Business, journey: Journey) -> None:
    accept_handover(journey, by=ridgeline.ben, at=LATER)
    assign_journey(journey, owner=ridgeline.priya, by=ridgeline.ben, at=LATER + timedelta(minutes=1))
    assert owner_of(journey) == ridgeline.priya


def test_when_the_giver_goes_away_it_passes_on_at_once(ridgeline: Business, journey: Journey) -> None:
    ends = chicago("2026-06-20")
    put_on_leave(ridgeline.maya, starts_at=LATER, ends_at=ends, by=None, at=TUESDAY)
    work_once(at=LATER)
    assert (owner_of(journey), has_none(journey)) == (ridgeline.ben, True)
    assert audit()["violations"] == 0


def test_when_whoever_is_asked_goes_away_the_next_is_asked(ridgeline: Business, journey: Journey) -> None:
    put_on_leave(ridgeline.ben, starts_at=LATER, ends_at=chicago("2026-06-20"), by=None, at=TUESDAY)
    work_once(at=LATER)
    assert (owner_of(journey), offer_of(journey).taker) == (ridgeline.maya, ridgeline.priya)


@pytest.mark.parametrize("who", ["maya", "ben"])
def test_when_giver_or_taker_leaves_the_business_nothing_hangs(ridgeline: Business, journey: Journey, who: str) -> None:
    User.objects.filter(pk=ridgeline.tom.pk).update(role="admin")
    release_user(getattr(ridgeline, who), by=ridgeline.tom, at=LATER)
    assert owner_of(journey) == (ridgeline.ben if who == "maya" else ridgeline.maya)
    assert audit()["violations"] == 0


def test_accepting_can_be_taken_back(ridgeline: Business, journey: Journey) -> None:
    accept_handover(journey, by=ridgeline.ben, at=LATER)
    act = act_at(journey.pk, LATER)
    assert act
    undo_act(act, by=ridgeline.ben, at=LATER + timedelta(seconds=3))
    assert (owner_of(journey), offer_of(journey).taker) == (ridgeline.maya, ridgeline.ben)
    assert next_step(journey).title == "Accept Renee from Maya"
    assert audit()["violations"] == 0
    accept_handover(journey, by=ridgeline.ben, at=LATER + timedelta(minutes=1))
    assert owner_of(journey) == ridgeline.ben


def test_moving_it_can_be_taken_back_with_its_offer(ridgeline: Business, journey: Journey) -> None:
    act = act_at(journey.pk, TUESDAY)
    assert act
    undo_act(act, by=ridgeline.maya, at=LATER)
    assert (owner_of(journey), has_none(journey)) == (ridgeline.maya, True)
    assert Handover.objects.get().withdrawn_at == LATER
    assert audit()["violations"] == 0


def test_a_parked_journey_is_given_not_offered(ridgeline: Business, journey: Journey) -> None:
    park_journey(journey, until=chicago("2026-08-01"), reason="Later", by=ridgeline.maya, at=LATER)
    assign_journey(journey, owner=ridgeline.tom, by=ridgeline.maya, at=LATER + timedelta(minutes=1))
    assert (owner_of(journey), has_none(journey)) == (ridgeline.tom, True)


def test_what_breaks_an_offer_is_counted(ridgeline: Business, journey: Journey) -> None:
    def broken() -> list[str]:
        return [rule for rule, count in audit()["by_rule"].items() if count]

    assert broken() == []
    Handover.objects.update(giver=ridgeline.priya)
    assert broken() == ["offered by somebody who does not have it"]
    Handover.objects.update(giver=ridgeline.maya, taker=ridgeline.tom)
    assert broken() == ["offer that nobody is asked to accept"]
    Handover.objects.update(withdrawn_at=LATER)
    assert broken() == ["step to accept what is not on offer"]

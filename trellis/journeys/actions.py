"""What people and the steps do to journeys. Each is one fact, handed to the engine."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from trellis.core.refusal import Refused
from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.apply import Tell, apply
from trellis.journeys.engine.offers import ACCEPT
from trellis.journeys.models import ON_OFFER, PERSON_KINDS, VOID, Handover, Journey, Task
from trellis.journeys.publish import document_at
from trellis.journeys.undoing import record_acts, undoable
from trellis.team.actions.people import deactivate_user
from trellis.team.models import User

log = logging.getLogger(__name__)

LONGEST_NOTE = 240
PASSED = "That time has passed. Choose one that is still to come."


def tell(journey: Journey, fact: Fact, *, at: datetime, by: User | None = None) -> None:
    """Hand one fact to the engine and bring the journey up to date."""
    with not_meanwhile():
        apply([Tell(journey_id=journey.pk, fact=fact, by=by.pk if by else None)], at=at)
    journey.refresh_from_db()


@contextmanager
def not_meanwhile() -> Iterator[None]:
    """What a guard refuses here was right when it was checked: somebody else was quicker."""
    try:
        yield
    except IntegrityError as error:
        if "trellis guard" not in str(error):
            raise
        log.warning("refused by the database: %s", error)
        raise Refused("changed_meanwhile", "Somebody changed this at the same moment. Look again.") from error


@undoable
def complete_task(
    task: Task, *, by: User, at: datetime, note: str = "", then: str = "", then_due_at: datetime | None = None
) -> Task:
    """A person did a step. `then` plans the one after it; without it the rules decide what is next."""
    require_open_step(task)
    if task.rule_id == ACCEPT:
        require_offered(task.journey, by)
    require_future(then_due_at, at)
    require_short(note)
    fact = facts.TaskDone(
        task_id=str(task.pk),
        title=task.title,
        by=str(by.pk),
        note=note.strip(),
        then=then[:200],
        then_due_at=then_due_at,
    )
    tell(task.journey, fact, at=at, by=by)
    task.refresh_from_db()
    return task


@undoable
def miss_meeting(task: Task, *, by: User, at: datetime, note: str = "") -> Task:
    """We were there and they did not come: the step is off, and the rules say what follows."""
    require_open_step(task)
    require_short(note)
    if task.kind != "meet":
        raise Refused("no_meeting", f"“{task.title}” is no meeting. Nobody can have missed it.")
    missed = facts.MeetingMissed(task_id=str(task.pk), title=task.title, by=str(by.pk), note=note.strip())
    tell(task.journey, missed, at=at, by=by)
    task.refresh_from_db()
    return task


@undoable
def snooze_task(task: Task, *, until: datetime, by: User, at: datetime) -> Task:
    """Put a step off: a new task with the new time takes its place and is returned."""
    require_open_step(task)
    if task.rule_id == ACCEPT:
        raise Refused("not_put_off", "Accept this or say that you cannot take it: somebody waits for your answer.")
    require_future(until, at)
    tell(
        task.journey,
        facts.TaskSnoozed(task_id=str(task.pk), title=task.title, until=until, by=str(by.pk)),
        at=at,
        by=by,
    )
    return Task.objects.get(replaces=task.pk)


@undoable
def assign_journey(journey: Journey, *, owner: User, by: User, at: datetime) -> Journey:
    require_walking(journey)
    if not User.objects.active().filter(pk=owner.pk).exists():
        raise Refused("not_active", f"{owner.name} has left. Choose someone who is here.")
    tell(journey, facts.OwnerChosen(owner=str(owner.pk), by=str(by.pk)), at=at, by=by)
    return journey


@undoable
def accept_handover(journey: Journey, *, by: User, at: datetime) -> Journey:
    """Take what somebody hands over: it is yours from now on."""
    hold(journey)
    require_offered(journey, by)
    tell(journey, facts.HandoverAccepted(by=str(by.pk)), at=at, by=by)
    return journey


@undoable
def decline_handover(journey: Journey, *, reason: str, by: User, at: datetime) -> Journey:
    """Not now, and why: the giver has it as before, and the next is asked."""
    hold(journey)
    require_offered(journey, by)
    require_reason(reason)
    tell(journey, facts.HandoverDeclined(reason=reason.strip()[:200], by=str(by.pk)), at=at, by=by)
    return journey


@undoable
def move_journey(journey: Journey, *, stage: str, by: User, at: datetime) -> Journey:
    require_walking(journey)
    stages = document_at(journey.playbook_id).stages
    if stage not in stages:
        raise Refused("unknown_stage", f"There is no stage “{stage}”. Choose one of: {', '.join(stages)}.")
    if journey.status == "parked":
        reopen_journey(journey, by=by, at=at)
    if stage != journey.stage.key:
        tell(journey, facts.StageChosen(stage=stage, by=str(by.pk)), at=at, by=by)
    return journey


@undoable
def plan_step(
    journey: Journey, *, title: str, due_at: datetime, kind: str = "do", why: str = "", by: User, at: datetime
) -> Journey:
    require_walking(journey)
    require_future(due_at, at)
    if kind not in PERSON_KINDS:
        raise Refused("unknown_kind", f"A step is one of: {', '.join(PERSON_KINDS)}.")
    if not title.strip():
        raise Refused("no_title", "Say what the next step is, for example “Call her back”.")
    if journey.status == "parked":
        reopen_journey(journey, by=by, at=at)
    fact = facts.StepPlanned(
        title=title.strip()[:200], due_at=due_at, kind=kind, why=why.strip()[:LONGEST_NOTE], by=str(by.pk)
    )
    tell(journey, fact, at=at, by=by)
    return journey


@undoable
def park_journey(journey: Journey, *, until: datetime, reason: str, by: User, at: datetime) -> Journey:
    require_walking(journey)
    require_future(until, at)
    require_reason(reason)
    tell(journey, facts.ParkChosen(until=until, reason=reason.strip()[:200], by=str(by.pk)), at=at, by=by)
    return journey


@undoable
def close_journey(journey: Journey, *, outcome: str, reason: str, by: User, at: datetime) -> Journey:
    require_walking(journey)
    require_reason(reason)
    if outcome not in ("won", "lost", "done"):
        raise Refused("unknown_outcome", "A journey is closed as won, lost or done.")
    tell(journey, facts.CloseChosen(outcome=outcome, reason=reason.strip()[:200], by=str(by.pk)), at=at, by=by)
    return journey


@undoable
def reopen_journey(journey: Journey, *, by: User, at: datetime) -> Journey:
    hold(journey)
    if journey.status == "open":
        raise Refused("already_open", "This is open already.")
    if journey.contact.taken_back_at and journey.outcome != VOID:
        raise Refused("erased", "Whoever this was with was erased. If they write again, they are somebody new.")
    if journey.outcome == VOID:
        raise Refused("taken_back", "This was taken back: it was added by mistake. Add the lead again.")
    tell(journey, facts.ReopenChosen(by=str(by.pk)), at=at, by=by)
    return journey


@undoable
def record_answer(journey: Journey, *, question: str, answer: str, by: User, at: datetime) -> Journey:
    require_walking(journey)
    if question not in {known.key for known in document_at(journey.playbook_id).questions}:
        raise Refused("unknown_question", f"The playbook does not ask “{question}”.")
    tell(journey, facts.AnswerGiven(question=question, answer=answer.strip()[:500]), at=at, by=by)
    return journey


@transaction.atomic
def release_user(user: User, *, by: User, at: datetime) -> User:
    """Somebody leaves: all they own passes on by the rules, then they are deactivated."""
    offered = Handover.objects.filter(ON_OFFER, taker=user).order_by("due_at", "id").values_list("journey", flat=True)
    left = facts.TakerGone(taker=str(user.pk), reason=f"{user.first_name} left")
    apply([Tell(journey_id=pk, fact=left, by=by.pk) for pk in offered], at=at)
    theirs = Journey.objects.exclude(status="closed").filter(owner=user)
    owned = list(theirs.order_by("due_at", "id").values_list("pk", flat=True))
    gone = facts.OwnerGone(owner=str(user.pk), reason=f"{user.first_name} left")
    record_acts(owned, by=by, at=at)
    apply([Tell(journey_id=pk, fact=gone, by=by.pk) for pk in owned], at=at)
    if Journey.objects.exclude(status="closed").filter(owner=user).exists():
        raise Refused("nobody_can_own", f"Nobody else can take over from {user.name}. Invite someone first.")
    with not_meanwhile():
        return deactivate_user(user, by=by, at=at)


def require_offered(journey: Journey, by: User) -> None:
    """Only whoever it is offered to answers."""
    handover = Handover.objects.filter(ON_OFFER, journey=journey).select_related("taker").first()
    if handover is None:
        raise Refused("not_on_offer", "This is no longer on offer. Look again.")
    if handover.taker_id != by.pk:
        raise Refused("offered_to_another", f"This is offered to {handover.taker.name}, who accepts it or not.")


def require_open_step(task: Task) -> None:
    """Still open now, whatever the caller saw: of two people who press done at once, one is told."""
    Journey.objects.select_for_update().get(pk=task.journey_id)
    task.refresh_from_db()
    if task.status != "open":
        raise Refused("task_closed", f"“{task.title}” is closed already.")
    if task.kind not in PERSON_KINDS:
        raise Refused("not_a_persons", f"“{task.title}” is done by Trellis. Withdraw it by planning another step.")


def hold(journey: Journey) -> None:
    """Nobody else changes it until this is done, and what they changed meanwhile is seen."""
    journey.refresh_from_db(from_queryset=Journey.objects.select_for_update())


def require_walking(journey: Journey) -> None:
    hold(journey)
    if journey.status == "closed":
        raise Refused("journey_closed", "This is closed. Reopen it first.")


def require_future(when: datetime | None, at: datetime) -> None:
    if when is not None and when <= at:
        raise Refused("in_the_past", PASSED)


def require_short(note: str) -> None:
    if len(note.strip()) > LONGEST_NOTE:
        raise Refused(
            "too_long", f"A note on a step has at most {LONGEST_NOTE} characters. Write a note to the timeline."
        )


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("no_reason", "Say why, in a few words.")

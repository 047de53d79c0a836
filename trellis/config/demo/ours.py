"""What our people do: call, write, plan, move on. Whoever owns the journey at that moment does it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from trellis.config.demo.neighbors import Step
from trellis.conversations.actions import log_call, write_message
from trellis.journeys.actions import complete_task, miss_meeting, plan_step, record_answer, snooze_task
from trellis.journeys.changing import change_journey
from trellis.journeys.models import PERSON_KINDS, Journey, Task
from trellis.journeys.publish import document_at
from trellis.team.models import User
from trellis.team.queries import business


def owner_of(journey: Journey) -> User:
    assert journey.owner
    return journey.owner


def speak(journey: Journey, *, note: str, seconds: int, at: datetime) -> None:
    """A call of ours that they answered."""
    log_call(
        contact=journey.contact,
        direction="out",
        outcome="answered",
        started_at=at,
        seconds=seconds,
        note=note,
        by=owner_of(journey),
        journey_id=journey.pk,
        at=at,
    )


def try_call(journey: Journey, *, at: datetime) -> None:
    """A call of ours that ended on their machine."""
    log_call(
        contact=journey.contact,
        direction="out",
        outcome="voicemail",
        started_at=at,
        seconds=22,
        by=owner_of(journey),
        journey_id=journey.pk,
        at=at,
    )


def write(journey: Journey, text: str, *, channel: str, at: datetime) -> None:
    write_message(
        contact=journey.contact, channel=channel, text=text, journey_id=journey.pk, by=owner_of(journey), at=at
    )


def note_answers(journey: Journey, known: Mapping[str, str], *, at: datetime) -> None:
    """What they told us, question by question, as far as we did not know it."""
    for question, answer in known.items():
        if not journey.answers.get(question):
            record_answer(journey, question=question, answer=answer, by=owner_of(journey), at=at)


def note_worth(journey: Journey, worth: int, *, at: datetime) -> None:
    """In whole units of the currency of the business."""
    if worth:
        value = {"minor": 100 * worth, "currency": business().currency}
        change_journey(journey, {"value": value}, by=owner_of(journey), at=at)


def do(journey: Journey, rule_id: str, *, note: str = "", at: datetime) -> None:
    """Do the step that this rule set, where it is open."""
    for task in steps_of(journey).filter(rule_id=rule_id):
        complete_task(task, note=note, by=owner_of(journey), at=at)


def miss(journey: Journey, *, at: datetime) -> None:
    """They did not come to what was agreed."""
    for task in steps_of(journey).filter(kind="meet"):
        miss_meeting(task, by=owner_of(journey), at=at)


def plan(journey: Journey, step: Step, *, due_at: datetime, at: datetime) -> None:
    """Make this the next step: whatever else is open is done, or put off where it would move the journey on."""
    by, before, moving = owner_of(journey), list(steps_of(journey)), moves_on(journey)
    plan_step(journey, kind=step.kind, title=step.title, why=step.why, due_at=due_at, by=by, at=at)
    for task in before:
        if task.rule_id not in moving:
            complete_task(task, by=by, at=at)
        elif task.due_at <= due_at:
            snooze_task(task, until=due_at + timedelta(days=1), by=by, at=at)


def wait(journey: Journey, *, at: datetime) -> None:
    """It is their turn: nothing of ours is open but what the rules do by themselves."""
    for task in steps_of(journey):
        complete_task(task, note="Now it is their turn", by=owner_of(journey), at=at)


def moves_on(journey: Journey) -> set[str]:
    """The rules whose steps, once done, bring it to another stage."""
    return {
        rule for stage in document_at(journey.playbook_id).stages.values() for way in stage.next for rule in way.done
    }


def steps_of(journey: Journey) -> QuerySet[Task]:
    """The open steps of people."""
    return Task.objects.filter(journey=journey, status="open", kind__in=PERSON_KINDS).select_related(
        "journey__playbook", "journey__stage", "journey__contact", "journey__owner"
    )

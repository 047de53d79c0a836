"""Undo: how a journey stood before a person did something, and bringing that back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.db import transaction

from trellis.conversations.actions import queue_again, take_back_calls, take_back_messages
from trellis.core.refusal import Refused
from trellis.events.catalogue import CATALOGUE, ActUndone
from trellis.events.models import Event
from trellis.journeys.apply import Tell, apply, reading
from trellis.journeys.engine.records import record_of
from trellis.journeys.models import Act, Journey, Task
from trellis.team.actions.notices import forget_notices
from trellis.team.models import User

# What a state does not hold, as it stood. The rest of a journey's columns follow from the state.
COLUMNS = (
    "stage_entered_at", "assigned_at", "priority_at", "taken_over_at", "heard_at", "spoke_at", "delivered_at",
    "parked_until", "parked_reason", "closed_at", "outcome", "closed_reason",
)  # fmt: skip


def undoable[Subject: (Journey, Task), **How, Done](
    act: Callable[Concatenate[Subject, How], Done],
) -> Callable[Concatenate[Subject, How], Done]:
    """An action of a person on a journey or a step (`by`, `at`) that can be taken back."""

    @wraps(act)
    def recorded(subject: Subject, /, *args: How.args, **how: How.kwargs) -> Done:
        journey = subject.journey if isinstance(subject, Task) else subject
        by, at = how["by"], how["at"]
        assert isinstance(by, User)
        assert isinstance(at, datetime)
        with recording(journey, by=by, at=at):
            return act(subject, *args, **how)

    return recorded


@contextmanager
def recording(journey: Journey, *, by: User, at: datetime) -> Iterator[None]:
    """Keep how the journey stands now; whatever is done to it inside becomes one act, in one transaction."""
    with transaction.atomic():
        journey.refresh_from_db(from_queryset=Journey.objects.select_for_update())
        if not Act.objects.filter(journey=journey, at=at).exists():
            Act.objects.filter(journey=journey, undone_at=None).delete()
            Act.objects.create(journey=journey, by=by, at=at, before=standing(journey))
        yield


def standing(journey: Journey) -> dict[str, Any]:
    _, state = reading(journey)
    values = {name: getattr(journey, name) for name in COLUMNS}
    columns = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    return {"state": record_of(state), "columns": columns}


def act_at(journey_id: UUID, at: datetime) -> Act | None:
    """What was done to the journey at this moment, when it can be taken back."""
    return Act.objects.filter(journey=journey_id, at=at, undone_at=None).first()


@transaction.atomic
def undo_act(act: Act, *, by: User, at: datetime) -> Journey:
    """Bring back what stood before. Refused once anything else has happened, or a message has left."""
    journey = Journey.objects.select_for_update().get(pk=act.journey_id)
    require_nothing_since(act)
    require_all_here(act)
    take_back_messages(journey.pk, written_at=act.at, by=by, at=at)
    queue_again(suppressed_by(act), written_before=act.at, at=at)
    take_back_calls(journey.pk, started_at=act.at, by=by, at=at)
    forget_notices(journey.pk, told_at=act.at, at=at)
    act.undone_at = at
    act.save(update_fields=["undone_at"])
    undone = ActUndone(what=what_was_done(act), acted_at=act.at, before=act.before, by=str(by.pk))
    apply([Tell(journey_id=journey.pk, fact=undone, by=by.pk)], at=at)
    journey.refresh_from_db()
    return journey


def require_nothing_since(act: Act) -> None:
    """Another act on the same journey has taken this one's place, or the log goes on after it."""
    now = Act.objects.filter(pk=act.pk).first()
    if now and now.undone_at:
        raise Refused("undone_already", "That was taken back already.")
    since = Event.objects.filter(journey_id=act.journey_id, at__gt=act.at).order_by("at", "id").first()
    if since and since.key.startswith("message."):
        raise Refused("sent_since", "A message has left since then, so this cannot be taken back. Change it by hand.")
    if since or now is None:
        raise Refused("changed_since", "Something else happened here since then. Look again, and change it by hand.")


def require_all_here(act: Act) -> None:
    """Whoever had it or a step of it before still works here."""
    state = act.before["state"]
    theirs = {state["owner"], *(task["assignee"] for task in state["tasks"])} - {""}
    gone = User.objects.filter(pk__in=theirs).exclude(deactivated_at=None).order_by("name").first()
    if gone and state["status"] != "closed":
        sentence = f"{gone.first_name} has left since then, so this cannot be taken back. Change it by hand."
        raise Refused("left_since", sentence)


def suppressed_by(act: Act) -> list[str]:
    """The messages that it kept from leaving."""
    told = Event.objects.filter(journey_id=act.journey_id, at=act.at, key="message.suppressed")
    return [payload["message_id"] for payload in told.values_list("payload", flat=True)]


def what_was_done(act: Act) -> str:
    """In a few words: snoozed “Call Dana”."""
    first = Event.objects.filter(journey_id=act.journey_id, at=act.at, by=act.by_id).order_by("id").first()
    if first is None:
        return "a message"
    return CATALOGUE[first.key].label.format(**first.payload | {"actor": ""}).strip()

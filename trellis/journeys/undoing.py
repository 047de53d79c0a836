"""Undo: how a journey stood before a person did something, and bringing that back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from trellis.conversations.actions import queue_again, take_back_calls, take_back_messages
from trellis.core.refusal import Refused
from trellis.core.rows import insert_rows
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import CATALOGUE, ActUndone, OwnerGone
from trellis.events.models import Event
from trellis.journeys.apply import Tell, apply, load_states, lock
from trellis.journeys.engine.records import record_of
from trellis.journeys.engine.state import State
from trellis.journeys.models import Act, Journey, Task
from trellis.people.models import Contact
from trellis.team.actions.notices import forget_notices
from trellis.team.models import User
from trellis.team.undoing import GONE, change_at, undo_change

# What a state does not hold, as it stood. The rest of a journey's columns follow from the state.
COLUMNS = (
    "stage_entered_at", "assigned_at", "priority_at", "taken_over_at", "heard_at", "spoke_at", "delivered_at",
    "parked_until", "parked_reason", "closed_at", "outcome", "closed_reason",
)  # fmt: skip
# A message of ours that is out of our hands, or may be.
LEFT = ("message.handed_over", "message.delivered", "message.failed", "message.in_doubt")
UNDONE = "That was taken back already."
CHANGED = "Something else happened here since then. Look again, and change it by hand."


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
def recording(journey: Journey, *, by: User | None, at: datetime) -> Iterator[None]:
    """Keep how the journey stands now; whatever is done to it inside becomes one act, in one transaction.

    Where nobody does it, nothing is kept.
    """
    if by is None:
        yield
        return
    with transaction.atomic():
        journey.refresh_from_db(from_queryset=Journey.objects.select_for_update())
        record_acts([journey.pk], by=by, at=at)
        yield


@contextmanager
def recording_talk(contact: Contact, *, by: User, at: datetime) -> Iterator[None]:
    """What is said inside, to somebody outside of any journey, becomes one act."""
    with transaction.atomic():
        keep([Act(contact=contact, by=by, at=at, before={})], Act.objects.filter(contact=contact, journey=None))
        yield


def record_acts(journey_ids: Iterable[UUID], *, by: User, at: datetime) -> None:
    """Keep how these journeys stand, before one act changes all of them. What happens at one moment is one act."""
    wanted = set(journey_ids)
    journeys = lock(wanted - set(Act.objects.filter(journey__in=wanted, at=at).values_list("journey", flat=True)))
    states = load_states(journeys)
    acts = [
        Act(journey=journey, contact=journey.contact, by=by, at=at, before=standing(journey, states[pk]))
        for pk, journey in journeys.items()
    ]
    keep(acts, Act.objects.filter(journey__in=list(journeys)))


def record_start(journey: Journey, *, by: User, at: datetime) -> None:
    """This journey began with what a person did: there was nothing before."""
    keep([Act(journey=journey, contact=journey.contact, by=by, at=at, before={})], Act.objects.none())


def keep(acts: Iterable[Act], others: QuerySet[Act]) -> None:
    """Of those that were not taken back only the last is kept."""
    others.filter(undone_at=None).delete()
    insert_rows(acts)


def standing(journey: Journey, state: State) -> dict[str, Any]:
    values = {name: getattr(journey, name) for name in COLUMNS}
    columns = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    return {"state": record_of(state), "columns": columns}


def act_at(journey_id: UUID, at: datetime) -> Act | None:
    """What was done to the journey at this moment, when it can be taken back."""
    return Act.objects.filter(journey=journey_id, at=at, undone_at=None).first()


def talk_at(contact_id: UUID, at: datetime) -> Act | None:
    """What was said to them outside of any journey at this moment, when it can be taken back."""
    return Act.objects.filter(contact=contact_id, journey=None, at=at, undone_at=None).first()


@transaction.atomic
def undo_act(act: Act, *, by: User, at: datetime) -> Journey | None:
    """Bring back what stood before. Refused once anything else has happened, or a message has left."""
    Contact.objects.select_for_update(no_key=True).get(pk=act.contact_id)
    journey = Journey.objects.select_for_update().get(pk=act.journey_id) if act.journey_id else None
    require_nothing_since(act)
    require_all_here(act)
    take_back_messages(act.contact_id, act.journey_id, written_at=act.at, by=by, at=at)
    queue_again(suppressed_by(act), written_before=act.at, at=at)
    take_back_calls(act.contact_id, act.journey_id, started_at=act.at, at=at)
    act.undone_at = at
    act.save(update_fields=["undone_at"])
    undone = ActUndone(what=what_was_done(act), acted_at=act.at, before=act.before, by=str(by.pk))
    if journey is None:
        announce([Announcement(fact=undone, at=at, contact_id=act.contact_id, by=by.pk)])
        return None
    forget_notices(journey.pk, told_at=act.at, at=at)
    apply([Tell(journey_id=journey.pk, fact=undone, by=by.pk)], at=at)
    journey.refresh_from_db()
    return journey


@dataclass(frozen=True)
class GivenBack:
    """How many of the journeys that had passed on came back; with the others something has happened since."""

    back: int
    stayed: int


@transaction.atomic
def undo_release(user: User, *, by: User, at: datetime) -> GivenBack:
    """Somebody who was said to have left is here again, with all that nobody has touched since."""
    left_at = user.deactivated_at
    change = change_at(by=by, at=left_at) if left_at else None
    if left_at is None or change is None:
        raise Refused("too_late", GONE)
    passed_on = Event.objects.filter(key=OwnerGone.key, at=left_at, by=by).count()
    undo_change(change, by=by, at=at)
    acts = Act.objects.filter(by=by, at=left_at, undone_at=None).exclude(journey=None).order_by("journey")
    back = sum(goes_back(act, by=by, at=at) for act in acts)
    user.refresh_from_db()
    return GivenBack(back=back, stayed=passed_on - back)


def goes_back(act: Act, *, by: User, at: datetime) -> bool:
    try:
        undo_act(act, by=by, at=at)
    except Refused:
        return False
    return True


def refuse_with_work(user: User, columns: dict[str, Any] | None) -> None:
    """Undo would let somebody go who was given something to do meanwhile."""
    if columns is None or not columns.get("deactivated_at"):
        return
    has_work = Task.objects.filter(assignee=user, status="open").exists()
    if has_work or Journey.objects.exclude(status="closed").filter(owner=user).exists():
        sentence = f"{user.first_name} has been given work since then. Say that {user.first_name} has left instead."
        raise Refused("used_since", sentence)


def require_nothing_since(act: Act) -> None:
    """Another act on the same journey has taken this one's place, or the log goes on after it."""
    now = Act.objects.filter(pk=act.pk).first()
    if now and now.undone_at:
        raise Refused("undone_already", UNDONE)
    since = told_of(act).filter(at__gt=act.at).order_by("at", "id").first()
    if since and since.key in LEFT:
        raise Refused("sent_since", "A message has left since then, so this cannot be taken back. Change it by hand.")
    if since or now is None:
        raise Refused("changed_since", CHANGED)


def require_all_here(act: Act) -> None:
    """Whoever had it or a step of it before still works here."""
    state = act.before.get("state") or {"status": "closed"}
    if state["status"] == "closed":
        return
    theirs = {state["owner"], *(task["assignee"] for task in state["tasks"])} - {""}
    if gone := User.objects.filter(pk__in=theirs).exclude(deactivated_at=None).order_by("name").first():
        sentence = f"{gone.first_name} has left since then, so this cannot be taken back. Change it by hand."
        raise Refused("left_since", sentence)


def told_of(act: Act) -> QuerySet[Event]:
    return Event.objects.filter(contact_id=act.contact_id, journey_id=act.journey_id)


def suppressed_by(act: Act) -> list[str]:
    """The messages that it kept from leaving."""
    told = told_of(act).filter(at=act.at, key="message.suppressed")
    return [payload["message_id"] for payload in told.values_list("payload", flat=True)]


def what_was_done(act: Act) -> str:
    """In a few words: snoozed “Call Dana”."""
    first = told_of(act).filter(at=act.at, by=act.by_id).order_by("id").first()
    if first is None:
        return "a message"
    if first.key == "signal.captured":
        return "an enquiry" if act.before else "a new lead"
    return CATALOGUE[first.key].label.format(**first.payload | {"actor": ""}).strip()

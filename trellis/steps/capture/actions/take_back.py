"""Taking back what a person let in: a lead written down by hand, or a signal that had been set aside."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.intake import actions as intake
from trellis.intake.models import Signal, SignalState
from trellis.journeys.models import Journey
from trellis.journeys.undoing import CHANGED, act_at, undo_act
from trellis.people.actions import withdraw_contacts
from trellis.people.models import Contact
from trellis.team.models import User
from trellis.team.undoing import change_at, undo_change


@transaction.atomic
def take_back_signal(signal: Signal, *, by: User, at: datetime) -> Signal:
    """All stands as if they had not let it in: the journey, the person, and the signal itself, which is set aside.

    Refused once anything else has happened with the person, or a message has left.
    """
    signal = Signal.objects.select_for_update().get(pk=signal.pk)
    if signal.state == SignalState.SET_ASIDE:
        raise Refused("undone_already", "It is set aside: there is nothing to take back.")
    if signal.let_in_by != by:
        raise Refused("changed_since", CHANGED)
    if signal.state != SignalState.WAITING:
        take_back_lead(signal, by=by, at=at)
        signal.refresh_from_db()
    return signal if signal.state == SignalState.SET_ASIDE else intake.take_back(signal, by=by, at=at)


def take_back_lead(signal: Signal, *, by: User, at: datetime) -> None:
    """What came of it: the act on the journey, and what was learned of people who were known before."""
    assert signal.journey_id
    assert signal.settled_at
    act = act_at(signal.journey_id, signal.settled_at)
    if act is None:
        raise Refused("changed_since", CHANGED)
    brought = brought_by(signal)
    undo_act(act, by=by, at=at)
    if change := change_at(by=by, at=signal.settled_at):
        undo_change(change, by=by, at=at)
    if brought:
        withdraw_contacts([brought.pk], at=at)


def brought_by(signal: Signal) -> Contact | None:
    """The person, when nobody knew them before and nothing else has happened with them since."""
    contact = Contact.objects.select_for_update(no_key=True).filter(signals=signal).first()
    if contact is None or contact.created_at != signal.settled_at:
        return None
    others = Journey.objects.filter(~Q(pk=signal.journey_id), contact=contact)
    since = Event.objects.filter(contact_id=contact.pk, at__gt=signal.settled_at)
    return None if others.exists() or since.exists() else contact

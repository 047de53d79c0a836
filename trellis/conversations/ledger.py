"""The outbound ledger at work: whatever is due leaves at most once, and nothing is lost without a word.

A worker takes a batch in hand (a short lease on queued rows), then for each message commits `sending` with a longer
lease before it calls the outside, and records the outcome after. So a worker that dies leaves at most one message
whose fate is unknown; the others it had in hand are free again within a minute.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from trellis.conversations import transports
from trellis.conversations.actions import NOT_CONNECTED, suppress
from trellis.conversations.models import Message, MessageQuerySet, MessageState
from trellis.conversations.outcomes import mark_failed, mark_handed_over, mark_in_doubt, put_off
from trellis.conversations.transports import NotSent, Receipt, Unreachable, Unsure

log = logging.getLogger(__name__)

IN_HAND = timedelta(minutes=1)
SENDING = timedelta(minutes=10)  # Longer than any transport's own timeouts together.
ASK_AGAIN = timedelta(minutes=2)  # A provider may need a moment before it lists what it took.
ASK_FOR = timedelta(hours=1)
TRY_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))
BATCH = 500

STOPPED = "the connection or this program stopped while it was being sent"

Outcome = Receipt | NotSent | Unsure | None


def deliver_due(*, at: datetime, limit: int = 50) -> int:
    """Send what is due, up to `limit` messages; how many were tried. Call it outside any transaction.

    Any number of workers may call it at once. Messages of a channel that is not connected are held instead.
    """
    clock = _clock(at)
    _release_held(at)
    unreachable: dict[str, NotSent] = {}
    tried = 0
    for message in _take_in_hand(at, limit):
        if clock() >= at + IN_HAND or not _begin(message, clock()):
            continue
        outcome = unreachable.get(message.channel) or _call(message)
        if isinstance(outcome, Unreachable):
            unreachable[message.channel] = outcome
        if isinstance(outcome, Unsure):
            outcome = _found_at_once(message, outcome)
        _record_safely(message, outcome, clock())
        tried += 1
    return tried


def hand_over_here(message: Message, *, at: datetime) -> bool:
    """Hand over a message that is kept while its channel is not connected, on the screen: whoever it is for sees it.

    Only for a test lead, whose customer is the one who sits there. True when that was news.
    """
    with transaction.atomic():
        kept = Message.objects.held().filter(id=message.id, held=NOT_CONNECTED)
        began = kept.update(state=MessageState.SENDING, held="", lease_until=at + SENDING, attempts=F("attempts") + 1)
        return bool(began) and mark_handed_over(message, provider_id="on-screen", at=at)


def resolve_doubt(*, at: datetime, limit: int = 50) -> int:
    """Settle what was `sending` when its worker went silent; how many were looked at."""
    clock = _clock(at)
    doubtful = _take(Message.objects.expired(at), at + ASK_AGAIN, limit)
    for message in doubtful:
        _record_safely(message, _what_became_of(message), clock())
    return len(doubtful)


def _clock(at: datetime) -> Callable[[], datetime]:
    """The time that goes on from `at` while the outside takes its time."""
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)


def _release_held(at: datetime) -> None:
    """Let go what was kept while a channel was not connected; what is too old by now stays unsent and says so."""
    kept = Message.objects.held().filter(held=NOT_CONNECTED, channel__in=transports.connected_channels())
    too_old = kept.filter(created_at__lt=at - Message.KEPT_FOR)
    while kept.exists():
        with transaction.atomic():
            kept.exclude(created_at__lt=at - Message.KEPT_FOR).update(held="", send_at=at)
            late = list(too_old.select_for_update(skip_locked=True)[:BATCH])
            suppress(late, reason="kept while not connected", at=at)
        if not late:
            break


def _take_in_hand(at: datetime, limit: int) -> list[Message]:
    """Claim a batch of due messages, holding back those whose channel is not connected and those to nobody real."""
    taken = _take(Message.objects.due(at), at + IN_HAND, limit)
    held = [message.id for message in taken if not transports.is_connected(message.channel)]
    if held:
        ours = Message.objects.filter(id__in=held, state=MessageState.QUEUED)
        ours.update(held=NOT_CONNECTED, send_at=None, lease_until=None)
    free = [message for message in taken if message.id not in held]
    samples = [message for message in free if is_to_a_sample(message)]
    if samples:
        with transaction.atomic():
            suppress(samples, reason="a sample customer: nothing leaves", at=at)
    return [message for message in free if message not in samples]


def is_to_a_sample(message: Message) -> bool:
    """The demo's customers have made-up addresses that may belong to somebody."""
    return message.contact.sampled_at is not None and not transports.is_for_samples(message.channel)


def _take(rows: MessageQuerySet, lease_until: datetime, limit: int) -> list[Message]:
    """Put a lease on up to `limit` of these rows that no other worker holds."""
    if not rows.exists():  # Spares SQLite the write lock of an idle round.
        return []
    with transaction.atomic():
        free = rows.order_by("send_at", "id").select_related("contact", "written_by")
        taken = list(free.select_for_update(skip_locked=True, of=("self",))[:limit])
        Message.objects.filter(id__in=[message.id for message in taken]).update(lease_until=lease_until)
    for message in taken:
        message.lease_until = lease_until
    return taken


def _begin(message: Message, at: datetime) -> bool:
    """Commit that the call is about to be made; False when the message was withdrawn or taken over meanwhile."""
    ours = Message.objects.filter(id=message.id, state=MessageState.QUEUED, lease_until=message.lease_until)
    began = ours.update(state=MessageState.SENDING, lease_until=at + SENDING, attempts=F("attempts") + 1)
    message.state = MessageState.SENDING
    message.attempts += 1
    return bool(began)


def _call(message: Message) -> Outcome:
    transport = transports.transport_for(message.channel)
    if transport is None:
        return NotSent("this channel is not connected any more")
    try:
        return transport.send(message)
    except (NotSent, Unsure) as outcome:
        return outcome
    except Exception as error:
        log.exception("Message %s broke its transport", message.id)
        return Unsure(f"the sending program failed: {type(error).__name__}")


def _found_at_once(message: Message, unsure: Unsure) -> Outcome:
    """Ask right after a broken call. Only "there it is" and "nobody can say" count: "not here" may be too early."""
    message.reason = unsure.reason
    found = _what_became_of(message)
    return found if found is None or isinstance(found, Receipt) else unsure


def _what_became_of(message: Message) -> Outcome:
    """Receipt, NotSent, Unsure (ask again later) or None: nobody can say."""
    if message.handed_over_at:
        return Receipt(message.provider_id)  # It was accepted; only the telling failed.
    transport = transports.transport_for(message.channel)
    if transport is None or not transport.is_connected():
        return None
    try:
        return transport.look_up(message)
    except (NotSent, Unsure) as outcome:
        return outcome
    except Exception as error:
        log.exception("Looking up message %s failed", message.id)
        return Unsure(f"looking it up failed: {type(error).__name__}")


def _record_safely(message: Message, outcome: Outcome, at: datetime) -> None:
    """Record the outcome. Should a subscriber fail on it, keep at least the evidence: the telling is tried again."""
    try:
        _record(message, outcome, at)
    except Exception:
        log.exception("The outcome of message %s could not be told", message.id)
        if isinstance(outcome, Receipt):
            still = Message.objects.filter(id=message.id, state=MessageState.SENDING)
            accepted_at = message.handed_over_at or at
            still.update(handed_over_at=accepted_at, provider_id=outcome.provider_id[:120], lease_until=at + ASK_AGAIN)


def _record(message: Message, outcome: Outcome, at: datetime) -> None:
    match outcome:
        case Receipt(provider_id):
            mark_handed_over(message, provider_id=provider_id, at=message.handed_over_at or at)
        case NotSent(permanent=True):
            mark_failed(message, reason=outcome.reason, at=at)
        case NotSent():
            _try_again(message, outcome.reason, at)
        case Unsure():
            _ask_later(message, outcome.reason, at)
        case None:
            mark_in_doubt(message, reason=message.reason or STOPPED, at=at)


def _try_again(message: Message, reason: str, at: datetime) -> None:
    if message.attempts > len(TRY_AGAIN):
        mark_failed(message, reason=f"given up after {message.attempts} attempts: {reason}", at=at)
    else:
        put_off(message, reason=reason, until=at + TRY_AGAIN[message.attempts - 1])


def _ask_later(message: Message, reason: str, at: datetime) -> None:
    """Leave it `sending` until the provider can be asked; give up after an hour."""
    if message.send_at and at - message.send_at > ASK_FOR:
        mark_in_doubt(message, reason=reason, at=at)
    else:
        still = Message.objects.filter(id=message.id, state=MessageState.SENDING)
        still.update(reason=reason[:240], lease_until=at + ASK_AGAIN)

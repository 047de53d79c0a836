"""Carrying a change of version out: a batch of journeys in one transaction, as often as the worker comes by.

A worker that dies leaves whole journeys behind, each on one version: its transaction was not committed, and the next
worker takes up the same rows.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from trellis.conversations.actions import withdraw
from trellis.events.catalogue import PlaybookChanged
from trellis.journeys.apply import Failure, Tell, apply_or_report, lock
from trellis.journeys.changes import ON_THEIR_WAY, still_to_change
from trellis.journeys.crossing import Crossing
from trellis.journeys.models import Act, InFlight, Journey, VersionChange
from trellis.journeys.outgoing import unasked
from trellis.journeys.publish import document_of

# Nobody else may write on SQLite meanwhile, so a batch grows and shrinks to stay well below a tenth of a second.
AIM_SECONDS, SMALLEST, LARGEST = 0.04, 1, 200
# Other processes may start journeys on the version before for as long as they remember it.
SETTLING = timedelta(seconds=5)
MOST_MISSED = 1_000


def change_journeys(*, at: datetime) -> int:
    """Bring the next batch of each change that is under way to its version; how many journeys that were."""
    waiting = VersionChange.objects.filter(ended_at=None, paused_at=None).values_list("pk", flat=True)
    return sum(take_batch(pk, at) for pk in list(waiting))


def take_batch(pk: UUID, at: datetime) -> int:
    started = time.monotonic()
    with transaction.atomic():
        change = (
            VersionChange.objects.select_related("to")
            .select_for_update(skip_locked=True, of=("self",))
            .filter(pk=pk)
            .first()
        )
        if change is None or change.ended_at or change.paused_at:
            return 0
        rows = next_batch(change)
        failures = tell(change, rows, at)
        change.done += len(rows) - len(failures)
        change.missed |= {str(failure.tell.journey_id): failure.error[:300] for failure in failures}
        # Journeys that came meanwhile count too.
        change.total = max(change.total, change.done + len(change.missed))
        if rows:
            change.batch = fitting(change.batch, time.monotonic() - started)
        elif at > change.begun_at + SETTLING or len(change.missed) >= MOST_MISSED:
            change.ended_at = at
            change.total = change.done + len(change.missed)
        change.save(update_fields=["done", "missed", "total", "batch", "ended_at"])
    return len(rows)


def fitting(batch: int, seconds: float) -> int:
    """The size of the next batch, so that it takes about as long as it should; never much larger than the last."""
    wanted = int(batch * AIM_SECONDS / max(seconds, 0.001))
    return max(SMALLEST, min(wanted, batch * 2, LARGEST))


def next_batch(change: VersionChange) -> list[Journey]:
    """Held from here on: what each is told depends on how it stands."""
    found = still_to_change(change).exclude(pk__in=list(change.missed)).values_list("pk", flat=True)
    return [journey for journey in lock(set(found[: change.batch])).values() if is_meant(change, journey)]


def is_meant(change: VersionChange, journey: Journey) -> bool:
    """Somebody may have closed it, or decided about it, while we waited for it."""
    walks = journey.status in ON_THEIR_WAY and (change.only_held or journey.playbook_id != change.to_id)
    return walks and (journey.held_at is not None if change.only_held else True)


def tell(change: VersionChange, journeys: Sequence[Journey], at: datetime) -> list[Failure]:
    """What was done to them before cannot be taken back across versions."""
    if not journeys:
        return []
    facts = facts_for(change, journeys)
    Act.objects.filter(journey__in=facts, undone_at=None).delete()
    tells = [Tell(journey_id=pk, fact=fact, by=change.begun_by_id) for pk, fact in facts.items()]
    failures = apply_or_report(tells, at)
    if change.how == InFlight.MAP:
        gone_over = facts.keys() - {failure.tell.journey_id for failure in failures}
        reason = f"Version {change.to.version} does not ask for it"
        withdraw(unasked(gone_over, document_of(change.to)), reason=reason, at=at)
    return failures


def facts_for(change: VersionChange, journeys: Sequence[Journey]) -> dict[UUID, PlaybookChanged]:
    by = str(change.begun_by_id or "")
    if change.how == InFlight.MAP:
        to = change.to
        return Crossing(journeys, document_of(to), to.version, change.mapping, str(to.pk)).facts(by=by)
    holds = change.how == InFlight.HOLD
    what = f"Stands still: version {change.to.version} was published" if holds else "Finishes on the version it has"
    return {
        journey.pk: PlaybookChanged(
            how=change.how,
            version=change.to.version if holds else journey.playbook.version,
            what=what,
            stage=journey.stage.key,
            by=by,
        )
        for journey in journeys
    }

"""Long work: steps that are small enough to hold nobody up, done by whichever worker comes first.

A room registers a kind with the step that carries it on. A step does one batch in one transaction, moves `done` and
`kept` on, and ends the run by `end_run`. Whoever dies in the middle leaves a lease that runs out: it is done anew.
A step that goes wrong unexpectedly, or ends whoever does it, is tried again a few times, and then the run has failed: a
person may let it go on.
"""

import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from trellis.core.refusal import Refused
from trellis.core.sqlite.log import log_left_alone
from trellis.team.models import Run, RunPart, User

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
# So long whoever claimed a run does step after step of it, in seconds, before it is somebody's turn again.
TURN = 0.5
# How long it rests each time that a step went wrong unexpectedly. Once more, and it has failed.
RESTS = (timedelta(0), timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=3))
FAILED = (
    f"It stopped where it stands: something went wrong that Trellis did not expect, {len(RESTS) + 1} times in a row. "
    "What was done so far stays. Let it go on under Work to try it again; the log of Trellis says what went wrong."
)
ENDS_ALL = (
    f"It stopped where it stands: whatever worked on it was ended in the middle of a step, {len(RESTS) + 1} times in a "
    "row, as happens where memory runs out. What was done so far stays. Let it go on under Work to try it again."
)

# Carries the run on by one batch. What it changes of the run it saves itself, in its own transaction.
Step = Callable[[Run, datetime], None]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`undo` takes back one part; None where a run of this kind cannot be taken back.

    `stops` says in a sentence why whoever began it, as they stand now, may not go on with it; empty where they may.
    """

    step: Step
    undo: Callable[[Run, RunPart, datetime], int] | None = None
    stops: Callable[[Run], str] = lambda run: ""


_kinds: dict[str, Kind] = {}
_at_work: ContextVar[UUID | None] = ContextVar("_at_work", default=None)
UNDO = "undo"
RUNNING = Q(ended_at=None, paused_at=None)


def register_kind(key: str, kind: Kind) -> None:
    """Called from `AppConfig.ready`."""
    _kinds[key] = kind


def begin_run(
    *,
    kind: str,
    title: str,
    given: dict[str, Any],
    total: int | None = None,
    by: User,
    at: datetime,
    at_once: bool = False,
) -> Run:
    """Put it among what the workers do: it begins within a second. `at_once` it is done before this returns."""
    lease = claimed(at) if at_once else {}
    run = Run.objects.create(kind=kind, title=title[:160], given=given, total=total, by=by, created_at=at, **lease)
    if at_once:
        carry_through(run, at)
    return run


def pause_run(run: Run, *, at: datetime) -> Run:
    """Stop after the step that is under way."""
    return _set(run, at, paused_at=at) if run.paused_at is None else run


def go_on(run: Run, *, at: datetime) -> Run:
    """From where it stands, one that has failed too. Any other that is through stays so."""
    began, stood_since = run.started_at, run.paused_at or (run.ended_at if run.has_failed else None)
    Run.objects.filter(pk=run.pk, attempts__gt=0, ended_at__isnull=False).update(ended_at=None, said="", attempts=0)
    _set(run, at, paused_at=None)
    if began and stood_since:
        # How fast it goes is reckoned from its beginning: as long as it stood, it began later.
        _set(run, at, started_at=began + (at - stood_since))
    run.refresh_from_db()
    return run


def undo_run(run: Run, *, by: User, at: datetime, at_once: bool = False) -> Run:
    """Take back all that it did, the last first. One that is under way is ended first. `at_once` as in `begin_run`."""
    kind = _kinds.get(run.kind)
    with transaction.atomic():
        held = Run.objects.select_for_update().get(pk=run.pk)
        if kind is None or kind.undo is None:
            raise Refused("cannot_undo", "This cannot be taken back.")
        if hasattr(held, "undone_by"):
            raise Refused("undone_already", "That is being taken back already.")
        if held.ended_at is None or held.has_failed:
            end_run(held, "Stopped, and taken back.", at=at)
        lease = claimed(at) if at_once else {}
        back = Run.objects.create(
            kind=UNDO,
            title=f"Taking back: {held.title}"[:160],
            total=held.parts.count(),
            by=by,
            created_at=at,
            undoes=held,
            **lease,
        )
    if at_once:
        carry_through(back, at)
    return back


def hold(run: Run) -> bool:
    """Lock the run for the step's transaction. False where it was ended, paused or taken over meanwhile: then the step
    does nothing.
    """
    ours = run.lease_until
    run.refresh_from_db(fields=["ended_at", "paused_at", "lease_until"], from_queryset=Run.objects.select_for_update())
    return is_ours(run, ours)


def is_ours(run: Run, lease: datetime | None) -> bool:
    """Whether whoever claimed it until then may do its next step."""
    return run.ended_at is None and run.paused_at is None and run.lease_until == lease


def end_run(run: Run, said: str, *, at: datetime) -> None:
    """It is through, or cannot go on: `said` tells how it ended."""
    run.ended_at, run.said, run.lease_until, run.attempts = at, said[:400], None, 0
    run.save(update_fields=["ended_at", "said", "lease_until", "attempts", "done", "failed", "kept", "total"])


def keep_part(run: Run, rows: Sequence[dict[str, Any]]) -> None:
    """Remember what this step changed."""
    if rows:
        RunPart.objects.create(run=run, number=run.parts.count() + 1, rows=list(rows))


def work_runs(*, at: datetime, turn: float = TURN) -> int:
    """Step after step of the run that waits longest, for so many seconds; how many steps that was."""
    run = claim_run(at)
    if run is None:
        return 0
    lease = run.lease_until
    with log_left_alone():
        steps = carry_through(run, at, turn=turn)
    Run.objects.filter(pk=run.pk, lease_until=lease).update(lease_until=None, attempts=0)
    return steps


def carry_through(run: Run, at: datetime, *, turn: float = inf) -> int:
    """Step by step until it is through or no longer ours. What goes wrong unexpectedly is left to the workers."""
    lease, until, steps = run.lease_until, monotonic() + turn, 0
    while is_ours(run, lease) and (not steps or monotonic() < until):
        carry_on(run, at)
        steps += 1
        if run.attempts > 1 and is_ours(run, lease):
            _set(run, at, attempts=1)
    return steps


def carry_on(run: Run, at: datetime) -> None:
    """One step of a run that is ours for now."""
    kind = Kind(step=take_back) if run.kind == UNDO else _kinds.get(run.kind)
    if kind is None:
        end_run(run, "This version of Trellis does not know what to do with it.", at=at)
        return
    began = _at_work.set(run.pk)
    try:
        run.by = User.objects.get(pk=run.by_id)
        if said := kind.stops(run):
            stop(run, said, at)
        else:
            kind.step(run, at)
    except Refused as refused:
        end_run(run, refused.sentence, at=at)
    except Exception:
        log.exception("A step of %s (%s, run %s) went wrong", run.title, run.kind, run.pk)
        put_off(run, at)
    finally:
        _at_work.reset(began)


def stop(run: Run, said: str, at: datetime) -> None:
    """Before its next step; it may go on once there is nothing any more that stops it."""
    with transaction.atomic():
        if hold(run):
            fail(run, said, at)


def put_off(run: Run, at: datetime) -> None:
    """Let it rest, longer each time, while everything else goes on; in the end it has failed."""
    with transaction.atomic():
        run.refresh_from_db(from_queryset=Run.objects.select_for_update())
        if run.ended_at:
            return
        if run.attempts > len(RESTS):
            fail(run, FAILED, at)
            return
        run.lease_until = at + RESTS[run.attempts - 1]
        run.save(update_fields=["lease_until"])


def fail(run: Run, said: str, at: datetime) -> None:
    """It ends, but for the number of its attempts: by them `go_on` knows that it may go on."""
    run.ended_at, run.said, run.lease_until = at, said, None
    run.save(update_fields=["ended_at", "said", "lease_until"])


def run_at_work() -> UUID | None:
    """The run of which this is a step, where it is one."""
    return _at_work.get()


@transaction.atomic
def claim_run(at: datetime) -> Run | None:
    """Whoever is killed in a step cannot count it: so each claim counts, until a step goes well."""
    waiting = Run.objects.filter(RUNNING, Q(lease_until=None) | Q(lease_until__lte=at)).order_by("created_at", "pk")
    run = waiting.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
    if run and run.attempts > len(RESTS):
        log.error("Whatever worked on %s (%s, run %s) was ended in the middle of a step", run.title, run.kind, run.pk)
        fail(run, ENDS_ALL, at)
        return claim_run(at)
    if run:
        run.started_at = run.started_at or at
        run.lease_until = at + LEASE
        run.attempts += 1
        run.save(update_fields=["started_at", "lease_until", "attempts"])
    return run


def claimed(at: datetime) -> dict[str, Any]:
    """What a new run is where whoever begins it carries it on as well."""
    return {"started_at": at, "lease_until": at + LEASE, "attempts": 1}


def take_back(run: Run, at: datetime) -> None:
    """One part of what is taken back, the last that is left."""
    done = run.undoes
    assert done is not None
    undo = _kinds[done.kind].undo if done.kind in _kinds else None
    with transaction.atomic():
        if not hold(run):
            return
        part = done.parts.order_by("-number").first()
        if part is None or undo is None:
            end_run(run, said_of(run), at=at)
            return
        run.failed += undo(done, part, at)
        run.done += 1
        part.delete()
        run.save(update_fields=["done", "failed"])


def said_of(run: Run) -> str:
    if run.failed:
        return f"Taken back, but for {run.failed:,} that somebody changed since: those stay as they are."
    return "Taken back. Everything is as it was before."


def _set(run: Run, at: datetime, **values: Any) -> Run:
    for name, value in values.items():
        setattr(run, name, value)
    Run.objects.filter(pk=run.pk, ended_at=None).update(**values)
    return run

"""What becomes of the journeys on their way when another version goes live: begun here, carried out by `jobs`."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from trellis.core.refusal import Refused
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import HeldReleased
from trellis.journeys.models import InFlight, Journey, Playbook, VersionChange
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.sentences import joined
from trellis.team.models import User

LONGEST_REASON = 240
ON_THEIR_WAY = ("open", "parked")


def begin_change(
    to: Playbook,
    document: Document,
    *,
    how: str,
    mapping: Mapping[str, str],
    strict: bool,
    by: User | None,
    at: datetime,
    reason: str,
) -> VersionChange | None:
    """Let the journeys on their way follow to `to`, or stand still. One that is under way ends where it has come to.

    `strict` refuses to take them out of stages that are gone unless `mapping` says where to. None when they finish.
    """
    require_choice(how)
    end_change_of(to.key, at)
    if how == InFlight.FINISH:
        return None
    if how == InFlight.MAP:
        require_places(to, document, mapping, strict=strict)
    return create_change(to, how=how, mapping=mapping, only_held=False, by=by, at=at, reason=reason)


@transaction.atomic
def release_held(
    to: Playbook,
    document: Document,
    *,
    how: str,
    mapping: Mapping[str, str],
    by: User | None,
    at: datetime,
    reason: str = "",
) -> VersionChange:
    """Somebody has decided: those that stand still go over to the active version `to`, or finish on theirs."""
    if how not in (InFlight.MAP, InFlight.FINISH):
        raise Refused("unknown_choice", "Those that stand still either go over (map) or finish on theirs (finish).")
    if change_under_way(to.key):
        raise Refused("change_under_way", "Leads are still being changed. Wait until that is done, or pause it first.")
    if not held(to.key).exists():
        raise Refused("nobody_held", "Nobody stands still here.")
    if how == InFlight.MAP:
        require_places(to, document, mapping, strict=True, among=held(to.key))
    told = HeldReleased(playbook=to.key, version=to.version, how=how, reason=reason.strip()[:LONGEST_REASON])
    announce([Announcement(fact=told, at=at, by=by.pk if by else None)])
    return create_change(to, how=how, mapping=mapping, only_held=True, by=by, at=at, reason=reason)


def create_change(
    to: Playbook,
    *,
    how: str,
    mapping: Mapping[str, str],
    only_held: bool,
    by: User | None,
    at: datetime,
    reason: str,
) -> VersionChange:
    change = VersionChange(
        key=to.key,
        to=to,
        how=how,
        mapping=dict(mapping),
        only_held=only_held,
        total=0,
        reason=reason.strip()[:LONGEST_REASON],
        begun_at=at,
        begun_by=by,
    )
    change.total = still_to_change(change).count()
    change.ended_at = None if change.total else at
    change.save(force_insert=True)
    return change


def pause_change(change: VersionChange, *, by: User, at: datetime) -> VersionChange:
    """Stop after the batch in hand. Each journey is wholly on one version, so this may last."""
    return set_pause(change, by=by, at=at)


def resume_change(change: VersionChange, *, by: User, at: datetime) -> VersionChange:
    return set_pause(change, by=None, at=None)


@transaction.atomic
def set_pause(change: VersionChange, *, by: User | None, at: datetime | None) -> VersionChange:
    change.refresh_from_db(from_queryset=VersionChange.objects.select_for_update())
    if change.ended_at:
        raise Refused("change_ended", "That has come to its end by now.")
    change.paused_at, change.paused_by = at, by
    change.save(update_fields=["paused_at", "paused_by"])
    return change


def end_change_of(key: str, at: datetime) -> None:
    """A later decision takes the place of one that is still being carried out."""
    VersionChange.objects.filter(key=key, ended_at=None).update(ended_at=at, replaced_at=at)


def change_under_way(key: str) -> VersionChange | None:
    return VersionChange.objects.select_related("to", "begun_by").filter(key=key, ended_at=None).first()


def in_flight(key: str, *, without: Playbook | None = None) -> QuerySet[Journey]:
    """Journeys on their way, by the versions they walk: along one index, however many there are."""
    versions = Playbook.objects.filter(key=key)
    versions = versions.exclude(pk=without.pk) if without else versions
    # The ids themselves, not a subquery: SQLite would start from the journeys.
    ids = list(versions.values_list("pk", flat=True))
    return Journey.objects.filter(playbook__in=ids, status__in=ON_THEIR_WAY)


def held(key: str) -> QuerySet[Journey]:
    return in_flight(key).filter(held_at__isnull=False)


def still_to_change(change: VersionChange) -> QuerySet[Journey]:
    if change.only_held:
        return held(change.key)
    rows = in_flight(change.key, without=change.to)
    return rows if change.how == InFlight.MAP else rows.filter(held_at=None)


def standing_in(journeys: QuerySet[Journey]) -> dict[str, int]:
    """How many of them stand in each stage, by its key."""
    return dict(journeys.order_by().values_list("stage__key").annotate(count=Count("*")))


def require_choice(how: str) -> None:
    if how not in InFlight.values:
        raise Refused("unknown_choice", f"Journeys on their way {', '.join(InFlight.values[:-1])} or hold.")


def require_places(
    to: Playbook,
    document: Document,
    mapping: Mapping[str, str],
    *,
    strict: bool,
    among: QuerySet[Journey] | None = None,
) -> None:
    """Whoever stands in a stage that is gone must have one to go to."""
    if unknown := [stage for stage in mapping.values() if stage not in document.stages]:
        known = ", ".join(document.stages)
        raise Refused("unknown_stage", f"There is no stage “{unknown[0]}” in this version. Choose one of: {known}.")
    lost = {} if not strict else homeless(to, document, mapping, among)
    if lost:
        who = joined([f"{count:,} in {title}" for title, count in lost.items()], "and")
        raise Refused(
            "stage_unmapped",
            f"This version has no stage for those on their way who stand there: {who}. Say which stage they go to.",
        )


def homeless(
    to: Playbook, document: Document, mapping: Mapping[str, str], among: QuerySet[Journey] | None = None
) -> dict[str, int]:
    """Stages that are gone, not mapped and not empty, by their titles, with how many stand there."""
    rows = in_flight(to.key) if among is None else among
    counted = rows.order_by().values_list("stage__key", "stage__title").annotate(count=Count("*"))
    return {title: count for key, title, count in counted if key not in document.stages and key not in mapping}

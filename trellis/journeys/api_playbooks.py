"""Playbooks, their versions, and publishing, at the machine door."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from ninja import Query, Router

from trellis.api.needs import needs
from trellis.api.paging import PageOf, read_page
from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest
from trellis.core.refusal import Refused
from trellis.journeys.changes import change_under_way
from trellis.journeys.foresight import plan_of
from trellis.journeys.models import Playbook
from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
from trellis.journeys.publish import publish_playbook, roll_back_playbook
from trellis.journeys.schemas_playbooks import (
    PlanIn,
    PlanOut,
    PlaybookOut,
    PublishedOut,
    PublishIn,
    RollBackIn,
    VersionOut,
    VersionQuery,
    WholePlaybookOut,
)
from trellis.team.permissions import sees_all

router = Router(tags=["Playbooks"])

_PLACES = {
    "unknown_choice": "in_flight",
    "stage_unmapped": "mapping",
    "unknown_stage": "mapping",
    "unknown_version": "to",
}


@router.get("/playbooks", response=list[PlaybookOut], summary="List playbooks")
@needs("see", "playbook")
def list_playbooks(request: ApiRequest) -> list[PlaybookOut]:
    """The live version of each, in the order of their keys."""
    return [PlaybookOut.of(one) for one in Playbook.objects.filter(active_at__isnull=False).order_by("key")]


@router.get("/playbooks/{slug:key}", response=WholePlaybookOut, summary="Read a playbook")
@needs("see", "playbook")
def read_playbook(request: ApiRequest, key: str) -> WholePlaybookOut:
    """The live version with its text; and the change that is under way for journeys in flight, if one is."""
    return WholePlaybookOut.whole(_live(key), change_under_way(key) if sees_all(request.auth) else None)


@router.get("/playbooks/{slug:key}/versions", response=PageOf[VersionOut], summary="List the versions of a playbook")
@needs("see", "playbook")
def list_versions(request: ApiRequest, key: str, wanted: Query[VersionQuery]) -> PageOf[VersionOut]:
    """The newest first."""
    versions = Playbook.objects.filter(key=key).select_related("published_by").defer("source", "document")
    if not versions.exists():
        raise Http404
    return read_page(versions, _shown, wanted, by="published_at")


@router.post("/playbooks/{slug:key}/plan", response=PlanOut, summary="See what publishing a text would do")
@needs("see", "playbook")
def plan_playbook(request: ApiRequest, key: str, wanted: PlanIn) -> PlanOut:
    """What changes, in sentences; and what becomes of the journeys in flight. Nothing is written."""
    _require_sees_all(request)
    try:
        _require_key(key, wanted.source)
        plan = plan_of(wanted.source, at=request.at, how=wanted.in_flight, mapping=wanted.mapping)
    except PlaybookFaulty as faulty:
        raise _faults(faulty) from faulty
    return PlanOut.of(plan)


@router.post("/playbooks/{slug:key}/publish", response=PublishedOut, summary="Publish a version")
@needs("change", "playbook")
def publish_version(request: ApiRequest, key: str, wanted: PublishIn) -> PublishedOut:
    """New journeys start on it at once; those in flight do as `in_flight` says. For admins and managers."""
    _require_sees_all(request)
    how = wanted.model_dump(exclude={"source"})
    try:
        _require_key(key, wanted.source)
        published = publish_playbook(wanted.source, by=request.auth.created_by, at=request.at, **how)
    except PlaybookFaulty as faulty:
        raise _faults(faulty) from faulty
    except Refused as refusal:
        raise _problem(refusal) from refusal
    return PublishedOut.now(published, change_under_way(key))


@router.post("/playbooks/{slug:key}/roll-back", response=PublishedOut, summary="Roll back to an earlier version")
@needs("change", "playbook")
def roll_back(request: ApiRequest, key: str, wanted: RollBackIn) -> PublishedOut:
    """The text of that version goes live again as a new one, and journeys go back with it. For admins and managers."""
    _require_sees_all(request)
    _live(key)
    try:
        published = roll_back_playbook(key, by=request.auth.created_by, at=request.at, **wanted.model_dump())
    except Refused as refusal:
        raise _problem(refusal) from refusal
    return PublishedOut.now(published, change_under_way(key))


def _live(key: str) -> Playbook:
    found = Playbook.objects.filter(key=key, active_at__isnull=False).select_related("published_by").first()
    if found is None:
        raise Http404
    return found


def _shown(rows: Sequence[Playbook]) -> list[VersionOut]:
    return [VersionOut.of(row) for row in rows]


def _require_sees_all(request: ApiRequest) -> None:
    if not sees_all(request.auth):
        raise Problem(403, "not_allowed", "It concerns every journey in flight, and this token does not see them all.")


def _require_key(key: str, source: str) -> None:
    if (said := load_playbook(source).key) != key:
        detail = f"The text says `playbook: {said}`, and this is the address of {key}."
        raise Problem(422, "other_key", detail, errors=[{"pointer": "#/source", "detail": detail}])


def _faults(faulty: PlaybookFaulty) -> Problem:
    errors: list[dict[str, Any]] = [
        {"pointer": "#/source", "detail": f"{str(fault)[0].upper()}{str(fault)[1:]}."} for fault in faulty.faults
    ]
    more = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
    return Problem(422, "playbook_faulty", f"{errors[0]['detail']}{more}", errors=errors)


def _problem(refusal: Refused) -> Problem:
    if place := _PLACES.get(refusal.code):
        errors = [{"pointer": f"#/{place}", "detail": refusal.sentence}]
        return Problem(422, refusal.code, refusal.sentence, errors=errors)
    return Problem(409, refusal.code, refusal.sentence)

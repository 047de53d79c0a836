"""Long work at the machine door: how far it is, pausing it, going on, and taking it back."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from trellis.api.needs import needs
from trellis.api.paging import PageOf, Paging, read_page
from trellis.api.problems import refusals
from trellis.api.requests import ApiRequest
from trellis.api.runs import RunOut
from trellis.lists.api import person
from trellis.lists.permissions import may_steer, noun_of
from trellis.team.models import ApiToken, Run, User
from trellis.team.permissions import reach_of
from trellis.team.runs import go_on, pause_run, undo_run

router = Router(tags=["Long work"])


@router.get("/runs", response=PageOf[RunOut], summary="Find long work")
@needs("see", "contact")
def list_runs(request: ApiRequest, paging: Query[Paging]) -> PageOf[RunOut]:
    """What whoever made the token began, the newest first."""
    return read_page(_theirs(request), lambda rows: [RunOut.of(row) for row in rows], paging, by="created_at")


@router.get("/runs/{uuid:run_id}", response=RunOut, summary="See how far it is")
@needs("see", "contact")
def read_run(request: ApiRequest, run_id: UUID) -> RunOut:
    return RunOut.of(get_object_or_404(_theirs(request), pk=run_id))


@router.post("/runs/{uuid:run_id}/pause", response=RunOut, summary="Pause it")
@needs("see", "contact")
def pause_work(request: ApiRequest, run_id: UUID) -> RunOut:
    """The step that is under way is finished first."""
    pause_run(_to_change(request, run_id), at=request.at)
    return read_run(request, run_id)


@router.post("/runs/{uuid:run_id}/resume", response=RunOut, summary="Go on with it")
@needs("see", "contact")
def resume_work(request: ApiRequest, run_id: UUID) -> RunOut:
    go_on(_to_change(request, run_id), at=request.at)
    return read_run(request, run_id)


@router.post("/runs/{uuid:run_id}/undo", response=RunOut, summary="Take it back as a whole")
@needs("see", "contact")
def undo_work(request: ApiRequest, run_id: UUID) -> RunOut:
    """That is a run too, which is the answer. What somebody changed since stays as it is."""
    run = _to_change(request, run_id)
    with refusals(409):
        return RunOut.of(undo_run(run, by=person(request), at=request.at))


def _theirs(request: ApiRequest) -> QuerySet[Run]:
    return Run.objects.filter(by=request.auth.created_by).select_related("undone_by", "undoes")


def _to_change(request: ApiRequest, run_id: UUID) -> Run:
    """One that the token might begin itself. It is carried out as its person, so the token must reach as far."""
    run = get_object_or_404(_theirs(request), pk=run_id)
    noun = noun_of(run)
    if not may_steer(request.auth, run):
        raise PermissionDenied
    if noun and not reaches_as_far(request.auth, person(request), noun):
        raise PermissionDenied
    return run


def reaches_as_far(token: ApiToken, who: User, noun: str) -> bool:
    rights = (("see", "contact"), ("see", noun), ("change", noun))
    return all(reach_of(token, *right) >= reach_of(who, *right) for right in rights)

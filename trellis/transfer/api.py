"""Bringing a file in through the machine door: the file, how it is read, where its columns go, and how far it is."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from trellis.api.needs import needs
from trellis.api.paging import PageOf, Paging, read_page
from trellis.api.problems import Problem, no, refusals
from trellis.api.requests import ApiRequest, takes_file
from trellis.core.refusal import Refused
from trellis.team.models import User
from trellis.team.permissions import can_import
from trellis.transfer.actions import LARGEST, confirm_shape, set_plan, shape_of, start_import, take_file
from trellis.transfer.models import Import
from trellis.transfer.queries import failed_rows, preview_of
from trellis.transfer.schemas import ImportOut, ImportPlanIn, PreviewOut, ShapeIn

router = Router(tags=["Imports"])
A_CSV = {"responses": {200: {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}}}}}}


@router.post("/imports", response={201: ImportOut}, summary="Bring a file", openapi_extra=no(400, 411, 413, 415))
@needs("import", "contact")
@takes_file(LARGEST)
def add_import(request: ApiRequest, file: File[UploadedFile]) -> Status[ImportOut]:
    """CSV, XLSX or vCard. Nothing is written yet: the answer says what was understood, and what must be answered."""
    _require_import(request)
    person = _person(request)
    try:
        imported = take_file(file.name or "", file.chunks(), size=file.size or 0, by=person, at=request.at)
    except Refused as refused:
        errors = [{"pointer": "#/file", "detail": refused.sentence}]
        raise Problem(422, refused.code, refused.sentence, errors=errors) from refused
    return Status(201, ImportOut.of(imported))


@router.get("/imports", response=PageOf[ImportOut], summary="Find imports")
@needs("import", "contact")
def list_imports(request: ApiRequest, paging: Query[Paging]) -> PageOf[ImportOut]:
    """The newest first."""
    _require_import(request)
    rows = Import.objects.select_related("by", "run__undone_by")
    return read_page(rows, lambda found: [ImportOut.of(row) for row in found], paging, by="created_at")


@router.get("/imports/{uuid:import_id}", response=ImportOut, summary="Read an import")
@needs("import", "contact")
def read_import(request: ApiRequest, import_id: UUID) -> ImportOut:
    """What was understood, and how far it is."""
    return ImportOut.of(_found(request, import_id))


@router.put("/imports/{uuid:import_id}/shape", response=ImportOut, summary="Say how it is read", openapi_extra=no(409))
@needs("import", "contact")
def set_import_shape(request: ApiRequest, import_id: UUID, told: ShapeIn) -> ImportOut:
    """What the columns are is suggested anew."""
    imported = _not_begun(request, import_id)
    wanted: Any = {name: value for name, value in told.model_dump().items() if value is not None}
    _check_offered(imported, wanted)
    with refusals():
        return ImportOut.of(confirm_shape(imported, replace(shape_of(imported), **wanted), at=request.at))


@router.put("/imports/{uuid:import_id}/plan", response=ImportOut, summary="Say where columns go", openapi_extra=no(409))
@needs("import", "contact")
def set_import_plan(request: ApiRequest, import_id: UUID, told: ImportPlanIn) -> ImportOut:
    imported = _not_begun(request, import_id)
    return ImportOut.of(set_plan(imported, told.plan_for(imported)))


@router.get(
    "/imports/{uuid:import_id}/preview", response=PreviewOut, summary="See what it would do", openapi_extra=no(409)
)
@needs("import", "contact")
def preview_import(request: ApiRequest, import_id: UUID) -> PreviewOut:
    """Of the first 500 rows. Nothing is written."""
    with refusals(409):
        return PreviewOut.of(preview_of(_not_begun(request, import_id), at=request.at))


@router.post("/imports/{uuid:import_id}/start", response=ImportOut, summary="Start it")
@needs("import", "contact")
def begin_import(request: ApiRequest, import_id: UUID) -> ImportOut:
    """409 while a question is open. Workers do it: `run` says how far it is; pause and undo it under `/runs`."""
    imported = _found(request, import_id)
    with refusals(409):
        start_import(imported, by=_person(request), at=request.at)
    return read_import(request, import_id)


@router.get("/imports/{uuid:import_id}/failed.csv", summary="Take the rows to mend", openapi_extra=A_CSV)
@needs("import", "contact")
def read_failed_rows(request: ApiRequest, import_id: UUID) -> StreamingHttpResponse:
    """Those that were not brought in, or not whole, as they were, with what was wrong: mend them, and bring it."""
    return StreamingHttpResponse(failed_rows(_found(request, import_id)), content_type="text/csv; charset=utf-8")


def _require_import(request: ApiRequest) -> None:
    """A file finds whoever is known, so everybody must be theirs to see."""
    if not can_import(request.auth):
        raise Problem(
            403, "not_allowed", "Only a token that sees everybody may bring a file in: it finds who is known."
        )


def _found(request: ApiRequest, import_id: UUID) -> Import:
    _require_import(request)
    return get_object_or_404(Import.objects.select_related("by", "run__undone_by"), pk=import_id)


def _not_begun(request: ApiRequest, import_id: UUID) -> Import:
    imported = _found(request, import_id)
    if imported.run_id:
        raise Problem(409, "started_already", "This file is being brought in already.")
    return imported


def _check_offered(imported: Import, wanted: dict[str, Any]) -> None:
    """Letters and sheets are chosen among those that the file may have."""
    for name, several in (("encoding", "encodings"), ("sheet", "sheets")):
        offered = {imported.shape[name], *imported.shape[several]}
        if name in wanted and wanted[name] not in offered:
            detail = f"“{wanted[name][:60]}” is not one of {', '.join(sorted(offered))}."
            raise Problem(422, "bad_fields", detail, errors=[{"pointer": f"#/{name}", "detail": detail}])


def _person(request: ApiRequest) -> User:
    maker = request.auth.created_by
    if maker is None:
        raise Problem(409, "not_a_persons", "An import is somebody’s: use a token that a person made themselves.")
    if not (maker.is_active and can_import(maker)):
        raise Problem(
            403, "not_allowed", "An import is carried out as whoever made the token: they may no longer import."
        )
    return maker

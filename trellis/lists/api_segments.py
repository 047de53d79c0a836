"""Segments at the machine door."""

from uuid import UUID

from django.db import transaction
from ninja import Router, Status

from trellis.api.needs import needs
from trellis.api.problems import Problem, no, refusals
from trellis.api.requests import ApiRequest
from trellis.core.conditions import Condition
from trellis.core.memory import forget
from trellis.lists.api import person
from trellis.lists.asking import check_condition
from trellis.lists.nouns.contacts import CONTACTS
from trellis.lists.queries.segments import segment_lines
from trellis.lists.schemas_segments import SegmentChangeIn, SegmentIn, SegmentOut, SegmentsOut
from trellis.people import segmenting
from trellis.people.models import Segment
from trellis.people.segment_fields import segments_seen

router = Router(tags=["Segments"])


@router.get("/segments", response=SegmentsOut, summary="Which segments there are")
@needs("see", "segment")
def list_segments(request: ApiRequest) -> SegmentsOut:
    """By name, at most 200. Who is in one is read with `POST /lists/contacts/search`."""
    return SegmentsOut(items=[SegmentOut.of(line) for line in segment_lines(request.auth)])


@router.get("/segments/{uuid:segment_id}", response=SegmentOut, summary="Read a segment")
@needs("see", "segment")
def read_segment(request: ApiRequest, segment_id: UUID) -> SegmentOut:
    return _shown(request, _seen(request, segment_id))


@router.post("/segments", response={201: SegmentOut}, summary="Keep a filter as a segment")
@needs("change", "segment")
def add_segment(request: ApiRequest, told: SegmentIn) -> Status[SegmentOut]:
    """It fills by itself, beginning within a second, and stays true a moment after anything changes."""
    _check(request, told.condition)
    with refusals():
        made = segmenting.save_segment(name=told.name, condition=told.condition, by=person(request), at=request.at)
    return Status(201, _shown(request, made))


@router.patch("/segments/{uuid:segment_id}", response=SegmentOut, summary="Change a segment")
@needs("change", "segment")
def edit_segment(request: ApiRequest, segment_id: UUID, told: SegmentChangeIn) -> SegmentOut:
    """Under another filter it fills anew; until then some are in it whom the one before found."""
    segment, by, at = _seen(request, segment_id), person(request), request.at
    try:
        with refusals(), transaction.atomic():
            if told.name is not None:
                segmenting.rename_segment(segment, name=told.name, by=by, at=at)
            if told.condition is not None:
                _check(request, told.condition)
                segmenting.reshape_segment(segment, condition=told.condition, by=by, at=at)
    finally:
        forget()  # What was read meanwhile may have been taken back.
    return _shown(request, segment)


@router.delete("/segments/{uuid:segment_id}", response={204: None}, summary="Remove a segment", openapi_extra=no(422))
@needs("change", "segment")
def delete_segment(request: ApiRequest, segment_id: UUID) -> Status[None]:
    """The people in it stay."""
    segmenting.remove_segment(_seen(request, segment_id), by=person(request), at=request.at)
    return Status(204, None)


def _seen(request: ApiRequest, segment_id: UUID) -> Segment:
    found = next((one for one in segments_seen(request.auth) if one.pk == segment_id), None)
    if found is None:
        raise Problem(404, "not_found")
    return found


def _shown(request: ApiRequest, segment: Segment) -> SegmentOut:
    (line,) = segment_lines(request.auth, [segment])
    return SegmentOut.of(line)


def _check(request: ApiRequest, condition: Condition) -> None:
    """What the token itself may ask."""
    check_condition(condition, CONTACTS.fields(request.auth))

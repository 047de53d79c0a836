"""Segments: the page of them, keeping a filter as one, calling it otherwise, and giving it another filter."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.lists.forms import SegmentForm
from trellis.lists.listing import listings
from trellis.lists.queries.segments import segment_lines
from trellis.lists.views.saved import FAULTY, asked_by
from trellis.lists.views.sayings import and_undo
from trellis.lists.views.table import listing_named
from trellis.people import segmenting
from trellis.people.models import Segment
from trellis.people.segment_fields import segments_seen
from trellis.team.permissions import may
from trellis.web.asking import Question, ask, only_for, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say

shapes_segments = only_for(lambda user: may(user, "change", "segment"))
PLACE = "contacts"


@sees("segment")
def segments(request: Request, *, at: datetime) -> HttpResponse:
    lines = segment_lines(request.user)
    context = {
        "current": "lists",
        "listings": listings().values(),
        "lines": lines,
        "is_filling": any(line.done is not None and line.words for line in lines),
        "can_shape": may(request.user, "change", "segment"),
        "sees_segments": True,
    }
    return render_page(request, "lists/segments.html", context, at=at)


def open_list(request: Request, segment: Segment) -> HttpResponse:
    """On to those who are in it, under the address of that list: a swap would leave the one before in its place."""
    address = f"{reverse('lists:table', args=[PLACE])}?match=all&f=segment&o=is&v={segment.key}"
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return go_to(request, address)


def segment_seen(request: Request, segment_id: UUID) -> Segment:
    found = next((one for one in segments_seen(request.user) if one.pk == segment_id), None)
    if found is None:
        raise Http404
    return found


@shapes_segments
def save_segment(request: Request, *, at: datetime) -> HttpResponse:
    """The filter of the contacts as it stands in the address of this page."""
    asked = asked_by(request.META.get("QUERY_STRING", ""), listing_named(PLACE), request.user, at)
    back = f"{reverse('lists:table', args=[PLACE])}?{asked.query}"
    if asked.rows.is_faulty:
        messages.error(request, FAULTY)
        return go_to(request, back)
    question = Question(
        title="Keep as a segment",
        text="Whoever fits this filter is in it from then on, and whoever no longer does is not: "
        "a moment after anything changes.",
        button="Keep segment",
        back=back,
        context={"action": request.get_full_path()},
    )
    saved: list[Segment] = []

    def act(answer: dict[str, Any]) -> str:
        saved.append(segmenting.save_segment(condition=asked.condition, by=request.user, at=at, **answer))
        return and_undo(f"{saved[0].name} is kept. It fills by itself.", by=request.user, at=at)

    answer = ask(request, question, SegmentForm(posted(request)), act, at=at)
    return open_list(request, saved[0]) if saved else answer


@shapes_segments
def rename_segment(request: Request, segment_id: UUID, *, at: datetime) -> HttpResponse:
    segment = segment_seen(request, segment_id)
    question = Question(
        title=f"Edit {segment.name}",
        text="Lists and views that name it go on to find the same people.",
        button="Save",
        back=reverse("lists:segments"),
        body="lists/_segment_fields.html",
        context={"segment": segment},
    )

    def act(answer: dict[str, Any]) -> str:
        renamed = segmenting.rename_segment(segment, by=request.user, at=at, **answer)
        return and_undo(f"{renamed.name} is its name now.", by=request.user, at=at)

    return ask(request, question, SegmentForm(posted(request), initial={"name": segment.name}), act, at=at)


@shapes_segments
@require_POST
def reshape_segment(request: Request, segment_id: UUID, *, at: datetime) -> HttpResponse:
    """From now on it holds whom the list was just asked for."""
    segment = segment_seen(request, segment_id)
    asked = asked_by(request.POST.get("query", ""), listing_named(PLACE), request.user, at)
    try:
        if asked.rows.is_faulty:
            raise Refused("faulty", FAULTY)
        segmenting.reshape_segment(segment, condition=asked.condition, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return go_to(request, f"{reverse('lists:table', args=[PLACE])}?{asked.query}")
    say(request, and_undo(f"{segment.name} has this filter from now on.", by=request.user, at=at))
    return open_list(request, segment)


@shapes_segments
@require_POST
def remove_segment(request: Request, segment_id: UUID, *, at: datetime) -> HttpResponse:
    segment = segment_seen(request, segment_id)
    segmenting.remove_segment(segment, by=request.user, at=at)
    said = f"{segment.name} is removed. The people in it stay."
    say(request, and_undo(said, by=request.user, at=at))
    return go_to(request, reverse("lists:segments"))

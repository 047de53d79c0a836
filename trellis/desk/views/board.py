"""The board and the table of the same journeys; the next cards of a column; a card dropped on another one."""

from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.desk.queries.board import FIRST, board_of, more_of, read_extent
from trellis.desk.queries.board_counts import add_up, tallies_of
from trellis.desk.queries.board_paths import Ground, ground_of, stage_for
from trellis.desk.queries.board_table import table_of
from trellis.desk.queries.changes import cursor_now
from trellis.desk.queries.conditions import read_conditions
from trellis.desk.queries.filtering import JourneyFilter, read_filter
from trellis.desk.views.reach import journey_to_change
from trellis.desk.views.sayings import and_next
from trellis.journeys.actions import move_journey
from trellis.journeys.publish import document_at
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.web.asking import changes
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say

NOBODY = UUID(int=0)


@signed_in
def board(request: Request, *, at: datetime) -> HttpResponse:
    """The page; to a swap that asks for a part, the next cards of one column."""
    ground, shown = ground_and_filter(request, at)
    asked = request.GET
    extent = read_extent(asked.get("depth", ""), asked.get("column", ""), asked.get("after", ""))
    context = frame(request, ground, shown)
    if extent.column and request.headers.get("HX-Request-Type") == "partial":
        column = more_of(ground, shown, extent)
        if column is None:
            raise Http404
        response = render_page(request, "desk/_board_cards.html", context | {"column": column}, at=at)
    else:
        context["live"] = cursor_now(at)
        context |= {"board": board_of(ground, shown, extent), "first": FIRST, "nobody": NOBODY}
        response = render_page(request, "desk/board.html", context, at=at)
    patch_vary_headers(response, ["HX-Request-Type"])
    return response


@signed_in
def table(request: Request, *, at: datetime) -> HttpResponse:
    ground, shown = ground_and_filter(request, at)
    tallies = tallies_of([place.pk for place in ground.places], shown)
    after, sort = request.GET.get("after", ""), request.GET.get("sort", "")
    context = frame(request, ground, shown) | {
        "live": cursor_now(at),
        "total": add_up(tallies.values()),
        "table": table_of(ground, shown, paths=ground.paths(tallies), after=after, sort=sort),
    }
    return render_page(request, "desk/board_table.html", context, at=at)


@changes
@require_POST
def move(request: Request, journey_id: UUID, *, at: datetime) -> HttpResponse:
    """A card was put into another column. What its playbook cannot do is refused in words."""
    journey = journey_to_change(request.user, journey_id)
    ground = ground_of(playbook=request.POST.get("playbook", ""), kind=request.POST.get("kind", ""))
    try:
        stage = stage_for(journey, ground, request.POST.get("column", ""))
        had = journey.owner
        move_journey(journey, stage=stage, by=request.user, at=at)
        title = document_at(journey.playbook_id).stages[stage].title
        say(request, and_next(f"Moved to {title}.", journey, to=request.user, at=at, had=had))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return go_to(request, page_to_return_to(request, reverse("desk:board")))


def ground_and_filter(request: Request, at: datetime) -> tuple[Ground, JourneyFilter]:
    ground = ground_of(playbook=request.GET.get("playbook", ""), kind=request.GET.get("kind", ""))
    viewer = viewer_for(request.user, at, business())
    return ground, read_filter(
        request.GET,
        user=request.user,
        viewer=viewer,
        conditions=read_conditions(request.GET.getlist, request.user, viewer.ways),
        kept=ground.kept,
    )


def frame(request: Request, ground: Ground, shown: JourneyFilter) -> dict[str, object]:
    """What the board and the table have in common."""
    return {
        "current": "board",
        "ground": ground,
        "filter": shown,
        "here": quote(request.get_full_path()),
        "can_change": may(request.user, "change", "journey"),
        "can_add": may(request.user, "add", "journey"),
    }

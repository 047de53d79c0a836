"""A list as a file to take away."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from trellis.core.refusal import Refused
from trellis.events.taking import Taking
from trellis.lists.asked import Asked
from trellis.lists.exporting import MOST_IN_A_WORKBOOK, as_csv, as_workbook, rows_of
from trellis.lists.queries.matching import few_of, matching
from trellis.lists.queries.order import Sorting
from trellis.lists.queries.page import read_id, sorting_of
from trellis.lists.views.bulk import MOST_PICKED
from trellis.lists.views.saved import FAULTY, asked_by
from trellis.lists.views.table import listing_named
from trellis.team.permissions import can_export
from trellis.team.queries import business
from trellis.web.asking import only_for
from trellis.web.doors import Request, go_to
from trellis.web.pages import viewer_for
from trellis.web.sayings import say

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

OTHERWISE = "{name} stands {order}: more than 10,000 match, too many to sort or group as you asked."


@only_for(can_export)
def export(request: Request, key: str, form: str, *, at: datetime) -> HttpResponse:
    """All that the list finds, or those of it that were picked, in its order, with the columns that it shows."""
    listing = listing_named(key)
    picked = request.POST.getlist("pick") if request.method == "POST" and not request.POST.get("whole") else None
    asked = asked_by(query_of(request), listing, request.user, at)
    taking = Taking(
        listing=key,
        form=form.upper(),
        asked=asked.in_words if picked is None else "picked one by one",
        called=listing.count,
        by=request.user.pk,
        at=at,
    )
    try:
        rows, are_few = chosen(asked, picked, request, at)
        name = f"{key}-{here(request, at):%Y-%m-%d}.{form}"
        sorting = sorting_of(asked, rows, None, are_few=are_few)
        file = as_file(asked, rows, form, sorting=sorting, taking=taking, name=name)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return go_to(request, f"{reverse('lists:table', args=[key])}?{asked.query}")
    if sorting.instead:
        say(request, OTHERWISE.format(name=name, order=sorting.instead))
    return file


def query_of(request: Request) -> str:
    told: str = request.POST.get("query", "") if request.method == "POST" else request.META.get("QUERY_STRING", "")
    return told


def here(request: Request, at: datetime) -> datetime:
    """Now, where they are."""
    return at.astimezone(viewer_for(request.user, at, business()).zone)


def chosen(asked: Asked, picked: list[str] | None, request: Request, at: datetime) -> tuple[QuerySet[Any], bool]:
    """What is taken, of what they may take; and whether those are few. Refused where nothing is meant."""
    if picked is not None:
        ids = [pk for pk in picked[:MOST_PICKED] if read_id(pk)]
        if not ids:
            raise Refused("nothing_picked", "Nothing is selected: select at least one first.")
        return asked.listing.rows(request.user, "export").filter(pk__in=ids), True
    if asked.rows.is_faulty:
        raise Refused("faulty_filter", FAULTY)
    return few_of(asked, matching(asked, request.user, here(request, at), verb="export"), here(request, at))


def as_file(
    asked: Asked, rows: QuerySet[Any], form: str, *, sorting: Sorting, taking: Taking, name: str
) -> HttpResponse:
    """It leaves once it is written down. Refused where they are more than a workbook holds."""
    batches = rows_of(asked, rows, sorting)
    if form == "csv":
        told = as_csv(asked, taking.told(batches))
        response = StreamingHttpResponse(told, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return cast(HttpResponse, response)
    size = rows.order_by()[: MOST_IN_A_WORKBOOK + 1].count()
    file, written = as_workbook(asked, batches, size=size)
    taking.more(written)
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK))

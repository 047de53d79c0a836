"""A list as a file to take away."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from trellis.core.refusal import Refused
from trellis.lists.exporting import MOST_IN_A_WORKBOOK, as_csv, as_workbook
from trellis.lists.queries.matching import few_of, matching
from trellis.lists.views.saved import FAULTY, asked_by
from trellis.lists.views.table import listing_named
from trellis.team.permissions import can_export
from trellis.team.queries import business
from trellis.web.asking import only_for
from trellis.web.doors import Request, go_to
from trellis.web.pages import viewer_for

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@only_for(can_export)
def export(request: Request, key: str, form: str, *, at: datetime) -> HttpResponse:
    """All that the list finds, in its order, with the columns that it shows."""
    listing = listing_named(key)
    asked = asked_by(request.META.get("QUERY_STRING", ""), listing, request.user, at)
    if asked.rows.is_faulty:
        messages.error(request, FAULTY)
        return go_to(request, f"{reverse('lists:table', args=[key])}?{asked.query}")
    here = at.astimezone(viewer_for(request.user, at, business()).zone)
    rows, are_few = few_of(asked, matching(asked, request.user, here, verb="export"), here)
    name = f"{key}-{here:%Y-%m-%d}.{form}"
    if form == "csv":
        response = StreamingHttpResponse(as_csv(asked, rows, are_few=are_few), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return cast(HttpResponse, response)
    try:
        size = rows.order_by()[: MOST_IN_A_WORKBOOK + 1].count()
        file = as_workbook(asked, rows, size=size, are_few=are_few)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return go_to(request, f"{reverse('lists:table', args=[key])}?{asked.query}")
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK))

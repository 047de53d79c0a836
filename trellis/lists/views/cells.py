"""Changing one field of one record in its place in the table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from trellis.core.refusal import Refused
from trellis.core.text import TooLong, several
from trellis.journeys.actions import snooze_task
from trellis.journeys.changing import change_journey
from trellis.journeys.models import Journey, Task
from trellis.lists.forms import cell_form
from trellis.lists.listing import Listing
from trellis.lists.queries.table import said
from trellis.lists.views.sayings import and_undo, and_undo_act
from trellis.lists.views.table import changeable, listing_named
from trellis.people.actions import set_tags
from trellis.people.changing import ADDRESSES, change_company, change_contact
from trellis.people.models import Contact
from trellis.team.queries import business
from trellis.web.doors import Request, go_to, page_before, page_to_return_to, posted, signed_in
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say

# What a swap of the page must do instead, when the answer is the form again with its errors.
INTO_THE_CELL = {"HX-Retarget": "closest td", "HX-Reswap": "innerHTML", "HX-Reselect": ".cell-form"}
SEVERAL = {kind: name for name, kind in ADDRESSES.items()}


@signed_in
def cell(request: Request, key: str, record_id: UUID, name: str, *, at: datetime) -> HttpResponse:
    """The form of a cell; what it is sent is written, and the list comes back."""
    listing = listing_named(key)
    fields = listing.fields(request.user)
    if name not in changeable(listing, fields):
        raise Http404
    record = get_object_or_404(listing.rows(request.user, "see"), pk=record_id)
    if not listing.rows(request.user, "change").filter(pk=record_id).exists():
        raise PermissionDenied
    form = cell_form(name, fields[name], record, posted(request), viewer_for(request.user, at, business()))
    back = page_to_return_to(request, page_before(request, reverse("lists:table", args=[key])))
    if form.is_bound and form.is_valid():
        try:
            change(listing, record, name, form.cleaned_data["value"], request, at)
        except (Refused, TooLong) as refused:
            form.add_error("value", str(refused))
        else:
            whose = said(fields[listing.name], record) or "the record"
            told = f"{fields[name].label} of {whose} is changed."
            is_step = isinstance(record, Task)
            say(request, and_undo_act(told, record.journey, at) if is_step else and_undo(told, by=request.user, at=at))
            return go_to(request, back)
    context = {
        "listing": listing,
        "record": record,
        "field": fields[name],
        "name": name,
        "form": form,
        "back": back,
        "current": "lists",
    }
    in_place = bool(getattr(request, "htmx", None))
    page = "lists/_cell_form.html" if in_place else "lists/cell.html"
    response = render_page(request, page, context, at=at, status=422 if form.is_bound else 200)
    for header, told in INTO_THE_CELL.items() if in_place and form.is_bound else ():
        response.headers[header] = told
    return response


def change(listing: Listing, record: Any, name: str, value: Any, request: Request, at: datetime) -> None:
    if name == "tags":
        set_tags(record, several(value), by=request.user, at=at)
    elif isinstance(record, Contact):
        wanted = {SEVERAL[name]: several(value)} if name in SEVERAL else {name: value}
        change_contact(record, wanted, by=request.user, at=at)
    elif isinstance(record, Task):
        snooze_task(record, until=value, by=request.user, at=at)
    elif isinstance(record, Journey):
        change_journey(record, {name: value}, by=request.user, at=at)
    else:
        change_company(record, {name: value}, by=request.user, at=at)

"""A list as a page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from trellis.core.condition_rows import COMPARED, JOINTS, KNOWN, Row, fitting
from trellis.core.conditions import Kind
from trellis.core.day_words import OFFERED, days_shown
from trellis.lists.asked import Asked, can_group, read_asked
from trellis.lists.bulk import acts_of
from trellis.lists.listing import Listing, listings
from trellis.lists.models import SavedView
from trellis.lists.permissions import can_begin_work
from trellis.lists.queries import counting
from trellis.lists.queries.matching import matching
from trellis.lists.queries.segments import lines_on
from trellis.lists.queries.table import Edits, table_of
from trellis.lists.queries.views import view_asked, views_of
from trellis.people.fields import Field
from trellis.people.segment_fields import FIELD
from trellis.team.permissions import can_export, can_import, may
from trellis.team.queries import business
from trellis.web.doors import Request, go_to, signed_in
from trellis.web.pages import render_page, viewer_for

EMPTY_ROWS = 3


@signed_in
def table(request: Request, key: str, *, at: datetime) -> HttpResponse:
    listing = listing_named(key)
    viewer = viewer_for(request.user, at, business())
    views = views_of(key, request.user)
    asked = asked_in(request, listing, views, at)
    can_change = may(request.user, "change", listing.noun)
    may_export = can_export(request.user)
    acts = acts_of(listing, asked.fields, request.user)
    edits = edits_of(listing, changeable(listing, asked.fields) if can_change else frozenset())
    context = {
        "current": "lists",
        "listings": listings().values(),
        "listing": listing,
        "asked": asked,
        "views": views,
        "table": table_of(asked, request.user, at.astimezone(viewer.zone), edits=edits),
        "can_pick": bool(acts) or may_export,
        "can_add": may(request.user, "add", "contact"),
        "can_add_leads": may(request.user, "add", "journey"),
        "may_import": can_import(request.user),
        "may_export": may_export,
        "can_begin_work": can_begin_work(request.user),
        "acts": acts,
        "can_merge": can_change and key == "contacts",
        "is_further": asked.looked is not None and "further" in request.GET,
        **about_segments(asked, request.user),
        **choices_of(asked),
    }
    page = "lists/_further.html" if context["is_further"] else "lists/table.html"
    return render_page(request, page, context, at=at)


@signed_in
def count(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """How many match, where the page did not wait for it."""
    listing = listing_named(key)
    zone = viewer_for(request.user, at, business()).zone
    asked = asked_in(request, listing, views_of(key, request.user), at)
    rows = matching(asked, request.user, at.astimezone(zone))
    context = {"count": counting.count(rows, is_narrowed=asked.condition is not None)}
    return render_page(request, "lists/_count.html", context, at=at)


@signed_in
def words(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """What each field of the filter offers to be chosen."""
    fields = listing_named(key).fields(request.user)
    told = [(name, " ".join(fitting(field.column.known)), offered(field)) for name, field in fields.items()]
    return render_page(request, "lists/_words.html", {"offered": told}, at=at)


def asked_in(request: Request, listing: Listing, views: Sequence[SavedView], at: datetime) -> Asked:
    view = view_asked(views, request.GET.get("view"), request.user)
    ways = viewer_for(request.user, at, business()).ways
    return read_asked(request.GET, listing, view, request.user, ways)


def about_segments(asked: Asked, user: Any) -> dict[str, Any]:
    """A filter of contacts can be kept, unless it is one already or asks who is in one."""
    can_shape = may(user, "change", "segment")
    is_new = asked.shaping is None and all(row.name != FIELD for row in asked.rows.rows)
    return {
        "sees_segments": may(user, "see", "segment"),
        "segments_on": lines_on(asked, user) if asked.listing.key == "contacts" else [],
        "can_shape": can_shape,
        "can_keep": can_shape and is_new and asked.listing.key == "contacts" and asked.condition is not None,
    }


@signed_in
def start(request: Request, *, at: datetime) -> HttpResponse:
    return go_to(request, reverse("lists:table", args=["contacts"]))


def changeable(listing: Listing, fields: Mapping[str, Field]) -> frozenset[str]:
    """What can be changed in its place: of what is typed as a value of a kind, all."""
    return listing.changeable | {name for name, field in fields.items() if field.typed}


def edits_of(listing: Listing, names: frozenset[str]) -> Edits:
    """Where each of these fields is changed: read once for a page of hundreds."""
    start = reverse("lists:table", args=[listing.key])
    return lambda record, name: f"{start}{record.pk}/{name}" if name in names and listing.may_change(record) else ""


def listing_named(key: str) -> Listing:
    found = listings().get(key)
    if found is None:
        raise Http404
    return found


def choices_of(asked: Asked) -> dict[str, Any]:
    """What the forms above the table offer."""
    fields = asked.fields
    shown = [replace(row, value=days_shown(row.value, asked.ways)) for row in asked.rows.rows]
    return {
        "joints": JOINTS,
        "operators": [*COMPARED.items(), *KNOWN.items()],
        "filter_rows": [*shown, *[Row()] * EMPTY_ROWS] if asked.rows.is_flat else [],
        "askable": [(name, field.label, " ".join(fitting(field.column.known))) for name, field in fields.items()],
        "groupable": [(name, field.label) for name, field in fields.items() if can_group(name, fields)],
        "columns": [(name, fields[name].label, True) for name in asked.columns[1:]]
        + [
            (name, field.label, False)
            for name, field in fields.items()
            if name not in asked.columns and name != asked.listing.name
        ],
    }


def offered(field: Field) -> list[tuple[str, str]]:
    if field.offered:
        return list(field.offered())
    words = OFFERED if field.column.known.kind in (Kind.DATE, Kind.INSTANT) else field.column.known.words
    return [(word, word) for word in words]

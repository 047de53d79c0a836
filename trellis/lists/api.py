"""Lists and views at the machine door."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Status

from trellis.api.needs import needs
from trellis.api.paging import PageOf, read_page
from trellis.api.problems import Problem, no, refusals
from trellis.api.requests import ApiRequest
from trellis.lists import actions
from trellis.lists.asking import asked_for, in_the_query, listing_for, view_for
from trellis.lists.listing import Listing, listings
from trellis.lists.models import SavedView
from trellis.lists.queries.counting import count
from trellis.lists.queries.cursors import read_cursor
from trellis.lists.queries.matching import few_of, matching, way_of
from trellis.lists.queries.page import page_of
from trellis.lists.schemas import (
    Key,
    ListFieldOut,
    ListOut,
    ListQuery,
    ListsOut,
    RowsOut,
    SearchIn,
    ViewChangeIn,
    ViewIn,
    ViewOut,
    ViewQuery,
)
from trellis.team.models import User
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.web.pages import viewer_for

router = Router(tags=["Lists"])


@router.get("/lists", response=ListsOut, summary="Which lists there are, and their fields")
@needs("see", "contact")
def list_lists(request: ApiRequest) -> ListsOut:
    """What the token may see, with every field that it may ask about."""
    seen = [one for one in listings().values() if may(request.auth, "see", one.noun)]
    return ListsOut(items=[_described(one, request.auth) for one in seen])


@router.get("/lists/{key}", response=RowsOut, summary="Read a list", openapi_extra=no(409))
@needs("see", "contact")
def read_list(request: ApiRequest, key: Path[Key], wanted: Query[ListQuery]) -> RowsOut:
    """As a view asks it, or as it begins. Nothing is counted unless it is asked for."""
    said = wanted.model_dump(exclude_unset=True)
    if wanted.columns is not None:
        said["columns"] = [name for name in wanted.columns.split(",") if name]
    try:
        return _rows(request, key, SearchIn.model_construct(**said))
    except Problem as problem:
        raise in_the_query(problem) from problem


@router.post("/lists/{key}/search", response=RowsOut, summary="Ask a list")
@needs("see", "contact")
def search_list(request: ApiRequest, key: Path[Key], told: SearchIn) -> RowsOut:
    """With a condition. Nothing is changed, so nothing needs an Idempotency-Key."""
    return _rows(request, key, told)


@router.get("/views", response=PageOf[ViewOut], summary="Find views")
@needs("see", "contact")
def list_views(request: ApiRequest, wanted: Query[ViewQuery]) -> PageOf[ViewOut]:
    """Those of whoever made the token, and the shared ones, the newest first."""
    views = SavedView.objects.open_to(request.auth.created_by).select_related("owner")
    if wanted.listing is not None:
        views = views.filter(listing=wanted.listing)
    return read_page(views, lambda rows: [ViewOut.of(row) for row in rows], wanted, by="created_at")


@router.get("/views/{uuid:view_id}", response=ViewOut, summary="Read a view")
@needs("see", "contact")
def read_view(request: ApiRequest, view_id: UUID) -> ViewOut:
    open_to_them = SavedView.objects.open_to(request.auth.created_by).select_related("owner")
    return ViewOut.of(get_object_or_404(open_to_them, pk=view_id))


@router.post("/views", response={201: ViewOut}, summary="Keep a view")
@needs("see", "contact")
def add_view(request: ApiRequest, told: ViewIn) -> Status[ViewOut]:
    """It belongs to whoever made the token."""
    listing = listing_for(request, told.listing)
    asked = asked_for(listing, request.auth, {}, told)
    with refusals():
        view = actions.save_view(
            listing=told.listing,
            name=told.name,
            asks=asked.asks,
            is_shared=told.shared,
            is_pinned=told.pinned,
            is_first=told.first,
            by=person(request),
            at=request.at,
        )
    return Status(201, ViewOut.of(view))


@router.patch("/views/{uuid:view_id}", response=ViewOut, summary="Change a view", openapi_extra=no(409))
@needs("see", "contact")
def edit_view(request: ApiRequest, view_id: UUID, told: ViewChangeIn) -> ViewOut:
    """Only a view of one's own: one that somebody shared is theirs to change."""
    view, by = _own(request, view_id), person(request)
    asked = asked_for(listing_for(request, view.listing), request.auth, view.asks, told)
    flags = {f"is_{flag}": _now(view, flag, getattr(told, flag)) for flag in ("shared", "pinned", "first")}
    with refusals():
        name = view.name if told.name is None else told.name
        changed = actions.change_view(view, name=name, **flags, by=by, at=request.at)
        return ViewOut.of(actions.keep_view(changed, asks=asked.asks, by=by, at=request.at))


@router.delete("/views/{uuid:view_id}", response={204: None}, summary="Remove a view")
@needs("see", "contact")
def delete_view(request: ApiRequest, view_id: UUID) -> Status[None]:
    """What it showed stays."""
    actions.remove_view(_own(request, view_id), by=person(request), at=request.at)
    return Status(204, None)


def person(request: ApiRequest) -> User:
    """A view is somebody's."""
    maker = request.auth.created_by
    if maker is None:
        raise Problem(409, "not_a_persons", "This belongs to a person: use a token that they made themselves.")
    return maker


def here(request: ApiRequest) -> datetime:
    """Now, where the token's person is: conditions speak of days."""
    return request.at.astimezone(viewer_for(request.auth.created_by, request.at, business()).zone)


def _rows(request: ApiRequest, key: str, told: SearchIn) -> RowsOut:
    listing = listing_for(request, key)
    view = view_for(request, told.view, key)
    asked = asked_for(listing, request.auth, view.asks if view else {}, told, after=_place(told.cursor))
    rows, are_few = few_of(asked, matching(asked, request.auth, here(request)), here(request))
    found = count(rows, is_narrowed=asked.condition is not None) if told.count else None
    page = page_of(asked, rows, most=told.limit, are_few=are_few, way=way_of(asked, request.auth))
    if page.is_anew:
        raise _bad_cursor("This cursor belongs to another order of this list; leave it out to begin again.")
    return RowsOut.of(asked, page, found)


def _place(cursor: str) -> str:
    if cursor and read_cursor(cursor) is None:
        raise _bad_cursor("This cursor is not one that was given here; leave it out to begin again.")
    return cursor


def _bad_cursor(detail: str) -> Problem:
    return Problem(422, "bad_cursor", detail, errors=[{"pointer": "#/cursor", "detail": detail}])


def _own(request: ApiRequest, view_id: UUID) -> SavedView:
    open_to_them = SavedView.objects.open_to(request.auth.created_by).select_related("owner")
    view: SavedView = get_object_or_404(open_to_them, pk=view_id)
    if view.owner_id != request.auth.created_by_id:
        raise Problem(403, "not_allowed", "This view is somebody else’s: keep one of your own instead.")
    return view


def _now(view: SavedView, flag: str, told: bool | None) -> bool:
    return getattr(view, f"{flag}_at") is not None if told is None else told


def _described(listing: Listing, who: Any) -> ListOut:
    fields, start = listing.fields(who), listing.start
    return ListOut(
        key=listing.key,  # type: ignore[arg-type]  # one of the lists
        label=listing.label,
        columns=list(start.columns),
        sort=start.sort,
        condition=dict(start.condition) if start.condition else None,
        fields=[ListFieldOut.of(name, field) for name, field in fields.items()],
    )

"""Views of a list: keeping one, changing it, and taking it away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.lists import actions
from trellis.lists.asked import Asked, read_asked
from trellis.lists.forms import ViewForm
from trellis.lists.listing import Listing
from trellis.lists.models import SavedView
from trellis.lists.queries.views import view_asked, views_of
from trellis.lists.views.sayings import and_undo
from trellis.lists.views.table import listing_named
from trellis.team.queries import business
from trellis.web.asking import Question, ask
from trellis.web.doors import Request, go_to, posted, signed_in
from trellis.web.pages import viewer_for
from trellis.web.sayings import say

FAULTY = "Mend the filter first: a part of it cannot be asked."


def address_of(view: SavedView) -> str:
    return f"{reverse('lists:table', args=[view.listing])}?view={view.pk}"


def asked_by(query: str, listing: Listing, user: Any, at: datetime, view: SavedView | None = None) -> Asked:
    """What the rest of an address asks of a list; of a view that it names, what the address does not say."""
    given = QueryDict(query)
    if view is None and given.get("view"):
        view = view_asked(views_of(listing.key, user), given["view"], user)
    return read_asked(given, listing, view, user, viewer_for(user, at, business()).ways)


@signed_in
def save_view(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """As the list is asked for in the address of this page."""
    listing = listing_named(key)
    asked = asked_by(request.META.get("QUERY_STRING", ""), listing, request.user, at)
    if asked.rows.is_faulty:
        messages.error(request, FAULTY)
        return go_to(request, f"{reverse('lists:table', args=[key])}?{asked.query}")
    question = Question(
        title="Save as a view",
        text="The filter, the columns and the order of this list, under a name of yours.",
        button="Save view",
        back=f"{reverse('lists:table', args=[key])}?{asked.query}",
        body="lists/_view_fields.html",
        context={"action": request.get_full_path(), "listing": listing},
    )
    saved: list[SavedView] = []

    def act(answer: dict[str, Any]) -> str:
        saved.append(actions.save_view(listing=key, asks=asked.asks, by=request.user, at=at, **answer))
        return and_undo(f"Saved as {saved[0].name}.", by=request.user, at=at)

    answer = ask(request, question, ViewForm(posted(request)), act, at=at)
    return go_to(request, address_of(saved[0])) if saved else answer


@signed_in
def change_view(request: Request, view_id: UUID, *, at: datetime) -> HttpResponse:
    view = own_view(request, view_id)
    flags = {name: getattr(view, f"{name[3:]}_at") is not None for name in ("is_shared", "is_pinned", "is_first")}
    question = Question(
        title=f"Edit {view.name}",
        text="What it shows is changed in the list itself: filter it, then save the changes.",
        button="Save",
        back=address_of(view),
        body="lists/_view_fields.html",
        context={"view": view, "listing": listing_named(view.listing)},
    )

    def act(answer: dict[str, Any]) -> str:
        changed = actions.change_view(view, by=request.user, at=at, **answer)
        return and_undo(f"{changed.name} is changed.", by=request.user, at=at)

    return ask(request, question, ViewForm(posted(request), initial={"name": view.name, **flags}), act, at=at)


def own_view(request: Request, view_id: UUID) -> SavedView:
    return get_object_or_404(SavedView, pk=view_id, owner=request.user)


@signed_in
@require_POST
def keep_view(request: Request, view_id: UUID, *, at: datetime) -> HttpResponse:
    """From now on it asks for what the list was just asked."""
    view = own_view(request, view_id)
    asked = asked_by(request.POST.get("query", ""), listing_named(view.listing), request.user, at, view)
    if asked.rows.is_faulty:
        messages.error(request, FAULTY)
        return go_to(request, f"{reverse('lists:table', args=[view.listing])}?{asked.query}")
    actions.keep_view(view, asks=asked.asks, by=request.user, at=at)
    say(request, and_undo(f"{view.name} is saved as it is now.", by=request.user, at=at))
    return go_to(request, address_of(view))


@signed_in
@require_POST
def remove_view(request: Request, view_id: UUID, *, at: datetime) -> HttpResponse:
    view = own_view(request, view_id)
    actions.remove_view(view, by=request.user, at=at)
    say(request, and_undo(f"{view.name} is removed. What it showed stays.", by=request.user, at=at))
    return go_to(request, reverse("lists:table", args=[view.listing]) + "?view=")

"""What this room holds about a person: the views of colleagues that name them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from trellis.lists.listing import listings
from trellis.lists.models import SavedView
from trellis.people.fields import known_of
from trellis.people.holdings import Holding, Person, register_holding
from trellis.people.naming import free, keys_of_segments, renamed, told_by, without
from trellis.people.segment_fields import EVERYTHING


def register_all() -> None:
    register_holding(
        Holding(
            model=SavedView,
            called="views that name them",
            rows=views_naming,
            erase={"name": name_of, "asks": asks_of},
            keeps=("listing",),
        )
    )


def views_naming(person: Person) -> QuerySet[SavedView]:
    """By what they ask, by a segment that they ask for, or by what they are called."""
    every = every_view()
    titles = titles_among(every, person)
    named = [view.pk for view in every if view.pk in titles or asks_of(view, person) != view.asks]
    return SavedView.objects.filter(pk__in=named)


def asks_of(view: SavedView, person: Person) -> dict[str, Any]:
    """What it asks without the person: where nothing is left of the filter, the whole list."""
    asks: dict[str, Any] = view.asks
    listing = listings().get(view.listing)
    known = known_of(listing.fields(EVERYTHING)) if listing else {}
    is_them = told_by(person, known, of_people=view.listing != "companies")
    told = renamed(without(asks.get("condition"), is_them), keys_of_segments(person))
    return asks if told == asks.get("condition") else asks | {"condition": told}


def name_of(view: SavedView, person: Person) -> str:
    return titles_among(every_view(), person).get(view.pk, view.name)


def every_view() -> Sequence[SavedView]:
    return list(SavedView.objects.order_by("pk"))


def titles_among(every: Sequence[SavedView], person: Person) -> dict[UUID, str]:
    """What the views that are called by them are called from then on; a view has a name of its own."""
    taken: dict[Any, set[str]] = defaultdict(set)
    for view in every:
        taken[view.owner_id, view.listing].add(view.name.lower())
    found = {}
    for view in every:
        if person.is_titled(view.name):
            found[view.pk] = free(taken[view.owner_id, view.listing])
            taken[view.owner_id, view.listing].add(found[view.pk].lower())
    return found

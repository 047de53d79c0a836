"""What a program asks of a list: as an address does, but nothing is ignored; what cannot be asked is pointed at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from trellis.api.needs import require
from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest
from trellis.core import condition_rows
from trellis.core.conditions import GROUPS, Condition, Path, attribute, faults_of, fields_of
from trellis.lists.asked import Asked, can_group, is_order, known_columns, read_asks
from trellis.lists.listing import Listing, listings
from trellis.lists.models import SavedView
from trellis.people.fields import Field

MOST_QUESTIONS, DEEPEST, MOST_WORDS = 100, 8, 1000


class Told(Protocol):
    """What is asked, where `model_fields_set` names what was said at all."""

    condition: Condition | None
    columns: list[str] | None
    sort: str | None

    @property
    def model_fields_set(self) -> set[str]: ...


def listing_for(request: ApiRequest, key: str) -> Listing:
    listing = listings().get(key)
    if listing is None:
        raise Problem(404, "not_found")
    require(request, "see", listing.noun)
    return listing


def view_for(request: ApiRequest, view_id: UUID | None, key: str) -> SavedView | None:
    """A view of this list that is theirs or shared. Problem 422 where it is none."""
    if view_id is None:
        return None
    view = SavedView.objects.open_to(request.auth.created_by).filter(pk=view_id, listing=key).first()
    if view is None:
        raise wrong_at("view", "There is no such view of this list.")
    return view


def asked_for(listing: Listing, who: Any, asks: Mapping[str, Any], told: Told, *, after: str = "") -> Asked:
    """What is told, over what a view asks. Problem 422 that points at what cannot be asked."""
    fields = listing.fields(who)
    asked = replace(read_asks(listing, fields, asks), after=after)
    if asks.get("condition") and asked.condition is None and "condition" not in told.model_fields_set:
        raise Problem(409, "broken_view", "A field that this view asks about is gone: mend it, or send a condition.")
    if "condition" in told.model_fields_set:
        check_condition(told.condition, fields)
        asked = replace(asked, rows=condition_rows.rows_of(told.condition))
    if told.columns is not None:
        check_names(told.columns, fields)
        asked = replace(asked, columns=known_columns(told.columns, listing, fields))
    if told.sort is not None:
        if not is_order(told.sort, fields):
            raise wrong_at("sort", f"This list cannot be sorted by “{told.sort[:60]}”.")
        asked = replace(asked, sort=told.sort)
    group = getattr(told, "group", None)
    if group is not None:
        if group and not can_group(group, fields):
            raise wrong_at("group", f"This list cannot be grouped by “{group[:60]}”.")
        asked = replace(asked, group=group)
    return asked


def check_condition(condition: Condition | None, fields: Mapping[str, Field]) -> None:
    if condition is None:
        return
    check_size(condition)
    known = {name: field.column.known for name, field in fields.items()}
    if fault := next(faults_of(condition, known), None):
        path, said = fault
        sentence = f"{said[:1].upper()}{said[1:]}{'' if said.endswith('?') else '.'}"
        raise Problem(422, "bad_fields", sentence, errors=[{"pointer": pointer_to(path), "detail": sentence}])


def check_size(condition: Condition) -> None:
    """A database that is asked too much at once refuses in words of its own."""
    if depth_of(condition) > DEEPEST:
        raise wrong_at("condition", f"Groups within groups go {DEEPEST} deep at most.")
    asked = [one.test for _, one in fields_of(condition)]
    words = sum(len(operand) if isinstance(operand, list) else 1 for _, operand in asked)
    if len(asked) > MOST_QUESTIONS or words > MOST_WORDS:
        raise wrong_at("condition", f"At most {MOST_QUESTIONS} questions with {MOST_WORDS:,} words can be asked.")


def depth_of(condition: Condition) -> int:
    parts = [part for group in GROUPS for part in getattr(condition, attribute(group)) or ()]
    return 1 + max(map(depth_of, parts), default=0)


def pointer_to(path: Path) -> str:
    return "#" + "".join(f"/{part}" for part in ("condition", *path))


def check_names(columns: Sequence[str], fields: Mapping[str, Field]) -> None:
    if unknown := [name for name in columns if name not in fields]:
        raise wrong_at("columns", f"There is no field “{unknown[0][:60]}”; see GET /lists for those there are.")


def in_the_query(problem: Problem) -> Problem:
    """The same problem of what stood in the address."""
    for error in problem.members.get("errors", ()):
        error["parameter"] = error.pop("pointer").removeprefix("#/")
    return problem


def wrong_at(name: str, sentence: str) -> Problem:
    return Problem(422, "bad_fields", f"{name}: {sentence}", errors=[{"pointer": f"#/{name}", "detail": sentence}])

"""Reading long lists page by page, by where the last page ended: nothing is skipped or read twice as rows come in."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from pydantic import BaseModel, Field, ValidationInfo, model_validator

from trellis.api.problems import Problem

MOST = 200


class PageOf[Item: BaseModel](BaseModel):
    """One page. Send `next` back as `cursor` for the page after it; it is null on the last one."""

    items: list[Item]
    next: str | None


class Paging(BaseModel):
    """How much of a list, and from where. Filters of a list are its subclasses."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many items at most")] = 50
    cursor: Annotated[str, Field(max_length=200, description="`next` of the page before")] = ""

    @model_validator(mode="before")
    @classmethod
    def knows_every_parameter(cls, values: Any, info: ValidationInfo) -> Any:
        """A misspelled filter would otherwise answer with everything there is."""
        request: HttpRequest = info.context["request"] if info.context else HttpRequest()
        for name in request.GET.keys() - cls.model_fields.keys():
            detail = f"“{name}” is not known here; there are {', '.join(cls.model_fields)}."
            raise Problem(422, "bad_fields", detail, errors=[{"parameter": name, "detail": detail}])
        return values


def read_page[Row: Model, Item: BaseModel](
    rows: QuerySet[Row], show: Callable[[list[Row]], list[Item]], paging: Paging, *, by: str, newest_first: bool = True
) -> PageOf[Item]:
    """Read one page of `rows` in the order of their time `by` and their id, as `show` makes items of them."""
    order = [f"-{by}", "-pk"] if newest_first else [by, "pk"]
    if paging.cursor:
        rows = rows.filter(_beyond(place_of(paging.cursor), by, "lt" if newest_first else "gt"))
    found = list(rows.order_by(*order)[: paging.limit + 1])
    shown = found[: paging.limit]
    more = len(found) > len(shown)
    return PageOf(items=show(shown), next=cursor_of(getattr(shown[-1], by), shown[-1].pk) if more else None)


def _beyond(last: tuple[datetime, UUID], by: str, side: str) -> Q:
    """The first condition lets the index begin at the right place; the second settles rows of the same instant."""
    time, id = last
    return Q(**{f"{by}__{side}e": time}) & (Q(**{f"{by}__{side}": time}) | Q(**{f"pk__{side}": id}))


def cursor_of(time: datetime, id: UUID) -> str:
    """Where a page ended, by the time and the id of its last row."""
    place = json.dumps([time.isoformat(), str(id)], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_of(text: str) -> tuple[datetime, UUID]:
    """The time, in UTC, and the id that a cursor holds. Problem 422 when it is not one of ours."""
    try:
        place: Any = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        time, id = datetime.fromisoformat(place[0]), UUID(place[1])
        if time.tzinfo is None:
            raise _unknown_cursor()
        # At the ends of the calendar it may be no day any more where the database has its clock.
        return time.astimezone(UTC), id
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise _unknown_cursor() from error


def _unknown_cursor() -> Problem:
    detail = "This cursor is not one that was given here; leave it out to begin again."
    return Problem(422, "bad_cursor", detail, errors=[{"parameter": "cursor", "detail": detail}])

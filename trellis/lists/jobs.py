"""A change of many, step by step: a batch of records in one transaction, with what they were kept beside it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from trellis.core.refusal import Refused
from trellis.core.text import TooLong
from trellis.lists.asked import Asked, read_asks
from trellis.lists.bulk import BulkAct, act_named, take_back
from trellis.lists.listing import listings
from trellis.lists.permissions import may_steer
from trellis.lists.queries.matching import matching
from trellis.people.custom_values import WrongValue
from trellis.team.models import Run, RunPart
from trellis.team.queries import business
from trellis.team.runs import Kind, end_run, hold, keep_part
from trellis.web.pages import viewer_for

BATCH = 50


def step(run: Run, at: datetime) -> None:
    """The next records by their ids."""
    act = act_named(run.given["listing"], run.given["act"])
    if act is None:
        raise Refused("no_such_act", "This version of Trellis cannot do that to many.")
    records = next_of(run)
    with transaction.atomic():
        if not hold(run):
            return
        if not records:
            end_run(run, said_of(run, act), at=at)
            return
        keep_part(run, [change for record in records for change in done_to(record, run, act, at)])
        run.done += len(records)
        run.kept = run.kept | {"last": str(getattr(records[-1], together(run)))}
        run.save(update_fields=["done", "failed", "kept"])


def next_of(run: Run) -> list[Any]:
    """In an order that no change of theirs can disturb; those that belong together are never parted."""
    key = together(run)
    rows = chosen(run).order_by(*dict.fromkeys((key, "pk")))
    if last := run.kept.get("last"):
        rows = rows.filter(**{f"{key}__gt": last})
    records = list(rows[:BATCH])
    if len(records) == BATCH and key != "pk":
        records += rows.filter(**{key: getattr(records[-1], key)}, pk__gt=records[-1].pk)
    return records


def together(run: Run) -> str:
    return listings()[run.given["listing"]].together


def chosen(run: Run) -> Any:
    """Those that were picked, or all that the list found when it was asked."""
    listing, act = listings()[run.given["listing"]], act_named(run.given["listing"], run.given["act"])
    verb = act.verb if act else "change"
    if picked := run.given.get("picked"):
        return listing.rows(run.by, verb).filter(pk__in=picked)
    viewer = viewer_for(run.by, run.created_at, business())
    return matching(asked_in(run), run.by, run.created_at.astimezone(viewer.zone), verb=verb)


def asked_in(run: Run) -> Asked:
    """Refused where a field of its filter is gone by now: without it, everybody would be meant."""
    listing, asks = listings()[run.given["listing"]], run.given["asks"]
    asked = read_asks(listing, listing.fields(run.by), asks)
    if asks.get("condition") and asked.condition is None:
        raise Refused("broken_filter", "A field of its filter is gone, so nobody knows any more who was meant.")
    return asked


def done_to(record: Any, run: Run, act: BulkAct, at: datetime) -> list[dict[str, Any]]:
    """What it changed of the record. One that cannot be done fails alone."""
    try:
        with transaction.atomic():
            return act.do(record, run.given["told"], run.by, at)
    except (Refused, WrongValue, TooLong):
        run.failed += 1
        return []


def said_of(run: Run, act: BulkAct) -> str:
    done = run.done - run.failed
    listing = listings()[run.given["listing"]]
    said = f"{listing.count(done)} {act.said}."
    stay = "it stays as it was" if run.failed == 1 else "they stay as they were"
    return f"{said} {run.failed:,} could not be: {stay}." if run.failed else said


def undo(run: Run, part: RunPart, at: datetime) -> int:
    return take_back(part.rows, by=run.undone_by.by, at=at)


def stops(run: Run) -> str:
    if run.by.is_active and may_steer(run.by, run):
        return ""
    listing = listings()[run.given["listing"]]
    return (
        f"{run.by.name} may no longer change {listing.label.lower()}: stopped after {listing.count(run.done)}. What "
        "was changed stays. Once they may again, it can go on or be taken back under Work."
    )


BULK = Kind(step=step, undo=undo, stops=stops)

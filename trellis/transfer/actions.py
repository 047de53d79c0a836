"""Bringing a file in: taking it, saying how it is read and where its columns go, starting, taking back."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from trellis.core.refusal import Refused
from trellis.core.text import clean_line
from trellis.journeys.bringing import startable
from trellis.people.custom import custom_fields, define_field
from trellis.people.keyed import match_by
from trellis.team.models import Run, User
from trellis.team.permissions import may
from trellis.team.runs import begin_run
from trellis.transfer.importing.plan import BECOME_CUSTOM, CUSTOM, NEW, QUEUE, WHAT_WAS_WRONG, Column, Plan
from trellis.transfer.importing.unsaid import decimals_in, orders_in, settled, unsaid
from trellis.transfer.models import Import
from trellis.transfer.reading.columns import suggest
from trellis.transfer.reading.files import look_at
from trellis.transfer.reading.meanings import is_refusal
from trellis.transfer.reading.shapes import Format, Look, Shape

LONGEST_LABEL = 80
LARGEST = 512 * 1024 * 1024
IN_DOUBT = "Say first how the file is read: look at its first rows, and press “That is right”."
NO_ROOM = "There is no room on the disk for this file. Make some, or bring a smaller part of it."
TOO_LARGE = "This file has more than 512 MB. Split it, and bring its parts one after another."


def take_file(name: str, chunks: Iterable[bytes], *, size: int, by: User, at: datetime) -> Import:
    """Keep a file, look at it and suggest what its columns are. Refused, and not kept, where it cannot be read."""
    if size > LARGEST:
        raise Refused("too_large", TOO_LARGE)
    if not room_for(size):
        raise Refused("no_room", NO_ROOM)
    imported = Import(name=clean_line(Path(name).name, 200)[:200] or "file", size=size, by=by, created_at=at)
    path = path_of(imported)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        see(imported, look_at(path))
        imported.confirmed_at = at if not imported.doubts else None
        imported.plan = suggested_plan(imported).told()
        imported.save(force_insert=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return imported


def path_of(imported: Import) -> Path:
    """Where its file is kept."""
    return Path(settings.MEDIA_ROOT) / "imports" / imported.pk.hex


def kept_files() -> list[UUID]:
    """The ids of the imports whose files are kept."""
    return [UUID(path.name) for path in (Path(settings.MEDIA_ROOT) / "imports").glob("?" * 32)]


def see(imported: Import, look: Look) -> None:
    """What was seen of the file, as it is kept."""
    imported.shape = asdict(look.shape) | {"encodings": list(look.encodings), "sheets": list(look.sheets)}
    imported.doubts = list(look.doubts) if not look.is_sure else []
    imported.headers, imported.rows = list(look.headers), look.rows
    imported.sample = [list(row) for row in look.sample]


def shape_of(imported: Import) -> Shape:
    told = imported.shape
    return Shape(
        format=Format(told["format"]),
        encoding=told["encoding"],
        delimiter=told["delimiter"],
        quote=told["quote"],
        sheet=told["sheet"],
        has_header=told["has_header"],
    )


def suggested_plan(imported: Import) -> Plan:
    """As the same columns were brought in the last time; else as their names and cells say."""
    # A file of rows that were mended has one column more.
    headers = [header for header in imported.headers if header != WHAT_WAS_WRONG]
    before = Import.objects.filter(headers=headers, run__isnull=False).order_by("-created_at").first()
    imported.origin, suggestions = suggest(imported.headers, imported.sample)
    if before:
        # Where its columns went, not what else was chosen: that rules run is said anew each time.
        plan = replace(Plan.of(before.plan), likely=QUEUE, begins="")
        known = dict(zip(headers, plan.columns, strict=False))
        return held_to(imported, replace(plan, columns=[known.get(header, Column()) for header in imported.headers]))
    columns = [
        Column(known_target(one.target, header, imported.origin) or refusal_in(header))
        for one in suggestions
        for header in [imported.headers[one.column]]
    ]
    return settled(imported, Plan(columns=columns))


def held_to(imported: Import, plan: Plan) -> Plan:
    """How days and numbers were written in another file says nothing of this one: it tells itself, or it is asked.

    Rows that were mended come from that very file: what was said of it holds as far as it fits them.
    """
    is_mended = WHAT_WAS_WRONG in imported.headers
    has_order = is_mended and plan.date_order in orders_in(imported, plan)
    has_decimal = is_mended and plan.decimal_comma in decimals_in(imported, plan)
    kept = replace(
        plan,
        date_order=plan.date_order if has_order else "",
        decimal_comma=plan.decimal_comma if has_decimal else None,
    )
    return settled(imported, kept)


def known_target(target: str, header: str, origin: str) -> str:
    """What Trellis has no place of its own for becomes a field of the business, or goes to the one of that name."""
    known = {field.label.lower(): f"{CUSTOM}{field.key}" for field in custom_fields("contact")}
    if not target:
        return known.get(header.strip().lower(), "")
    if target not in BECOME_CUSTOM:
        return "" if target == "time_zone" else target
    label = {"external_id": f"{origin or 'Other'} ID", "owner": "Owner before"}.get(target, target.capitalize())
    return known.get(label.lower(), f"{NEW}{BECOME_CUSTOM[target]}:{label}")


def refusal_in(header: str) -> str:
    """Where a column says who wants to hear no more of us, by which channel; empty for any other column."""
    if not is_refusal(header):
        return ""
    return "refuse_sms" if any(word in header.lower() for word in ("sms", "text")) else "refuse_email"


def confirm_shape(imported: Import, shape: Shape, *, at: datetime) -> Import:
    """A person says how it is read; what the columns are is suggested anew."""
    see(imported, look_at(path_of(imported), wanted=shape))
    imported.confirmed_at = at
    imported.doubts = []
    imported.plan = suggested_plan(imported).told()
    imported.save()
    return imported


def keep_columns(imported: Import, places: Iterable[int]) -> Import:
    """Columns that are left out become fields of text that are called as they are, or go to the one called so."""
    plan = Plan.of(imported.plan)
    columns = list(plan.columns)
    known = {field.label.lower(): f"{CUSTOM}{field.key}" for field in custom_fields("contact")}
    new = (target.partition(":")[2].lower() for target in plan.targets if target.startswith(NEW))
    taken = dict.fromkeys(new, "") | {label: "" if key in plan.targets else key for label, key in known.items()}
    for place in places:
        if 0 <= place < len(columns) and not columns[place].target:
            label = next(one for one in numbered(imported.headers[place]) if taken.get(one.lower(), one))
            columns[place] = replace(columns[place], target=taken.get(label.lower()) or f"{NEW}text:{label}")
            taken[label.lower()] = ""
    return set_plan(imported, replace(plan, columns=columns))


def numbered(name: str) -> Iterator[str]:
    """The name itself, and with a number after it; none longer than a field may be called."""
    yield name[:LONGEST_LABEL]
    yield from (f"{name[: LONGEST_LABEL - 6]} ({number})" for number in count(2))


def set_plan(imported: Import, plan: Plan) -> Import:
    imported.plan = settled(imported, plan).told()
    imported.save(update_fields=["plan"])
    return imported


def hold_rules(imported: Import) -> Import:
    """People are only written down: nothing begins with them."""
    return set_plan(imported, replace(Plan.of(imported.plan), begins=""))


@transaction.atomic
def start_import(imported: Import, *, by: User, at: datetime) -> Run:
    """Make the fields that are new, and put it among what the workers do."""
    held = Import.objects.select_for_update().get(pk=imported.pk)
    plan = Plan.of(held.plan)
    if held.run_id:
        raise Refused("started_already", "This file is being brought in already.")
    if held.confirmed_at is None:
        raise Refused("in_doubt", IN_DOUBT)
    for code, sentence in unsaid(held, plan):
        raise Refused(code, sentence)
    if plan.begins:
        require_may_begin(by, plan)
    held.plan = with_fields(held, plan, by=by, at=at).told()
    for field in custom_fields("contact"):
        if plan.match == f"{CUSTOM}{field.key}":
            match_by(field, at=at)
    total, title = held.rows, f"Import of {held.name}"
    held.run = begin_run(kind="import", title=title, given={"import": str(held.pk)}, total=total, by=by, at=at)
    held.save(update_fields=["plan", "run"])
    return held.run


def require_may_begin(by: User, plan: Plan) -> None:
    if not may(by, "add", "journey"):
        raise Refused("may_not_begin", "You may not let leads begin: hold the rules, or ask somebody who may.")
    startable(*plan.begins.split("/", 1))


def with_fields(imported: Import, plan: Plan, *, by: User, at: datetime) -> Plan:
    """The plan with a field of the business in the place of each that is new."""
    columns: list[Any] = []
    for place, column in enumerate(plan.columns):
        if column.target.startswith(NEW):
            kind, _, label = column.target.removeprefix(NEW).partition(":")
            field = define_field(noun="contact", label=label or imported.headers[place], kind=kind, by=by, at=at)
            column = Column(f"{CUSTOM}{field.key}", column.policy)
        columns.append(column)
    return Plan.of(plan.told() | {"columns": [asdict(column) for column in columns]})


def forget_file(imported: Import) -> None:
    """Once all of it is brought in, what it said is kept in the contacts alone, and bad rows with the import."""
    path_of(imported).unlink(missing_ok=True)


def room_for(size: int) -> bool:
    """Whether the disk holds such a file twice."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(root).free > 2 * size

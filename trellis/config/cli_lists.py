"""`trellis import FILE` for a list of people: what it would do, or done here with a progress bar."""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from trellis.config.cli_backup import progress_bar
from trellis.config.cli_words import now, refuse, use_django

DATE_ORDERS = ("dmy", "mdy", "ymd")
A_WHILE = 0.2
# By their ends: everything else is taken for an archive of `trellis export`.
LISTS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".vcf"})


def add_list_options(word: argparse.ArgumentParser) -> None:
    word.add_argument("--by", metavar="EMAIL", help="who brings the list; needed where there is more than one admin")
    word.add_argument("--preview", action="store_true", help="say what the first 500 rows would do, and write nothing")
    word.add_argument("--encoding", metavar="NAME", help="its letters, where they are in doubt: cp1252, utf-8")
    word.add_argument("--dates", choices=DATE_ORDERS, help="how its days are written, where 03/04 may be either")


def is_list(path: Path) -> bool:
    return path.suffix.lower() in LISTS


def bring_list_in(options: argparse.Namespace) -> int:
    """Columns go where their names say, or where those of the same columns went the last time."""
    use_django()
    from trellis.transfer.actions import start_import

    by = whoever(options.by)
    if by is None:
        return refuse("Say who brings it: --by and the email address of an admin or of somebody else who may.")
    try:
        imported = taken(options, by)
    except OSError as error:
        return refuse(f"{options.file} cannot be read: {error}")
    if imported.confirmed_at is None:
        return refuse("\n".join([*imported.doubts, f"Say which with --encoding: {', '.join(letters_of(imported))}."]))
    if options.preview:
        return show_preview(imported, as_json=options.json)
    run = start_import(imported, by=by, at=now())
    with progress_bar("Bringing in", is_shown=not options.json) as progress:
        follow(run, progress)
    imported.refresh_from_db()
    told = {"import": str(imported.pk), "run": str(run.pk), "counts": imported.counts, "said": run.said}
    print(json.dumps(told) if options.json else told_of(imported, run))
    return int(bool(run.failed))


def whoever(email: str | None) -> Any:
    """Who is named and may bring lists; nobody named, the one admin there is."""
    from trellis.team.models import User
    from trellis.team.permissions import can_import

    if email is None:
        admins = list(User.objects.active().filter(role="admin")[:2])
        return admins[0] if len(admins) == 1 else None
    found = User.objects.active().filter(email__iexact=email).first()
    return found if found and can_import(found) else None


def taken(options: argparse.Namespace, by: Any) -> Any:
    """The file as it is kept, read as the options say."""
    from trellis.transfer.actions import confirm_shape, set_plan, shape_of, take_file
    from trellis.transfer.importing.plan import Plan

    path: Path = options.file
    with path.open("rb") as file:
        imported = take_file(
            path.name, iter(lambda: file.read(1 << 20), b""), size=path.stat().st_size, by=by, at=now()
        )
    if options.encoding:
        imported = confirm_shape(imported, replace(shape_of(imported), encoding=options.encoding), at=now())
    if options.dates:
        imported = set_plan(imported, replace(Plan.of(imported.plan), date_order=options.dates))
    return imported


def letters_of(imported: Any) -> list[str]:
    return sorted({imported.shape["encoding"], *imported.shape["encodings"]})


def follow(run: Any, progress: Callable[[int, int], None]) -> None:
    """Until it is through: step by step here, unless a worker is at it."""
    from trellis.team.runs import work_runs

    while run.ended_at is None and run.paused_at is None:
        if not work_runs(at=now()):
            time.sleep(A_WHILE)
        run.refresh_from_db()
        progress(run.done, run.total or run.done)


def told_of(imported: Any, run: Any) -> str:
    if run.ended_at is None:
        return f"{imported.name} is paused after {run.done:,} rows: it goes on under Work."
    mend = " The rows to mend are under Import, as a file." if run.failed else ""
    return f"{imported.name}: {run.said}{mend}"


def show_preview(imported: Any, *, as_json: bool) -> int:
    """Nothing is left of it afterwards."""
    from trellis.transfer.actions import forget_file
    from trellis.transfer.importing.plan import Plan
    from trellis.transfer.models import DID
    from trellis.transfer.queries import preview_of

    preview = preview_of(imported, at=now())
    forget_file(imported)
    imported.delete()
    columns = {
        header: column.target for header, column in zip(imported.headers, Plan.of(imported.plan).columns, strict=True)
    }
    if as_json:
        print(json.dumps({"columns": columns, "rows": preview.looked_at, "counts": preview.counts}))
        return 0
    print("".join(f"{header} -> {target or 'left out'}\n" for header, target in columns.items()), end="")
    counted = [f"{preview.counts[did]:,} {label.lower()}" for did, label in DID.items() if preview.counts.get(did)]
    print(f"Of {preview.looked_at:,} rows: {', '.join(counted) or 'nothing'}.")
    return 0

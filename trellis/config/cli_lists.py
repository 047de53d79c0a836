"""`trellis import FILE` for a list of people: what it would do, or done here with a progress bar."""

import argparse
import codecs
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
    word.add_argument("--as-read", action="store_true", help="whatever is in doubt is read as it was understood")
    word.add_argument("--dates", choices=DATE_ORDERS, help="how its days are written, where 03/04 may be either")
    word.add_argument("--numbers", choices=("comma", "point"), help="which sign is decimal, where 1.250 may be either")


def is_list(path: Path) -> bool:
    return path.suffix.lower() in LISTS


def bring_list_in(options: argparse.Namespace) -> int:
    """Columns go where their names say, or where those of the same columns went the last time."""
    use_django()
    from trellis.core.refusal import Refused
    from trellis.transfer.actions import start_import

    by = whoever(options.by)
    if by is None:
        return refuse("Say who brings it: --by and the email address of an admin or of somebody else who may.")
    try:
        imported = taken(options, by)
    except OSError as error:
        return refuse(f"{options.file} cannot be read: {error}")
    try:
        imported = read_as_said(imported, options)
        if options.preview:
            return show_preview(imported, as_json=options.json)
        run = start_import(imported, by=by, at=now())
    except Refused:
        drop(imported)
        raise
    with progress_bar("Bringing in", is_shown=not options.json) as progress:
        follow(run, progress)
    imported.refresh_from_db()
    told = {"import": str(imported.pk), "run": str(run.pk), "counts": imported.counts, "said": run.said}
    print(json.dumps(told) if options.json else told_of(imported, run))
    return int(bool(run.failed or run.has_failed))


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
    """The file as it is kept."""
    from trellis.transfer.actions import take_file

    path: Path = options.file
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(1 << 20), b"")
        return take_file(path.name, chunks, size=path.stat().st_size, by=by, at=now())


def read_as_said(imported: Any, options: argparse.Namespace) -> Any:
    """Read as the options say. Refused where it is in doubt and they do not."""
    from trellis.core.refusal import Refused
    from trellis.transfer.actions import confirm_shape, set_plan, shape_of
    from trellis.transfer.importing.plan import Plan

    letters = sorted({imported.shape["encoding"], *imported.shape["encodings"]} - {""})
    choice = f", or --encoding with one of {', '.join(letters)}" if letters else ""
    shape = shape_of(imported)
    encoding = next((one for one in letters if is_same(one, options.encoding)), "") if options.encoding else ""
    if options.encoding and not encoding:
        raise Refused("no_letters", f"It cannot be read as {options.encoding}: leave that out{choice}.")
    if encoding or options.as_read:
        imported = confirm_shape(imported, replace(shape, encoding=encoding or shape.encoding), at=now())
    if imported.confirmed_at is None:
        doubts = "\n".join(imported.doubts)
        raise Refused("in_doubt", f"{doubts}\nAdd --as-read if it is to be read so{choice}.")
    if options.dates:
        imported = set_plan(imported, replace(Plan.of(imported.plan), date_order=options.dates))
    if options.numbers:
        imported = set_plan(imported, replace(Plan.of(imported.plan), decimal_comma=options.numbers == "comma"))
    return imported


def is_same(encoding: str, asked: str) -> bool:
    """By any name that it has: cp1252 is Windows-1252."""
    try:
        return codecs.lookup(encoding).name == codecs.lookup(asked).name
    except LookupError:
        return encoding.lower() == asked.lower()


def drop(imported: Any) -> None:
    """Nothing is left of a file that is not brought in."""
    from trellis.transfer.actions import forget_file

    forget_file(imported)
    imported.delete()


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
    mend = " The rows to mend are under Import, as a file." if run.failed or imported.counts.get("without") else ""
    return f"{imported.name}: {run.said}{mend}"


def show_preview(imported: Any, *, as_json: bool) -> int:
    from trellis.transfer.importing.plan import Plan
    from trellis.transfer.models import DID
    from trellis.transfer.queries import preview_of

    preview = preview_of(imported, at=now())
    columns = {
        header: column.target for header, column in zip(imported.headers, Plan.of(imported.plan).columns, strict=True)
    }
    drop(imported)
    if as_json:
        print(
            json.dumps(
                {"columns": columns, "rows": preview.looked_at, "counts": preview.counts, "without": preview.without}
            )
        )
        return 0
    print("".join(f"{header} -> {target or 'left out'}\n" for header, target in columns.items()), end="")
    counted = [f"{preview.counts[did]:,} {label.lower()}" for did, label in DID.items() if preview.counts.get(did)]
    counted += [f"{number:,} without {label}" for label, number in preview.without.items()]
    print(f"Of {preview.looked_at:,} rows: {', '.join(counted) or 'nothing'}.")
    return 0

"""`trellis backup` and `trellis restore`: one file for all of an installation."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trellis.config.cli_words import now, refuse, use_django


def add_backup(add: Any) -> None:
    for name, run, says in (
        ("backup", back_up, "Write everything into one file while Trellis runs, and prove that it can be brought back"),
        ("restore", restore, "Bring everything back from such a file"),
    ):
        word = add(name, run, says)
        word.add_argument("file", metavar="FILE", type=Path)
        word.add_argument("--json", action="store_true")
        if run is restore:
            word.add_argument("--replace", action="store_true", help="put it in the place of what is there")


def back_up(options: argparse.Namespace) -> int:
    use_django()
    from trellis.transfer import backup
    from trellis.transfer.stores import FAULTS

    try:
        with progress_bar("Copying", is_shown=not options.json) as progress:
            manifest = backup.back_up(options.file, at=now(), progress=progress)
    except FAULTS as error:
        return refuse(f"{options.file} cannot be written: {error}")
    size = options.file.stat().st_size
    told = {"file": str(options.file), "bytes": size, "made_at": manifest.made_at, "audit": manifest.audit}
    print(json.dumps(told) if options.json else f"{options.file}: {size / 1e6:,.1f} MB, {in_words(manifest.audit)}.")
    return 0


def restore(options: argparse.Namespace) -> int:
    use_django()
    from trellis.config import prepare
    from trellis.journeys.queries import audit
    from trellis.transfer import restore as bringing_back
    from trellis.transfer.stores import FAULTS

    try:
        with progress_bar("Unpacking", is_shown=not options.json) as progress:
            restored = bringing_back.restore(options.file, replace=options.replace, at=now(), progress=progress)
    except FAULTS as error:
        return refuse(f"{options.file} cannot be brought back: {error}")
    prepare.migrate()
    found = audit()
    if options.json:
        print(json.dumps({"made_at": restored.manifest.made_at, "audit": found, "kept": restored.kept}))
    else:
        print(f"{restored.manifest.business} is as it was at {restored.manifest.made_at}: {in_words(found)}.")
        print("".join(f"{kept}\n" for kept in restored.kept), end="")
    return int(found["violations"] > 0)


def in_words(audit: dict[str, Any]) -> str:
    """What was counted; nothing is where the copy is of an earlier version than this program."""
    if not audit:
        return "read from end to end"
    wrong = audit["violations"]
    return f"{audit['open']:,} open journeys, {f'{wrong:,} VIOLATIONS: run trellis audit' if wrong else 'audit 0'}"


@contextmanager
def progress_bar(says: str, *, is_shown: bool) -> Iterator[Callable[[int, int], None]]:
    """On the terminal; yields what the work calls with how far it is."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not (is_shown and console.is_terminal)) as shown:
        task = shown.add_task(says)
        yield lambda done, whole: shown.update(task, completed=done, total=whole or 1)

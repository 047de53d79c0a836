"""`trellis export` and `trellis import`: everything out as plain lines, and in again on either database.

A list of people is brought in by the same word: see `cli_lists`.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from trellis.config.cli_backup import in_words, progress_bar
from trellis.config.cli_lists import add_list_options, bring_list_in, is_list
from trellis.config.cli_words import now, refuse, use_django


def add_everything(add: Any) -> None:
    for name, run, says in (
        ("export", export, "Write everything but secrets into one archive of plain lines, on any database"),
        ("import", bring_in, "Bring in a list (CSV, XLSX, vCard); or fill an empty installation with such an archive"),
    ):
        word = add(name, run, says)
        word.add_argument("file", metavar="FILE", type=Path)
        word.add_argument("--json", action="store_true")
        if run is bring_in:
            add_list_options(word)


def export(options: argparse.Namespace) -> int:
    use_django()
    from trellis.transfer.everything.exporting import export_everything

    try:
        with progress_bar("Writing", is_shown=not options.json) as progress:
            manifest = export_everything(options.file, at=now(), progress=progress)
    except OSError as error:
        return refuse(f"{options.file} cannot be written: {error}")
    size = options.file.stat().st_size
    told = {"file": str(options.file), "bytes": size, "made_at": manifest.made_at, "rows": manifest.rows}
    if options.json:
        print(json.dumps(told | {"files": len(manifest.files)}))
    else:
        print(f"{options.file}: {manifest.rows:,} rows and {files_in_words(manifest)}, {size / 1e6:,.1f} MB.")
    return 0


def bring_in(options: argparse.Namespace) -> int:
    return bring_list_in(options) if is_list(options.file) else bring_everything_in(options)


def bring_everything_in(options: argparse.Namespace) -> int:
    use_django()
    from trellis.config import prepare
    from trellis.transfer.everything.bringing_in import import_everything

    prepare.migrate()
    try:
        with progress_bar("Reading", is_shown=not options.json) as progress:
            imported = import_everything(options.file, progress=progress)
    except OSError as error:
        return refuse(f"{options.file} cannot be brought in: {error}")
    links = {user.email: link_for(user) for user in imported.admins}
    manifest = imported.manifest
    if options.json:
        told = {"made_at": manifest.made_at, "rows": manifest.rows, "files": len(manifest.files)}
        print(json.dumps(told | {"audit": imported.audit, "links": links}))
        return 0
    print(f"{manifest.business} is here as it was at {manifest.made_at}: {manifest.rows:,} rows and", end=" ")
    print(f"{files_in_words(manifest)}, {in_words(imported.audit)}.\nPasswords do not come along. Choose a new one at")
    print("".join(f"{email}: {link}\n" for email, link in links.items()), end="")
    return 0


def files_in_words(manifest: Any) -> str:
    count = len(manifest.files)
    return f"{count:,} file{'' if count == 1 else 's'}"


def link_for(user: Any) -> str:
    from django.conf import settings
    from django.urls import reverse

    from trellis.team.actions.invitations import invitation_for

    return f"{settings.PUBLIC_URL}{reverse('invitation', args=[invitation_for(user)])}"

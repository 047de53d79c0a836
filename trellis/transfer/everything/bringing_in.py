"""Bringing an export into an empty installation: all of it in one transaction, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.rows import insert_rows, new_row
from trellis.journeys.audit import audit
from trellis.journeys.guards import drop_guards, install_guards
from trellis.people.finding import INDEXES
from trellis.team.models import User
from trellis.transfer.archive import FILES, Progress
from trellis.transfer.everything.manifest import Manifest, damaged, read_manifest
from trellis.transfer.everything.nouns import NOUNS, Noun
from trellis.transfer.everything.older import Spellings
from trellis.transfer.everything.reading import opened, rows_of, unpack_files
from trellis.transfer.restore import put_files, refuse_what_is_newer

BATCH = 500
IN_USE = (
    "This installation is in use: it has {found}. An export goes into an empty one: "
    "name another DATABASE_URL or TRELLIS_DATA, and run trellis migrate there."
)
TOLD_FIRST = ("users", "contacts", "journeys")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """`audit` is what was counted before it was made to last; `admins` are those who let the others in."""

    manifest: Manifest
    audit: dict[str, Any]
    admins: list[User]


def import_everything(path: Path, *, progress: Progress) -> Imported:
    """Fill this installation with what an export holds. Raises Refused, and nothing has changed then.

    The transaction is made to last after the last row was read, every reference leads somewhere, the guards are back
    and the audit has counted nothing; whoever is stopped before starts anew.
    """
    with opened(path) as archive:
        manifest = read_manifest(archive)
        refuse_what_is_newer(manifest.migrations)
        refuse_in_use()
        with TemporaryDirectory(dir=settings.DATA, prefix=".import-") as folder:
            unpack_files(archive, manifest, Path(folder))
            with transaction.atomic():
                found = bring_in(archive, manifest, progress)
                put_files(Path(folder) / FILES, Path(settings.MEDIA_ROOT))
    build_anew()
    return Imported(manifest=manifest, audit=found, admins=list(User.objects.active().filter(role="admin")))


def bring_in(archive: ZipFile, manifest: Manifest, progress: Progress) -> dict[str, Any]:
    refuse_in_use(alone=True)
    drop_guards()
    done, spellings = 0, Spellings()
    for noun in NOUNS:
        if noun.part in manifest.parts:
            for count in written(archive, manifest, noun, spellings):
                progress(done := done + count, manifest.rows)
    require_whole()
    install_guards()
    found = audit()
    if found["violations"] or found["guards"] != "present":
        broken = ", ".join(rule for rule, count in found["by_rule"].items() if count)
        raise damaged(f"its journeys break a promise ({broken})")
    return found


def refuse_in_use(*, alone: bool = False) -> None:
    """Not into what anybody works with. With `alone` nobody comes in while we look, or until the transaction ends."""
    if alone and connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(noun.model._meta.db_table) for noun in NOUNS)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
    found = [noun.name.replace("_", " ") for noun in NOUNS if noun.model._base_manager.exists()]
    if found:
        told = sorted(found, key=TOLD_FIRST.__contains__, reverse=True)
        raise Refused("in_use", IN_USE.format(found=", ".join(told[:3])))


def written(archive: ZipFile, manifest: Manifest, noun: Noun, spellings: Spellings) -> Iterator[int]:
    """How many rows, after each batch of them."""
    line = 0
    for batch in batched(rows_of(archive, noun, manifest.parts[noun.part]), BATCH):
        rows = [noun.filled(row) for row in batch]
        try:
            insert_rows([new_row(noun.model, **row) for row in spellings.settled(noun, rows)])
        except DatabaseError as error:
            place = f"{noun.part}, lines {line + 1:,} to {line + len(batch):,}"
            raise refused_by_database(place, error) from error
        line += len(batch)
        yield len(batch)


def require_whole() -> None:
    """Every reference leads to a row. Asked now, so that it is said in a sentence, and not when it is too late."""
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise refused_by_database("a reference", error) from error


def refused_by_database(place: str, error: DatabaseError) -> Refused:
    said = str(error).strip().splitlines()[0]
    return Refused("bad_row", f"{place}: the database refuses it ({said}). Nothing was brought in.")


def build_anew() -> None:
    """What follows from the rows: the index of what is searched, and PostgreSQL's statistics. Safe to be cut short."""
    forget()
    for index in INDEXES:
        while index.settle(enough=1, most=10_000):
            pass
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

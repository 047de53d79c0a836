"""Publishing a playbook: an immutable version with its stages, read back as a typed document."""

from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any
from uuid import UUID

from django.db import transaction

from trellis.core.memory import forget, keep
from trellis.journeys.linting import prove
from trellis.journeys.models import Playbook, Stage
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.team.models import User


def publish_playbook(source: str, *, by: User | None, at: datetime) -> Playbook:
    """Store the YAML as the next version of its playbook and make it the active one. Raises PlaybookFaulty.

    A playbook in which the linter finds an error is PlaybookUnsound.
    """
    document = load_playbook(source)
    prove(source, at=at)
    with transaction.atomic():
        versions = Playbook.objects.select_for_update().filter(key=document.key).order_by("-version")
        newest = versions.first()
        if newest and newest.source == source and newest.active_at:
            return newest
        versions.exclude(active_at=None).update(active_at=None)
        place_stages(document, at)
        transaction.on_commit(forget)
        forget()
        return Playbook.objects.create(
            key=document.key,
            version=newest.version + 1 if newest else 1,
            title=document.title,
            kind=document.kind,
            source=source,
            document=to_store(document),
            published_at=at,
            published_by=by,
            active_at=at,
        )


def place_stages(document: Document, at: datetime) -> None:
    """One row for each stage; those that the document no longer has are retired, never deleted."""
    for position, (key, stage) in enumerate(document.stages.items()):
        Stage.objects.update_or_create(
            playbook_key=document.key,
            key=key,
            defaults={"title": stage.title, "phase": stage.phase, "position": position, "retired_at": None},
        )
    Stage.objects.filter(playbook_key=document.key, retired_at=None).exclude(key__in=document.stages).update(
        retired_at=at
    )


def pack(key: str) -> str:
    """The text of a playbook that ships with Trellis. Raises FileNotFoundError."""
    return (resources.files("trellis.journeys.playbook") / "packs" / f"{key}.yaml").read_text()


def pack_keys() -> list[str]:
    """The playbooks that ship with Trellis."""
    found = (resources.files("trellis.journeys.playbook") / "packs").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in found if file.name.endswith(".yaml"))


def active_playbook(key: str) -> Playbook | None:
    """The version that starts journeys, at most two seconds old."""
    return keep(f"playbook {key}", lambda: Playbook.objects.filter(key=key).exclude(active_at=None).first())


def document_of(playbook: Playbook) -> Document:
    """The typed document of a version. Versions never change, so it is parsed once in a process."""
    return _document(playbook.pk) if playbook.pk else read_back(playbook.document)


@lru_cache(maxsize=256)
def _document(pk: UUID) -> Document:
    return read_back(Playbook.objects.values_list("document", flat=True).get(pk=pk))


def to_store(document: Document) -> dict[str, Any]:
    """As JSON, its stages as pairs: PostgreSQL keeps no order of keys, and the first stage is where journeys start."""
    plain = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return plain | {"stages": list(plain["stages"].items())}


def read_back(stored: dict[str, Any]) -> Document:
    return Document.model_validate(stored | {"stages": dict(stored["stages"])})


def playbook_at(pk: UUID) -> Playbook:
    """A version without its two long columns, kept in the process: versions never change."""
    return _playbook(pk)


@lru_cache(maxsize=256)
def _playbook(pk: UUID) -> Playbook:
    return Playbook.objects.defer("source", "document").get(pk=pk)


def stage_at(playbook: Playbook, pk: UUID) -> Stage:
    """The stage of a journey that walks this version, kept like `stage_of`."""
    return _stage_at(playbook.pk, pk)


@lru_cache(maxsize=1024)
def _stage_at(playbook_pk: UUID, pk: UUID) -> Stage:
    return Stage.objects.get(pk=pk)


def stage_of(playbook: Playbook, key: str) -> Stage:
    """A stage's row, kept in the process: rows never go away."""
    return _stage(playbook.pk, playbook.key, key)


@lru_cache(maxsize=1024)
def _stage(pk: UUID, playbook_key: str, key: str) -> Stage:
    return Stage.objects.get(playbook_key=playbook_key, key=key)

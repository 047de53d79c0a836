"""Publishing a playbook: an immutable version with its stages, read back as a typed document."""

from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any
from uuid import UUID

from django.db import transaction

from trellis.core.memory import forget, keep
from trellis.core.refusal import Refused
from trellis.journeys.models import Playbook, Stage
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.steps import switched_on
from trellis.team.models import User


def publish_playbook(source: str, *, by: User | None, at: datetime) -> Playbook:
    """Store the YAML as the next version of its playbook and make it the active one. Raises PlaybookFaulty."""
    document = load_playbook(source)
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


def source_of(key: str, version: int | None = None) -> str:
    """The YAML of a version exactly as it was published, comments and line ends included; the active one by default."""
    versions = Playbook.objects.filter(key=key)
    wanted = versions.exclude(active_at=None) if version is None else versions.filter(version=version)
    if source := wanted.values_list("source", flat=True).first():
        return source
    there_are = list(versions.order_by("version").values_list("version", flat=True))
    if there_are:
        raise Refused("unknown_version", f"“{key}” has the versions {', '.join(map(str, there_are))}. Choose one.")
    keys = sorted(set(Playbook.objects.values_list("key", flat=True)))
    raise Refused("unknown_playbook", f"There is no playbook “{key}”; there are {', '.join(keys) or 'none yet'}.")


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
    """What a version runs: the rules of the steps that are switched on. Parsed once in a process: it never changes."""
    return document_at(playbook.pk) if playbook.pk else switched_on(read_back(playbook.document))


def document_at(pk: UUID) -> Document:
    """The same, by the id of the version."""
    return _document(pk)


@lru_cache(maxsize=256)
def _document(pk: UUID) -> Document:
    return switched_on(read_back(Playbook.objects.values_list("document", flat=True).get(pk=pk)))


def to_store(document: Document) -> dict[str, Any]:
    """As JSON, its stages as pairs: PostgreSQL keeps no order of keys, and the first stage is where journeys start."""
    plain = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return plain | {"stages": list(plain["stages"].items())}


def read_back(stored: dict[str, Any]) -> Document:
    """As it was written, with the steps that are switched off."""
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

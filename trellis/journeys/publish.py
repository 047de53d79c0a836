"""Publishing a playbook: an immutable version with its stages, read back as a typed document."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from trellis.core.memory import forget, keep
from trellis.core.refusal import Refused
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import PlaybookPublished, PlaybookRolledBack
from trellis.journeys.changes import LONGEST_REASON, begin_change
from trellis.journeys.linting import prove
from trellis.journeys.models import InFlight, Playbook, Stage
from trellis.journeys.playbook.differences import differences
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.steps import switched_on
from trellis.team.models import User

FIRST_SENTENCES = 5


def publish_playbook(
    source: str,
    *,
    by: User | None,
    at: datetime,
    in_flight: str = InFlight.FINISH,
    mapping: Mapping[str, str] | None = None,
    reason: str = "",
    expecting: int | None = None,
) -> Playbook:
    """Store the YAML as the next version of its playbook and make it the active one, at once for new journeys.

    `in_flight` says what becomes of those on their way: they go over (map), finish on theirs, or stand still (hold);
    `mapping` names a stage of this version for each that is gone. `expecting` is the active version that was looked at.
    Raises PlaybookFaulty for the text, Refused for the rest.
    """
    document = require_sound(source, at=at)
    with transaction.atomic():
        before = lock_active(document.key, expecting)
        if before and before.source == source:
            return before
        new = activate(document, source, before, by=by, at=at, reason=reason)
        begin_change(new, document, how=in_flight, mapping=mapping or {}, strict=True, by=by, at=at, reason=reason)
        announce_published(new, in_flight, by=by, at=at)
    return new


def roll_back_playbook(
    key: str,
    *,
    to: int,
    by: User | None,
    at: datetime,
    in_flight: str = InFlight.MAP,
    mapping: Mapping[str, str] | None = None,
    reason: str = "",
    expecting: int | None = None,
) -> Playbook:
    """Publish the text of an earlier version again; journeys go back with it, from wherever a change has brought them.

    Where no stage is named for one that is gone they go to the nearest before it, so that this is always one step.
    """
    with transaction.atomic():
        before = lock_active(key, expecting)
        earlier = Playbook.objects.filter(key=key, version=to).first()
        if earlier is None:
            raise Refused("unknown_version", f"There is no version {to} of “{key}”. Choose one that is listed.")
        if before and before.source == earlier.source:
            raise Refused("already_live", f"That text is live already, as version {before.version}.")
        document = read_back(earlier.document)
        new = activate(document, earlier.source, before, by=by, at=at, reason=reason, restores=to)
        begin_change(new, document, how=in_flight, mapping=mapping or {}, strict=False, by=by, at=at, reason=reason)
        told = PlaybookRolledBack(
            playbook=key, title=new.title, version=new.version, restored=to, in_flight=in_flight, reason=new.reason
        )
        announce([Announcement(fact=told, at=at, by=by.pk if by else None)])
    return new


def require_sound(source: str, *, at: datetime) -> Document:
    """The one place where a text is judged before it is published. Raises PlaybookFaulty with all that is wrong.

    A playbook in which the linter finds an error is PlaybookUnsound.
    """
    document = load_playbook(source)
    prove(source, at=at)
    return document


def lock_active(key: str, expecting: int | None) -> Playbook | None:
    """The active version, held until this is done, so that of two who publish at once the second is told."""
    versions = list(Playbook.objects.select_for_update().filter(key=key).order_by("-version"))
    active = next((one for one in versions if one.active_at), None)
    if expecting is not None and (active is None or active.version != expecting):
        now = f"Version {active.version} is live by now" if active else "No version is live by now"
        raise Refused("published_meanwhile", f"{now}. Look at the plan again, then publish.")
    return active


def activate(
    document: Document,
    source: str,
    before: Playbook | None,
    *,
    by: User | None,
    at: datetime,
    reason: str,
    restores: int | None = None,
) -> Playbook:
    """Write the version and its stages; from here on new journeys start on it."""
    newest = Playbook.objects.filter(key=document.key).aggregate(newest=Max("version"))["newest"] or 0
    if before:
        Playbook.objects.filter(pk=before.pk).update(active_at=None)
    place_stages(document, at)
    transaction.on_commit(forget)
    forget()
    return Playbook.objects.create(
        key=document.key,
        version=newest + 1,
        title=document.title,
        kind=document.kind,
        source=source,
        document=to_store(document),
        published_at=at,
        published_by=by,
        active_at=at,
        reason=reason.strip()[:LONGEST_REASON],
        changes=told_apart(before, document),
        restores=restores,
    )


def told_apart(before: Playbook | None, document: Document) -> dict[str, Any]:
    """Versions never change, so what one changed is told once. {"count": 12, "first": [sentences]}."""
    if before is None:
        return {}
    found = differences(switched_on(read_back(before.document)), switched_on(document))
    return {"count": len(found), "first": [change.sentence for change in found[:FIRST_SENTENCES]]}


def announce_published(new: Playbook, in_flight: str, *, by: User | None, at: datetime) -> None:
    told = PlaybookPublished(
        playbook=new.key, title=new.title, version=new.version, in_flight=in_flight, reason=new.reason
    )
    announce([Announcement(fact=told, at=at, by=by.pk if by else None)])


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


def active_now(key: str, *, with_source: bool = False) -> Playbook | None:
    """The same, as it is at this moment, without its two long columns unless its text is wanted."""
    long = ["document"] if with_source else ["source", "document"]
    return Playbook.objects.filter(key=key, active_at__isnull=False).defer(*long).first()


def playbook_titles() -> dict[str, str]:
    """The title of each playbook that is live, by its key, in the order of the titles."""
    live = Playbook.objects.filter(active_at__isnull=False).order_by("title", "key")
    return dict(live.values_list("key", "title"))


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


def stage_titles() -> list[tuple[str, str]]:
    """Key and title of every stage that is in use, each key once."""
    return keep("journeys.stages", _read_stage_titles)


def _read_stage_titles() -> list[tuple[str, str]]:
    stages = Stage.objects.filter(retired_at=None).order_by("playbook_key", "position")
    return list(dict(stages.values_list("key", "title")).items())

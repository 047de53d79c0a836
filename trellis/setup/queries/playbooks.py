"""The playbooks of the business and their versions."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from trellis.core.literal import Literal
from trellis.journeys.models import Journey, JourneyStatus, Playbook, Stage
from trellis.team.models import User
from trellis.team.permissions import sees_all

VERSIONS = 30
# Where many journeys are open, those of each version are counted at most this often in a process.
MANY, KEPT_SECONDS = 5_000, 60


@dataclass(frozen=True, kw_only=True)
class ListedPlaybook:
    """A playbook as the list shows it: its live version, else the newest, and how many walk it now."""

    playbook: Playbook
    stages: list[Stage]
    open_journeys: int


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version, how many open journeys walk it, and the number of the one before."""

    playbook: Playbook
    open_journeys: int
    previous: int


@dataclass(frozen=True, kw_only=True)
class Versions:
    rows: list[Version]
    before: int | None


def listed_playbooks(user: User) -> list[ListedPlaybook]:
    """In the order of their titles. Three queries."""
    stages: dict[str, list[Stage]] = defaultdict(list)
    open_journeys: Counter[str] = Counter()
    walking = open_by_stage(user)
    for stage in Stage.objects.all():
        open_journeys[stage.playbook_key] += walking.get(stage.pk, 0)
        if stage.retired_at is None:
            stages[stage.playbook_key].append(stage)
    first = Playbook.objects.filter(key=OuterRef("key")).order_by(F("active_at").desc(nulls_last=True), "-version")
    shown = without_texts(Playbook.objects.filter(pk=Subquery(first.values("pk")[:1]))).order_by("title", "key")
    return [
        ListedPlaybook(playbook=playbook, stages=stages[playbook.key], open_journeys=open_journeys[playbook.key])
        for playbook in shown
    ]


def open_by_stage(user: User) -> dict[UUID, int]:
    """How many journeys that the user sees are open, by their stage: counted along the index of stages."""
    seen = Journey.objects.visible_to(user).filter(status=Literal(JourneyStatus.OPEN))
    counted = seen.order_by().values_list("stage")
    return dict(counted.annotate(count=Count("*")))


def versions_of(key: str, user: User, *, before: int | None = None) -> Versions:
    """The versions of a playbook, the newest first; `before` is the last one of the page above. Two queries."""
    found = without_texts(Playbook.objects.filter(key=key).order_by("-version"))
    if before is not None:
        found = found.filter(version__lt=before)
    page, walking = list(found[: VERSIONS + 1]), open_by_version(key) if sees_all(user) else {}
    return Versions(
        rows=[
            Version(playbook=one, open_journeys=walking.get(one.version, 0), previous=one.version - 1)
            for one in page[:VERSIONS]
        ],
        before=page[VERSIONS - 1].version if len(page) > VERSIONS else None,
    )


def open_by_version(key: str) -> dict[int, int]:
    kept: dict[int, int] | None = cache.get(f"setup.versions.{key}")
    if kept is not None:
        return kept
    walking = Journey.objects.filter(status=Literal(JourneyStatus.OPEN), playbook__key=key)
    counted = dict(walking.values_list("playbook__version").annotate(count=Count("*")).order_by())
    if sum(counted.values()) > MANY:
        cache.set(f"setup.versions.{key}", counted, KEPT_SECONDS)
    return counted


def without_texts(playbooks: QuerySet[Playbook]) -> QuerySet[Playbook]:
    """With who published it, without the two long columns."""
    return playbooks.select_related("published_by").defer("source", "document")

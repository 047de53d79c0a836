"""The cards of the board: what each says of one open journey, read as rows. A board shows dozens of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Left

from trellis.core.questions import RowsOf
from trellis.desk.permissions import Rights
from trellis.desk.queries.board_touch import Touch, touch_in, with_last_events
from trellis.desk.queries.filtering import JourneyFilter
from trellis.desk.queries.names import say_point
from trellis.desk.queries.today import STEP_ICONS, shorten
from trellis.journeys.models import MACHINE_KINDS, Journey
from trellis.journeys.playbook.schema import WON_PHASES
from trellis.people.models import ContactPoint, Tag
from trellis.team.models import User
from trellis.web.times import DAY, Viewer, time_left

TAGS_SHOWN = 3
REASON = 60
QUIET_AFTER = 2 * DAY
FIELDS = (
    *("pk", "contact", "stage", "owner", "next_task", "due_at", "title", "context", "value_minor", "currency"),
    *("priority_at", "started_at", "heard_at", "spoke_at", "contact__name", "stage__phase"),
    *("next_task__kind", "next_task__title", "next_task__created_at", "loud", "quiet"),
)
TAGS_WORN = Tag.objects.filter(contact_tags__contact=OuterRef("contact")).order_by("name")[:TAGS_SHOWN]
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One open journey on the board: who, why, the last touch, and the owner, next step and deadline together."""

    pk: UUID
    stage_id: UUID
    contact_id: UUID
    task_id: UUID
    name: str
    reason: str
    value_minor: int | None
    currency: str
    has_priority: bool
    quiet_days: int
    tags: Sequence[Tag]
    touch: Touch
    owner: User
    step: str
    step_icon: str
    is_automatic: bool
    set_at: datetime
    due_at: datetime
    viewer: Viewer
    may_change: bool

    @property
    def cursor(self) -> str:
        """Where a page that ends with this card is gone on with."""
        return f"{self.due_at.isoformat()}~{self.pk}"

    @property
    def has_tags(self) -> bool:
        return bool(self.tags or self.has_priority or self.quiet_days)

    @property
    def due_style(self) -> str:
        """For the tag `time_left`: nothing runs out where Trellis acts by itself."""
        return "wait" if self.is_automatic else ""

    @property
    def is_late(self) -> bool:
        return not self.is_automatic and self.due_at <= self.viewer.now

    @property
    def is_soon(self) -> bool:
        return not self.is_automatic and time_left(self.due_at, self.set_at, self.viewer).state == "soon"


def cards_of(journeys: QuerySet[Journey], shown: JourneyFilter) -> list[Card]:
    """By deadline. One query, and one where there are people without a name."""
    told = {"said": Left("words", 4 * REASON), "worn": RowsOf(TAGS_WORN)}
    found = with_last_events(journeys).annotate(**told).order_by("due_at", "pk")
    rows: list[Row] = list(found.values(*FIELDS, *told))
    owners, names = owners_of(rows, shown), names_without(rows, shown.viewer.region)
    may = Rights.of(shown.user, [row["contact"] for row in rows])
    return [
        card_of(
            row,
            name=row["contact__name"] or names.get(row["contact"], "Somebody new"),
            touch=touch_in(row, hear=row["contact"] in may.hear, notes=row["contact"] in may.notes),
            owner=owners[row["owner"]],
            viewer=shown.viewer,
            may=may,
        )
        for row in rows
    ]


def card_of(row: Row, *, name: str, touch: Touch, owner: User, viewer: Viewer, may: Rights) -> Card:
    said = shorten(row["said"], REASON) if row["contact"] in may.hear else ""
    quiet_days = quiet_days_of(row, viewer.now)
    has_priority = row["priority_at"] is not None
    return Card(
        pk=row["pk"],
        stage_id=row["stage"],
        contact_id=row["contact"],
        task_id=row["next_task"],
        name=name,
        reason=said or row["title"] or touch.event,
        value_minor=row["value_minor"],
        currency=row["currency"],
        has_priority=has_priority,
        quiet_days=quiet_days,
        tags=row["worn"][: TAGS_SHOWN - has_priority - bool(quiet_days)],
        touch=touch,
        owner=owner,
        step=row["next_task__title"],
        step_icon=STEP_ICONS[row["next_task__kind"]],
        is_automatic=row["next_task__kind"] in MACHINE_KINDS,
        set_at=row["next_task__created_at"],
        due_at=row["due_at"],
        viewer=viewer,
        may_change=row["owner"] in may.change,
    )


def quiet_days_of(row: Row, now: datetime) -> int:
    """For how many days they have not answered us; 0 while it is our turn, or once they are won."""
    heard, spoke = row["heard_at"] or row["started_at"], row["spoke_at"]
    if row["stage__phase"] in WON_PHASES or spoke is None or spoke < heard:
        return 0
    silence = now - heard
    return silence // DAY if silence >= QUIET_AFTER else 0


def owners_of(rows: Sequence[Row], shown: JourneyFilter) -> dict[UUID, User]:
    """Whoever owns something is active, so they are known already; somebody new may be too new for that."""
    known = {person.pk: person for person in shown.people}
    if unknown := {row["owner"] for row in rows} - known.keys():
        known |= User.objects.in_bulk(unknown)
    return known


def names_without(rows: Sequence[Row], region: str) -> dict[UUID, str]:
    """For those without a name, their number, else their address."""
    nameless = {row["contact"] for row in rows if not row["contact__name"]}
    points = ContactPoint.objects.filter(contact__in=nameless).order_by("kind", "-created_at") if nameless else []
    return {point.contact_id: say_point(point, region) for point in points}

"""The queue: open journeys by deadline, each with its next step and what happens if nobody acts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from trellis.conversations.models import Message
from trellis.desk.permissions import heard_by
from trellis.desk.queries.due import SOON, Group, count_due, group_for, spans
from trellis.desk.queries.filtering import JourneyFilter
from trellis.desk.queries.names import called, cause_of, hold_point, point_of, way_of
from trellis.desk.queries.open_journeys import all_open, cursor_at, open_journeys, read_cursor
from trellis.journeys.engine.offers import ACCEPT
from trellis.journeys.models import MACHINE_KINDS, ON_OFFER, Handover, Journey
from trellis.journeys.permissions import changed_by
from trellis.journeys.queries import Forecast, coming, forecast_with
from trellis.team.models import User
from trellis.team.permissions import may
from trellis.web.times import Viewer

PAGE = 16
OFFERS = 24
ON_ONE_LINE, IN_THE_PEEK = 160, 280
# What a row shows, of the many things that these records hold.
COLUMNS = (
    *("status", "contact", "playbook", "playbook_key", "stage", "owner", "next_task", "due_at", "title", "words"),
    *("context", "value_minor", "currency", "priority_at", "started_at", "taken_over_at", "heard_at", "spoke_at"),
    *("contact__name", "contact__place", "stage__title", "stage__key", "owner__name", "owner__hue"),
    *("next_task__kind", "next_task__title", "next_task__why", "next_task__created_at", "next_task__rule_id"),
    "next_task__assignee",
)
STEP_ICONS = {
    "call": "phone", "reply": "reply", "meet": "calendar-check", "do": "square-check-big",
    "send": "send", "check": "timer", "wake": "moon",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """One open journey in the queue."""

    journey: Journey
    name: str
    icon: str
    way: str
    last_words: str
    words: str
    may_change: bool
    forecast: Forecast | None
    offer: Handover | None = None

    @property
    def waits(self) -> bool:
        """Somebody else is asked to accept it, before anything else."""
        task = self.journey.next_task
        return self.offer is None and task is not None and task.rule_id == ACCEPT

    @property
    def is_automatic(self) -> bool:
        return self.journey.next_task is not None and self.journey.next_task.kind in MACHINE_KINDS

    @property
    def step_icon(self) -> str:
        return STEP_ICONS[self.journey.next_task.kind] if self.journey.next_task else "circle-alert"

    @property
    def reason(self) -> str:
        """Why they are here, on one line: what they said last, else why they came, else how."""
        if said := shorten(self.last_words, ON_ONE_LINE):
            return f"“{said}”"
        return shorten(self.words, ON_ONE_LINE) or self.journey.title or self.way

    @property
    def quote(self) -> str:
        """Their own words for the open row: the last ones, else the first."""
        return shorten(self.last_words or self.words, IN_THE_PEEK)

    @property
    def already(self) -> str:
        """What has happened before the next step, when a rule wrote and nobody of ours has answered yet."""
        spoke, heard = self.journey.spoke_at, self.journey.heard_at
        if not self.is_new or spoke is None:
            return ""
        return "no reply yet" if heard is None or heard <= spoke else "they wrote back"

    @property
    def cause(self) -> str:
        """Why the next step is there."""
        return cause_of(self.journey.next_task)

    @property
    def is_new(self) -> bool:
        """Nobody of ours has answered yet."""
        return self.journey.taken_over_at is None


@dataclass(frozen=True, kw_only=True)
class Queue:
    groups: list[Group[Row]]
    mine: int
    team: int
    after: str

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]


def queue_of(user: User, *, mine: bool, after: str, viewer: Viewer, only: JourneyFilter) -> Queue:
    """One page of the queue, with `only` what the filter lets through. Two queries.

    `after` is where the page before it ended.
    """
    groups = spans(viewer)
    counted = count_due(user, groups, only)
    offers = offers_to(user, only)
    for group in groups[:-1]:
        group.count = counted[f"{group.key}_{'mine' if mine else 'team'}"]
    journeys = page_of(user, after, only, mine=mine, but=list(offers))
    if offers and not after:
        groups.insert(0, offered_group(offers, viewer, user))
    for row in rows_of(journeys[:PAGE], viewer, user):
        group_for(groups, row.journey.due_at).rows.append(row)
    return Queue(
        groups=[group for group in groups if group.rows],
        mine=sum(counted[f"{key}_mine"] for key in SOON) + len(offers),
        team=sum(counted[f"{key}_team"] for key in SOON),
        after=cursor_at(journeys[PAGE - 1]) if len(journeys) > PAGE else "",
    )


def offers_to(user: User, only: JourneyFilter) -> dict[UUID, Handover]:
    """What somebody hands over to the user, by journey, what is due first first."""
    if not may(user, "see", "journey"):
        return {}
    offers = Handover.objects.filter(ON_OFFER, taker=user, journey__in=only.narrow(all_open()))
    return {offer.journey_id: offer for offer in offers.select_related("giver").order_by("due_at", "id")[:OFFERS]}


def offered_group(offers: dict[UUID, Handover], viewer: Viewer, user: User) -> Group[Row]:
    """They stand above everything else, until they are answered."""
    read = read_rows(all_open().filter(pk__in=offers), OFFERS)
    rows = {row.journey.pk: row for row in rows_of(read, viewer, user)}
    shown = [replace(rows[pk], offer=offer) for pk, offer in offers.items() if pk in rows]
    return Group(key="offered", title="Offered to you", until=None, count=len(offers), rows=shown)


def page_of(
    user: User, after: str, only: JourneyFilter, *, mine: bool = False, but: Sequence[UUID] = ()
) -> list[Journey]:
    """The next journeys by deadline, one more than fits, without those that stand above."""
    queue = only.narrow(open_journeys(user), in_order=True)
    if mine:
        queue = queue.filter(owner=user)
    if but:
        queue = queue.exclude(pk__in=but)
    if place := read_cursor(after):
        due, pk = place
        queue = queue.filter(Q(due_at__gt=due) | Q(pk__gt=pk), due_at__gte=due)
    return read_rows(queue, PAGE + 1)


def read_rows(queue: QuerySet[Journey], most: int) -> list[Journey]:
    """So many of them by deadline, with what the customer wrote last and what comes by itself.

    Which ones is asked within: SQLite begins with the smallest of the tables that it joins, and would sort all.
    """
    first = Journey.objects.filter(pk__in=queue.order_by("due_at", "pk").values("pk")[:most])
    said = Message.objects.filter(journey_id=OuterRef("pk"), direction="in").order_by("-created_at")
    told = first.only(*COLUMNS).select_related("contact", "stage", "owner", "next_task")
    told = told.annotate(
        last_words=Subquery(said.values("text")[:1]),
        last_channel=Subquery(said.values("channel")[:1]),
        coming=coming(),
        point=point_of("contact"),
    )
    return list(told.order_by("due_at", "pk"))


def rows_of(journeys: Sequence[Any], viewer: Viewer, user: User) -> Iterator[Row]:
    """Of journeys as `page_of` reads them. What they said is told to whoever may read it."""
    heard, changeable = heard_by(user, [journey.contact_id for journey in journeys]), changed_by(user)
    for journey in journeys:
        is_heard = journey.contact_id in heard
        hold_point(journey.contact, journey.point)
        icon, way = way_of(journey.context.get("kind", ""), journey.context.get("channel", ""))
        if journey.last_channel:
            icon, _ = way_of("", journey.last_channel)
        yield Row(
            journey=journey,
            name=called(journey.contact, viewer.region),
            icon=icon,
            way=way.capitalize(),
            last_words=(journey.last_words or "") if is_heard else "",
            words=journey.words if is_heard else "",
            may_change=journey.owner_id in changeable,
            forecast=forecast_with(journey, journey.coming),
        )


def shorten(words: str, most: int) -> str:
    """The words on one line, cut where they are too many."""
    line = " ".join(words[: 4 * most].split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"

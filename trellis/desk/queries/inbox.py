"""The lists of the Inbox: who waits for us, what is mine, whom we wait for, what is done.

A conversation is all that was said with one person, on every channel. It is one row, told by one of their journeys,
and stands in exactly one of three lists:

- Needs reply: they wait for a word from us. A clock for the first reply or for a reply runs on an open journey of
  theirs. The promise that ends first comes first.
- Waiting: they have an open journey and no reply is owed. The one we spoke with last comes first.
- Done: none of their journeys is open; they are parked or closed, or what was said belongs to none. What ended last
  comes first.

Mine holds the open conversations of one owner from the first two lists: replies owed first, then by deadline.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from trellis.conversations.models import Message
from trellis.core.literal import Literal
from trellis.desk.permissions import talks_in_reach
from trellis.desk.queries.inbox_said import with_words
from trellis.journeys.models import ENDED_AT, IS_OPEN, IS_RUNNING, SPOKEN_AT, Clock, Journey, JourneyStatus
from trellis.people.models import Contact
from trellis.people.reach import in_reach_of
from trellis.team.models import User

PAGE = 25
NEEDS_REPLY, MINE, WAITING, DONE = "needs-reply", "mine", "waiting", "done"
LISTS = {NEEDS_REPLY: "Needs reply", MINE: "Mine", WAITING: "Waiting", DONE: "Done"}
# What a row shows, of the many things that these records hold.
RELATED = ("contact", "stage", "owner", "next_task", "playbook")
COLUMNS = (
    *("contact__name", "stage__title", "owner__name", "owner__hue", "playbook__key", "status", "outcome", "words"),
    *("context", "started_at", "due_at", "closed_at", "parked_until", "stage", "owner", "next_task", "playbook"),
    *("next_task__kind", "next_task__title", "next_task__rule_id", "next_task__created_at", "contact"),
)
CLOCK_COLUMNS = ["kind", "started_at", "due_at", "journey"]
MESSAGE_COLUMNS = ("contact", "contact__name")
# Written out, so that SQLite reads the partial indexes.
OPEN = Literal(JourneyStatus.OPEN)
STAGE_LIMIT = Literal("stage")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a row stands: its walk, its instant there and its id. As text, the cursor of a page."""

    walk: str
    at: datetime
    pk: UUID

    def __str__(self) -> str:
        return f"{self.walk}~{self.at.isoformat()}~{self.pk}"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A conversation in a list. `journey` tells it, `clock` is the promise that somebody waits on.

    `row` is what was read: it carries what was said last (see `inbox_said`).
    """

    contact: Contact
    place: Place
    row: Any
    journey: Journey | None = None
    clock: Clock | None = None


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Rows in the order of an index, with `stands_at` as their instant in it; a list is one walk or two.

    `rivals` are the same rows, found by their contact: each row with one of these before it is left out.
    """

    key: str
    rows: QuerySet[Any]
    rivals: QuerySet[Any]
    is_backwards: bool = False

    def after(self, place: Place | None) -> list[Found]:
        """The next conversations, one more than a page holds."""
        rows = self.rows.exclude(Exists(self.rivals.filter(self.is_before())))
        if place:
            beyond, upto = ("lt", "lte") if self.is_backwards else ("gt", "gte")
            past = Q(**{f"stands_at__{beyond}": place.at}) | Q(**{f"pk__{beyond}": place.pk})
            rows = rows.filter(past, **{f"stands_at__{upto}": place.at})
        order = ("-stands_at", "-pk") if self.is_backwards else ("stands_at", "pk")
        return [self.found(row) for row in told(rows).order_by(*order)[: PAGE + 1]]

    def is_before(self) -> Q:
        beyond = "gt" if self.is_backwards else "lt"
        same_instant = {"stands_at": OuterRef("stands_at"), f"pk__{beyond}": OuterRef("pk")}
        return Q(**{f"stands_at__{beyond}": OuterRef("stands_at")}) | Q(**same_instant)

    def found(self, row: Any) -> Found:
        journey = row.journey if isinstance(row, Clock) else row if isinstance(row, Journey) else None
        return Found(
            contact=journey.contact if journey else row.contact,
            place=Place(walk=self.key, at=row.stands_at, pk=row.pk),
            row=row,
            journey=journey,
            clock=row if isinstance(row, Clock) else None,
        )


def told(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With all that a row of the list shows."""
    path = {Clock: "journey__", Journey: "", Message: ""}[rows.model]
    related, columns = (("contact",), MESSAGE_COLUMNS) if rows.model is Message else (RELATED, COLUMNS)
    shown = [f"{path}{column}" for column in columns] + (CLOCK_COLUMNS if path else [])
    words: dict[str, Any] = with_words(f"{path}contact")
    found: QuerySet[Any] = rows.select_related(*(f"{path}{name}" for name in related)).only(*shown).annotate(**words)
    return found


def conversations(name: str, user: User, after: str = "") -> tuple[list[Found], str]:
    """One page of a list, and the cursor where the next one begins (empty on the last). One query, or two."""
    walks, place = WALKS[name](user), read_place(after)
    rows = along_one_line(walks, place) if name == DONE else one_after_another(walks, place)
    return rows[:PAGE], str(rows[PAGE - 1].place) if len(rows) > PAGE else ""


def one_after_another(walks: Sequence[Walk], place: Place | None) -> list[Found]:
    """A walk begins where the one before it ends."""
    keys = [walk.key for walk in walks]
    first = keys.index(place.walk) if place and place.walk in keys else 0
    found: list[Found] = []
    for walk in walks[first:]:
        found += walk.after(place if place and place.walk == walk.key else None)
        if len(found) > PAGE:
            break
    return found


def along_one_line(walks: Sequence[Walk], place: Place | None) -> list[Found]:
    """All walks merged, the last first."""
    found = [one for walk in walks for one in walk.after(place)]
    return sorted(found, key=lambda one: (one.place.at, one.place.pk), reverse=True)


def needs_reply(user: User) -> list[Walk]:
    return [owed_walk(owed_replies(user))]


def mine(user: User) -> list[Walk]:
    # Negated twice: SQLite would rather read all that somebody owns than the index that is meant.
    owed = owed_replies(user).exclude(~Q(journey__owner=user))
    by_deadline = {"stands_at": F("due_at")}
    rows = heard(Journey.objects.filter(status=OPEN, owner=user), user).annotate(**by_deadline)
    rivals = open_of_contact(user).exclude(~Q(owner=user)).annotate(**by_deadline)
    return [owed_walk(owed), Walk(key="later", rows=rows.exclude(owed_to_contact(owed)), rivals=rivals)]


def waiting(user: User) -> list[Walk]:
    spoken = {"stands_at": SPOKEN_AT}
    rows = heard(Journey.objects.filter(IS_OPEN), user).exclude(owed_to_contact(owed_replies(user))).annotate(**spoken)
    return [Walk(key="waiting", rows=rows, rivals=open_of_contact(user).annotate(**spoken), is_backwards=True)]


def done(user: User) -> list[Walk]:
    """Journeys that are over or rest; and people with whom we spoke outside of any."""
    genuine = heard(Journey.objects.genuine(), user)
    theirs = genuine.filter(contact=OuterRef("contact"))
    over = genuine.exclude(IS_OPEN).exclude(Exists(open_of_contact(user))).annotate(stands_at=ENDED_AT)
    written = Message.objects.filter(in_reach_of(user, "see", "conversation", contact="contact"))
    written = written.annotate(stands_at=F("created_at"))
    outside = written.filter(journey_id=None).exclude(Exists(theirs))
    return [
        Walk(key="done", rows=over, rivals=theirs.annotate(stands_at=ENDED_AT), is_backwards=True),
        Walk(key="done", rows=outside, rivals=written.filter(contact=OuterRef("contact")), is_backwards=True),
    ]


WALKS: dict[str, Callable[[User], list[Walk]]] = {NEEDS_REPLY: needs_reply, MINE: mine, WAITING: waiting, DONE: done}


def owed_walk(owed: QuerySet[Clock]) -> Walk:
    rows = owed.annotate(stands_at=F("due_at"))
    return Walk(key="owed", rows=rows, rivals=rows.filter(journey__contact=OuterRef("journey__contact")))


def owed_replies(user: User) -> QuerySet[Clock]:
    """The promises that somebody waits on: every running one but a stage's limit. Only open journeys have any."""
    owners = talks_in_reach(user)
    running = Clock.objects.filter(IS_RUNNING).exclude(kind=STAGE_LIMIT)
    return running if owners is None else running.filter(journey__owner__in=owners)


def heard(journeys: QuerySet[Journey], user: User) -> QuerySet[Journey]:
    """Of these those whose conversations they read."""
    owners = talks_in_reach(user)
    return journeys if owners is None else journeys.filter(owner__in=owners)


def owed_to_contact(owed: QuerySet[Clock]) -> Exists:
    return Exists(owed.filter(journey__contact=OuterRef("contact")))


def open_of_contact(user: User) -> QuerySet[Journey]:
    return heard(Journey.objects.filter(IS_OPEN, contact=OuterRef("contact")), user)


def read_place(text: str) -> Place | None:
    """Where a page ended; nothing when the address was cut or made up."""
    walk, _, rest = text.partition("~")
    at, _, pk = rest.partition("~")
    try:
        place = Place(walk=walk, at=datetime.fromisoformat(at.replace(" ", "+")), pk=UUID(pk))
    except ValueError:
        return None
    return place if place.at.tzinfo else None

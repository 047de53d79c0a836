"""Has anything changed since a page was made? One cheap count along the ids of events, which grow with time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from trellis.core.ids import first_id_at
from trellis.events.models import Event

# A request that is slow to commit may write events that are older than a page which has not seen them.
OVERLAP = timedelta(seconds=10)


@dataclass(frozen=True)
class Cursor:
    """How many events there were from the id `since` on; `str()` is what travels."""

    since: UUID
    count: int

    def __str__(self) -> str:
        return f"{self.since.hex}-{self.count}"


def cursor_now(at: datetime, contact_id: UUID | None = None) -> Cursor:
    """Take it before reading the page: what is written meanwhile counts as a change."""
    since = first_id_at(at - OVERLAP)
    return Cursor(since, count_since(since, contact_id))


def has_changed(cursor: Cursor, contact_id: UUID | None = None) -> bool:
    return count_since(cursor.since, contact_id) != cursor.count


def count_since(since: UUID, contact_id: UUID | None) -> int:
    events = Event.objects.filter(pk__gte=since)
    return (events.filter(contact_id=contact_id) if contact_id else events).count()


def read_cursor(text: str) -> Cursor | None:
    """Nothing when it was cut or made up: the page asks anew then."""
    since, _, count = text.partition("-")
    try:
        return Cursor(UUID(since), int(count))
    except ValueError:
        return None

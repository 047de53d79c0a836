"""What is connected to the outside, in words: how messages leave, how email comes in."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Subquery

from trellis.conversations import connections as port
from trellis.conversations.connections import Connector, connector_for
from trellis.conversations.models import Connection, Message
from trellis.conversations.queries import NOTHING_KEPT, Kept, kept, newest_kept, waiting_to_leave
from trellis.intake.models import RawSignal, Signal
from trellis.integrations.inbound_email import secret as inbound
from trellis.team.models import User

KEPT_SHOWN = 5
TITLES = {"smtp": ("Email", "mail"), "twilio": ("Texts and calls", "message-square-text")}


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """One way out: whether it is connected and by whom, how its last test went, what is kept here meanwhile."""

    connector: Connector
    title: str
    icon: str
    summary: str
    by_environment: bool
    row: Connection | None
    kept: Kept

    @property
    def key(self) -> str:
        return self.connector.key

    @property
    def is_connected(self) -> bool:
        return bool(self.summary)

    @property
    def is_failing(self) -> bool:
        """The last test failed: messages may be waiting for somebody to mend it."""
        return self.is_connected and self.row is not None and self.row.failed_at is not None


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """Whether email is taken in, and when the last one came."""

    is_connected: bool
    by_environment: bool
    address: str
    last_at: datetime | None
    row: Connection | None


def ways(at: datetime, user: User) -> tuple[list[WayOut], WayIn]:
    """Every way out, and the way in."""
    rows, waiting = _rows(), kept(at, user)
    out = [_way_out(connector, rows, waiting) for key in TITLES if (connector := connector_for(key))]
    return out, _way_in(rows)


def way_out(connector: Connector, at: datetime, user: User) -> WayOut:
    return _way_out(connector, _rows(), kept(at, user))


def way_in() -> WayIn:
    return _way_in(_rows())


def _way_out(connector: Connector, rows: dict[str, Connection], waiting: dict[str, Kept]) -> WayOut:
    of_environment = connector.environment()
    chosen = of_environment or port.stored(connector.key)
    title, icon = TITLES[connector.key]
    return WayOut(
        connector=connector,
        title=title,
        icon=icon,
        summary=connector.summary(chosen) if chosen else "",
        by_environment=of_environment is not None,
        row=None if of_environment else rows.get(connector.key),
        kept=waiting.get(connector.channel, NOTHING_KEPT),
    )


def _way_in(rows: dict[str, Connection]) -> WayIn:
    # Two steps: joined, SQLite would rather go through every signal there is.
    newest = Signal.objects.filter(pk=Subquery(RawSignal.objects.order_by("-pk").values("signal")[:1]))
    return WayIn(
        is_connected=bool(inbound.secret()),
        by_environment=inbound.is_of_environment(),
        address=f"{settings.PUBLIC_URL}/hooks/email",
        last_at=newest.values_list("received_at", flat=True).first(),
        row=rows.get(inbound.KEY),
    )


def kept_in(way: WayOut, user: User) -> list[Message]:
    """The newest of what is kept there, to look at."""
    return newest_kept(way.connector.channel, KEPT_SHOWN, user) if way.kept.total else []


def waiting_in(way: WayOut) -> int:
    """Messages on their way out there, which disconnecting would keep here."""
    return waiting_to_leave(way.connector.channel)


def _rows() -> dict[str, Connection]:
    return {row.key: row for row in Connection.objects.filter(disconnected_at=None).select_related("connected_by")}

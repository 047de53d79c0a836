"""What is connected and what is not, each with the fix."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection

from trellis.config.health import is_working, worker_seen_s
from trellis.conversations.models import Channel
from trellis.conversations.transports import is_connected, transport_for
from trellis.integrations.inbound_email.secret import secret
from trellis.journeys.guards import missing_guards
from trellis.setup.actions.welcome_key import set_up_address
from trellis.team.models import User

INCOMING = (
    "Make a secret under Settings (or set TRELLIS_INBOUND_EMAIL_SECRET and restart Trellis), and have your mail server "
    "post each message to /hooks/email with that secret."
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `fix` is a sentence, empty when all is well; a serious one endangers the promise."""

    what: str
    is_well: bool
    says: str
    fix: str = ""
    is_serious: bool = False

    def __str__(self) -> str:
        lines = [f"{'ok     ' if self.is_well else 'missing'}  {self.what}: {self.says}"]
        return "\n".join([*lines, f"         {self.fix}"] if self.fix else lines)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "what"}


def examine(at: datetime) -> list[Finding]:
    """Look at everything; where the database is down, at nothing else."""
    try:
        return [database(), accounts(), guards(), worker(), *channels()]
    except DatabaseError as error:
        fix = "Start it, or set DATABASE_URL; then run: trellis migrate"
        return [Finding("database", False, str(error).strip().splitlines()[0], fix, is_serious=True)]


def database() -> Finding:
    connection.ensure_connection()
    return Finding(
        "database", True, f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"
    )


def accounts() -> Finding:
    """Whether anybody can log in; before that the address at which the first account is opened."""
    if address := set_up_address():
        return Finding("accounts", False, "nobody has one yet", f"Set up your business at {address}")
    return Finding("accounts", True, f"{User.objects.active().count()} active")


def guards() -> Finding:
    missing = missing_guards()
    if not missing:
        return Finding("guards", True, "present")
    return Finding("guards", False, ", ".join(missing), "Put them back: trellis migrate", is_serious=True)


def worker() -> Finding:
    seen = worker_seen_s()
    if is_working(seen):
        return Finding("worker", True, f"seen {seen:.0f} s ago")
    says = "never seen" if seen is None else f"silent for {seen:.0f} s"
    return Finding("worker", False, says, "Start one: trellis work (trellis up starts one too)", is_serious=True)


def channels() -> Iterator[Finding]:
    """What brings messages out and in."""
    for channel, what in ((Channel.EMAIL, "email"), (Channel.SMS, "texts and calls")):
        if transport := transport_for(channel):
            yield connected(what, is_connected(channel), "messages are kept here", transport.how_to_connect)
    yield connected("incoming email", bool(secret()), "replies by email stay outside", INCOMING)


def connected(what: str, is_well: bool, otherwise: str, fix: str) -> Finding:
    return Finding(what, is_well, "connected") if is_well else Finding(what, False, f"not connected: {otherwise}", fix)

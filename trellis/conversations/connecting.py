"""Connecting to the outside, with a test that is real; and letting go again."""

from collections.abc import Mapping
from datetime import datetime

from trellis.conversations.connections import Connector, Outcome, Settings, TrialFailed, settings_of, stored
from trellis.conversations.models import Connection
from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.sealing import seal
from trellis.team.models import User

TYPE_AGAIN = "Type it again: it would go to another server than before."


class Faulty(Refused):
    """Something typed is wrong, which shows without a test. `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("faulty_settings", " ".join(dict.fromkeys(faults.values())))
        self.faults = faults


def connect(
    connector: Connector, *, typed: Settings, remembered: Settings | None = None, by: User, at: datetime
) -> Outcome:
    """Test what was typed, and use it from now on if that went well. Raises Faulty, TrialFailed or Refused.

    A secret left empty is the one that this person typed a moment ago (`remembered`), else the stored one.
    """
    refuse_where_the_environment_rules(connector)
    settings = with_kept_secrets(connector, connector.prepare(typed), remembered or {})
    if faults := connector.check(settings):
        raise Faulty(faults)
    outcome = connector.test(settings, by=by, at=at)
    lasting = {field.name: settings.get(field.name, "") for field in connector.fields if not field.for_the_test}
    store(connector.key, lasting, outcome=outcome.says, by=by, at=at)
    return outcome


def try_again(connector: Connector, *, by: User, at: datetime) -> Outcome:
    """Test what is in use, and note how that went. Raises TrialFailed; what is connected stays connected."""
    settings = settings_of(connector.key)
    if not settings:
        raise Refused("not_connected", "Nothing is connected here that could be tested.")
    try:
        outcome = connector.test(settings, by=by, at=at)
    except TrialFailed as failed:
        note_test(connector.key, outcome=failed.sentence, failed_at=at, at=at)
        raise
    note_test(connector.key, outcome=outcome.says, failed_at=None, at=at)
    return outcome


def store(key: str, settings: Settings, *, outcome: str = "", by: User, at: datetime) -> None:
    """Use these settings from now on, instead of any before."""
    Connection.objects.update_or_create(
        key=key,
        defaults={
            "sealed": seal(dict(settings)),
            "connected_at": at,
            "connected_by": by,
            "disconnected_at": None,
            "disconnected_by": None,
            "tested_at": at if outcome else None,
            "failed_at": None,
            "outcome": outcome[:400],
        },
    )
    forget()


def disconnect(connector: Connector, *, by: User, at: datetime) -> None:
    """Use it no longer and forget what was typed. What is written from now on is kept here."""
    refuse_where_the_environment_rules(connector)
    let_go(connector.key, by=by, at=at)


def let_go(key: str, *, by: User, at: datetime) -> None:
    Connection.objects.filter(key=key, disconnected_at=None).update(
        sealed="", disconnected_at=at, disconnected_by=by, tested_at=None, failed_at=None, outcome=""
    )
    forget()


def note_test(key: str, *, outcome: str, failed_at: datetime | None, at: datetime) -> None:
    tested = Connection.objects.filter(key=key, disconnected_at=None)
    tested.update(tested_at=at, failed_at=failed_at, outcome=outcome[:400])


def with_kept_secrets(connector: Connector, typed: Settings, remembered: Settings) -> dict[str, str]:
    """What was typed, with the secrets that were left empty. One that we hold never goes to another place than before.

    Otherwise whoever may change the server's name could have our password sent to a server of their own.
    """
    before = stored(connector.key)
    same_place = all(typed.get(name) == before.get(name) for name in connector.place)
    settings, faults = dict(typed), {}
    for name in [field.name for field in connector.fields if field.is_secret and not typed.get(field.name)]:
        if remembered.get(name):
            settings[name] = remembered[name]
        elif before.get(name) and same_place:
            settings[name] = before[name]
        elif before.get(name):
            faults[name] = TYPE_AGAIN
    if faults:
        raise Faulty(faults)
    return settings


def refuse_where_the_environment_rules(connector: Connector) -> None:
    if connector.environment() is not None:
        raise Refused("set_by_environment", "The server’s environment sets this. Change it there and restart Trellis.")

"""Who may take back a change of settings: whoever might make it."""

from collections.abc import Callable, Mapping
from typing import Any

from trellis.team.models import Absence, Change, User
from trellis.team.permissions import can_administer, can_manage, can_shape_forms

NEEDS: Mapping[str, Callable[[Any], bool]] = {
    "team.user": can_administer,
    "team.team": can_administer,
    "team.membership": can_administer,
    "team.business": can_administer,
    "team.apitoken": can_administer,
    "team.grant": can_administer,
    "team.calendar": can_manage,
    "team.calendarday": can_manage,
    "team.absence": can_manage,
    "team.notice": can_manage,
    "capture.form": can_shape_forms,
    "people.customfield": can_administer,
}
# What people set for themselves.
OWN_COLUMNS = frozenset(
    ("name", "phone", "time_zone", "locale", "hour_cycle", "week_starts_on", "single_keys", "theme")
)


def is_of_settings(change: Change) -> bool:
    """What a person changed at a lead is taken back with the lead."""
    return all(row["table"] in NEEDS for row in change.rows)


def may_take_back(user: User, change: Change) -> bool:
    return all(NEEDS[row["table"]](user) or is_their_own(user, row) for row in change.rows)


def is_their_own(user: User, row: Mapping[str, Any]) -> bool:
    """Their preferences, their leave, what they were told."""
    if row["table"] == "team.user":
        return bool(row["id"] == str(user.pk) and OWN_COLUMNS.issuperset(row["before"] or {}))
    if row["table"] == "team.absence":
        told = (row["after"] or {}) | (row["before"] or {})
        return told.get("user_id") == str(user.pk) or Absence.objects.filter(pk=row["id"], user=user).exists()
    return bool(row["table"] == "team.notice")

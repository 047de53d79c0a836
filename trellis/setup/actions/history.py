"""Changes of settings as facts: what can be taken back for some minutes is written down for good."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import SettingChanged
from trellis.team.models import User

# What is called how, and by which of its columns one is told from the next. Other rows have facts of their own.
CALLED: Mapping[str, tuple[str, str]] = {
    "team.user": ("the person", "name"),
    "team.team": ("the team", "name"),
    "team.membership": ("who is in a team", ""),
    "team.business": ("the business", "name"),
    "team.apitoken": ("the token", "name"),
    "team.grant": ("the role", "role"),
    "team.calendar": ("the hours", "name"),
    "team.calendarday": ("a day of the hours", "date"),
    "team.absence": ("an absence", ""),
    "capture.form": ("the form", "title"),
    "people.customfield": ("the field", "label"),
}
SECRET = frozenset(("password", "digest", "hint", "sealed", "last_login"))
LONGEST = 200


def tell_of_settings(rows: list[dict[str, Any]], by: User, at: datetime) -> None:
    """One fact for each row of a setting."""
    told = [row for row in rows if row["table"] in CALLED]
    if told:
        announce([Announcement(fact=fact_of(row), at=at, by=by.pk) for row in told])


def fact_of(row: Mapping[str, Any]) -> SettingChanged:
    before, after = row["before"] or {}, row["after"] or {}
    called, by_column = CALLED[row["table"]]
    name = str((after or before).get(by_column) or "")
    did = "added " if row["before"] is None else "removed " if row["after"] is None else ""
    return SettingChanged(
        table=row["table"],
        row=row["id"],
        what=f"{did}{called} {name}".strip(),
        changes={
            column.removesuffix("_id").replace("_", " "): [say(column, before), say(column, after)]
            for column in dict.fromkeys((*before, *after))
            if before.get(column) != after.get(column) and not column.startswith("id")
        },
    )


def say(column: str, columns: Mapping[str, Any]) -> str:
    """What stood there, as text; of a secret only that there was one."""
    value = columns.get(column)
    if value in (None, "", [], {}):
        return ""
    return "•••" if column in SECRET else str(value)[:LONGEST]

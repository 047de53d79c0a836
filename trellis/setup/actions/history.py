"""Changes of settings as facts: what can be taken back for some minutes is written down for good."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import SettingChanged
from trellis.team.models import User
from trellis.team.undoing import model_of

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
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*\+00:00")


def tell_of_settings(rows: list[dict[str, Any]], by: User, at: datetime) -> None:
    """One fact for each row of a setting."""
    told = [row for row in rows if row["table"] in CALLED]
    if told:
        announce([Announcement(fact=fact_of(row), at=at, by=by.pk) for row in told])


def fact_of(row: Mapping[str, Any]) -> SettingChanged:
    before, after = row["before"] or {}, row["after"] or {}
    called, by_column = CALLED[row["table"]]
    did = "added" if row["before"] is None else "removed" if row["after"] is None else "changed"
    names = names_in(row["table"], before, after)
    different = [column for column in dict.fromkeys((*before, *after)) if before.get(column) != after.get(column)]
    return SettingChanged(
        table=row["table"],
        row=row["id"],
        what=f"{did} {called} {name_of(row, by_column)}".strip(),
        changes={
            column.removesuffix("_id").replace("_", " "): [
                say(column, side.get(column), names) for side in (before, after)
            ]
            for column in different
            if column != "created_at"
        },
    )


def name_of(row: Mapping[str, Any], column: str) -> str:
    """As it is called now, or was: what did not change is not in the row."""
    told = (row["before"] or {}) | (row["after"] or {})
    if not column or column in told:
        return str(told.get(column) or "")
    now = model_of(row["table"])._base_manager.filter(pk=row["id"]).values_list(column, flat=True).first()
    return str(now or "")


def names_in(table: str, *sides: Mapping[str, Any]) -> dict[str, str]:
    """What the ids in these columns are called."""
    found: dict[str, str] = {}
    for column in model_of(table)._meta.concrete_fields:
        ids = {side[column.attname] for side in sides if column.is_relation and side.get(column.attname)}
        if ids:
            related: Any = column.related_model
            found |= {
                str(one.pk): str(getattr(one, "name", one.pk)) for one in related._base_manager.filter(pk__in=ids)
            }
    return found


def say(column: str, value: Any, names: Mapping[str, str]) -> str:
    """What stood there, as text; of a secret only that there was one."""
    if value in (None, "", [], {}):
        return ""
    return "•••" if column in SECRET else in_words(value, names)[:LONGEST]


def in_words(value: Any, names: Mapping[str, str]) -> str:
    """Windows of a week as mon: 08:00 to 12:00, 13:00 to 17:00; an instant without its seconds."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {in_words(one, names)}" for key, one in value.items() if one)
    if isinstance(value, list):
        is_window = len(value) == 2 and all(isinstance(one, str) and one[2:3] == ":" for one in value)
        return (" to " if is_window else ", ").join(in_words(one, names) for one in value)
    text = str(value)
    if INSTANT.fullmatch(text):
        return f"{text[:10]} {text[11:16]} UTC"
    return names.get(text, text)

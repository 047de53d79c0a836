"""What the palette finds of this room, by the words that people have for it."""

from collections.abc import Callable
from typing import Any

from trellis.team.permissions import may
from trellis.web.navigation import Doorway


def sees(noun: str) -> Callable[[Any], bool]:
    return lambda user: may(user, "see", noun)


DOORWAYS = (
    Doorway(
        label="Add an absence",
        words="holiday vacation leave sick away time off colleague",
        icon="calendar-plus",
        url_name="setup:add_absence",
        opens_dialog=True,
    ),
    Doorway(
        label="Who is there",
        words="absences holidays vacations leave away duty planner",
        icon="users-round",
        url_name="setup:absences",
        is_for=sees("hours"),
    ),
    Doorway(
        label="Hours and public holidays",
        words="opening closed calendar week time",
        icon="clock",
        url_name="setup:hours",
        is_for=sees("hours"),
    ),
    Doorway(
        label="Connect mail and phone",
        words="connections email texts sms calls smtp twilio website",
        icon="plug",
        url_name="setup:connections",
        is_for=sees("settings"),
    ),
    Doorway(
        label="Forms",
        words="web website embed questions",
        icon="globe",
        url_name="setup:forms",
        is_for=sees("form"),
    ),
    Doorway(
        label="Teams",
        words="who gets leads turns",
        icon="users",
        url_name="setup:teams",
        is_for=sees("person"),
    ),
    Doorway(
        label="Preferences",
        words="dark light theme language clock time zone keyboard keys single letter profile",
        icon="sliders-horizontal",
        url_name="setup:preferences",
    ),
)

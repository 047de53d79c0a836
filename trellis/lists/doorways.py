"""What the palette finds of this room, by the words that people have for it."""

from collections.abc import Callable
from typing import Any

from trellis.lists.permissions import can_begin_work
from trellis.team.permissions import can_export, may
from trellis.web.navigation import Doorway


def sees(noun: str) -> Callable[[Any], bool]:
    return lambda user: may(user, "see", noun)


DOORWAYS = (
    Doorway(
        label="List of contacts",
        words="people customers table tags tagged labels filter columns",
        icon="users",
        url_name="lists:table",
        of=("contacts",),
        is_for=sees("contact"),
    ),
    Doorway(
        label="Companies",
        words="list of businesses organizations accounts firms",
        icon="building-2",
        url_name="lists:table",
        of=("companies",),
        is_for=sees("contact"),
    ),
    Doorway(
        label="New company",
        words="add create a business organization account firm",
        icon="building-2",
        url_name="lists:add_company",
        is_for=lambda user: may(user, "add", "contact"),
        opens_dialog=True,
    ),
    Doorway(
        label="List of leads",
        words="journeys deals pipeline table",
        icon="sprout",
        url_name="lists:table",
        of=("leads",),
        is_for=sees("journey"),
    ),
    Doorway(
        label="List of steps",
        words="tasks to-dos due next table",
        icon="list-checks",
        url_name="lists:table",
        of=("steps",),
        is_for=sees("journey"),
    ),
    Doorway(
        label="Export contacts",
        words="csv excel spreadsheet file download save people backup",
        icon="download",
        url_name="lists:table",
        of=("contacts",),
        part="export",
        is_for=can_export,
    ),
    Doorway(
        label="Segments",
        words="groups of people",
        icon="users-round",
        url_name="lists:segments",
        is_for=sees("segment"),
    ),
    Doorway(
        label="Work",
        words="long jobs runs bulk changes progress background under way pause undo",
        icon="list-checks",
        url_name="lists:runs",
        is_for=can_begin_work,
    ),
)

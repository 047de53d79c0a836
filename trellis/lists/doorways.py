"""What the palette finds of this room, by the words that people have for it."""

from trellis.lists.permissions import can_begin_work
from trellis.team.permissions import may
from trellis.web.navigation import Doorway

DOORWAYS = (
    Doorway(
        label="Segments",
        words="groups of people",
        icon="users-round",
        url_name="lists:segments",
        is_for=lambda user: may(user, "see", "segment"),
    ),
    Doorway(
        label="Work",
        words="long jobs runs bulk changes progress background under way pause undo",
        icon="list-checks",
        url_name="lists:runs",
        is_for=can_begin_work,
    ),
)

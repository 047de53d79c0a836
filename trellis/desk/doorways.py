"""The pages of this room in the navigation, and what the palette finds of it by the words that people have for it."""

from trellis.team.permissions import may, sees_all
from trellis.web.navigation import Doorway, Entry

ENTRIES = (
    Entry(
        key="today",
        label="Today",
        icon="sun",
        url_name="desk:today",
        words="home queue tasks due steps",
        place=10,
        keys="t",
    ),
    Entry(
        key="board",
        label="Board",
        icon="square-kanban",
        url_name="desk:board",
        words="pipeline kanban stages leads deals",
        place=30,
        keys="b",
        noun="journey",
    ),
    Entry(
        key="contacts",
        label="Contacts",
        icon="users",
        url_name="desk:contacts",
        words="people customers clients",
        place=40,
        keys="c",
        noun="contact",
    ),
    Entry(
        key="inbox",
        label="Inbox",
        icon="inbox",
        url_name="desk:inbox",
        words="messages mail email texts conversations replies",
        place=20,
        keys="i",
        noun="conversation",
    ),
    Entry(
        key="signals",
        label="Signals",
        icon="radio",
        url_name="desk:signals",
        words="incoming arrived spam",
        place=50,
        keys="s",
        noun="signal",
    ),
)
DOORWAYS = (
    Doorway(
        label="New lead",
        words="add create start a journey deal call walk-in referral inquiry",
        icon="plus",
        url_name="desk:new_lead",
        is_for=lambda user: may(user, "add", "journey"),
    ),
    Doorway(
        label="New contact",
        words="add create a person people customer client",
        icon="user-round-plus",
        url_name="desk:add_contact",
        is_for=lambda user: may(user, "add", "contact"),
        opens_dialog=True,
    ),
    Doorway(
        label="Who may be here twice",
        words="duplicates merge pairs same person double dedupe",
        icon="users",
        url_name="desk:duplicates",
        is_for=lambda user: may(user, "see", "contact"),
    ),
    Doorway(
        label="Coverage",
        words="everything is covered guarantee gaps nothing forgotten owner next step",
        icon="shield-check",
        url_name="desk:coverage",
        is_for=sees_all,
    ),
)

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "trellis.desk"
    label = "desk"

    def ready(self) -> None:
        from trellis.desk.views.coverage import numbers
        from trellis.team.permissions import may
        from trellis.web import modules, navigation
        from trellis.web.navigation import Doorway, Entry

        for entry in (
            Entry(key="today", label="Today", icon="sun", url_name="desk:today", place=10, keys="t"),
            Entry(
                key="board",
                label="Board",
                icon="square-kanban",
                url_name="desk:board",
                place=30,
                keys="b",
                noun="journey",
            ),
            Entry(
                key="contacts",
                label="Contacts",
                icon="users",
                url_name="desk:contacts",
                place=40,
                keys="c",
                noun="contact",
            ),
            Entry(
                key="inbox", label="Inbox", icon="inbox", url_name="desk:inbox", place=20, keys="i", noun="conversation"
            ),
            Entry(
                key="signals", label="Signals", icon="radio", url_name="desk:signals", place=50, keys="s", noun="signal"
            ),
        ):
            navigation.register(entry)
        navigation.register_doorways(
            Doorway(
                label="Who may be here twice",
                words="duplicates merge pairs same person double dedupe",
                icon="users",
                url_name="desk:duplicates",
                is_for=lambda user: may(user, "see", "contact"),
            )
        )
        navigation.register_finder("desk:find")
        navigation.register_numbers(numbers)
        for element in ("queue-list", "draft-picker", "live-page", "person-list", "inbox-panes"):
            modules.register(element, f"desk/{element}.js")
        modules.register("journey-board", "desk/board.js")

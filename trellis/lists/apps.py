from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "trellis.lists"
    label = "lists"

    def ready(self) -> None:
        from trellis.lists.doorways import DOORWAYS
        from trellis.lists.held import register_all
        from trellis.lists.jobs import BULK
        from trellis.team.runs import register_kind
        from trellis.web import navigation
        from trellis.web.navigation import Entry

        navigation.register(
            Entry(
                key="lists",
                label="Lists",
                icon="table-2",
                url_name="lists:start",
                words="tables views",
                place=45,
                keys="l",
            )
        )
        navigation.register_doorways(*DOORWAYS)
        register_kind("bulk", BULK)
        register_all()

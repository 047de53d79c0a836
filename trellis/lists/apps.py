from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "trellis.lists"
    label = "lists"

    def ready(self) -> None:
        from trellis.lists.held import register_all
        from trellis.lists.jobs import BULK
        from trellis.team.permissions import may
        from trellis.team.runs import register_kind
        from trellis.web import navigation
        from trellis.web.navigation import Doorway, Entry

        navigation.register(
            Entry(key="lists", label="Lists", icon="table-2", url_name="lists:start", place=45, keys="l")
        )
        navigation.register_doorways(
            Doorway(
                label="Segments",
                words="groups of people",
                icon="users-round",
                url_name="lists:segments",
                is_for=lambda user: may(user, "see", "segment"),
            )
        )
        register_kind("bulk", BULK)
        register_all()

from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "trellis.setup"
    label = "setup"

    def ready(self) -> None:
        from trellis.web import navigation
        from trellis.web.navigation import Entry

        navigation.register(
            Entry(key="connections", label="Connections", icon="plug", url_name="setup:connections", place=90, keys="o")
        )
        navigation.register(
            Entry(
                key="playbooks",
                label="Playbooks",
                icon="waypoints",
                url_name="setup:playbooks",
                place=10,
                group="Structure",
                keys="p",
            )
        )

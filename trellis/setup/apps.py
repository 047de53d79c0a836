from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "trellis.setup"
    label = "setup"

    def ready(self) -> None:
        from trellis.setup.doorways import DOORWAYS, ENTRIES
        from trellis.web import modules, navigation
        from trellis.web.navigation import Preferences

        self.watch()
        modules.register("theme-choice", "setup/preferences-theme.js")
        navigation.register_preferences(Preferences(url_name="setup:preferences", theme_url_name="setup:theme"))
        for entry in ENTRIES:
            navigation.register(entry)
        navigation.register_doorways(*DOORWAYS)
        modules.register("form-preview", "setup/form-preview.js")
        modules.register("order-list", "setup/form-order.js")
        for element in ("zone-guess", "live-look", "story-watch", "beside-cell", "condition-row", "cell-check"):
            modules.register(element, f"setup/{element}.js")

    def watch(self) -> None:
        """What may not be taken back any more, and what is written down for good."""
        from trellis.setup.actions.history import tell_of_settings
        from trellis.setup.queries.hours import refuse_in_use
        from trellis.team.models import Calendar
        from trellis.team.undoing import register_check, register_listener

        register_check(Calendar, refuse_in_use)
        register_listener(tell_of_settings)

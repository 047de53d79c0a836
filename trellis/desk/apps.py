from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "trellis.desk"
    label = "desk"

    def ready(self) -> None:
        from trellis.desk.doorways import DOORWAYS, ENTRIES
        from trellis.desk.views.coverage import numbers
        from trellis.web import modules, navigation

        for entry in ENTRIES:
            navigation.register(entry)
        navigation.register_doorways(*DOORWAYS)
        navigation.register_finder("desk:find")
        navigation.register_numbers(numbers)
        elements = ("queue-list", "draft-picker", "live-page", "person-list", "inbox-panes", "tag-line", "wall-clock")
        for element in elements:
            modules.register(element, f"desk/{element}.js")
        modules.register("journey-board", "desk/board.js")

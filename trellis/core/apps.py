from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "trellis.core"
    label = "core"

    def ready(self) -> None:
        from trellis.core.sqlite.planner import tell_planner

        post_migrate.connect(tell_planner, sender=self)

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "trellis.people"
    label = "people"

    def ready(self) -> None:
        from trellis.people.held import register_all
        from trellis.people.permissions import notes_told
        from trellis.people.queries import SOUGHT
        from trellis.people.reach import register_told

        register_told(notes_told)
        register_all()

        def install(**_: Any) -> None:
            SOUGHT.install()

        post_migrate.connect(install, sender=self, weak=False)

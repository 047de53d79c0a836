from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "trellis.people"
    label = "people"

    def ready(self) -> None:
        from trellis.people.consent_fields import consent_fields
        from trellis.people.fields import register_fields
        from trellis.people.finding import INDEXES
        from trellis.people.held import register_all
        from trellis.people.models import BlockKey, SegmentMember
        from trellis.people.permissions import notes_told, register_told
        from trellis.people.queries import added_by
        from trellis.people.reach import register_way
        from trellis.people.segment_fields import segment_field
        from trellis.team.undoing import register_derived

        register_told(notes_told)
        register_fields(consent_fields)
        register_fields(segment_field)
        register_derived(BlockKey)
        register_derived(SegmentMember)
        register_all()
        register_way(added_by, contact="contact_id")

        def install(**_: Any) -> None:
            for index in INDEXES:
                index.install()

        post_migrate.connect(install, sender=self, weak=False)

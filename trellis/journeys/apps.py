from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class JourneysConfig(AppConfig):
    name = "trellis.journeys"
    label = "journeys"

    def ready(self) -> None:
        from trellis.journeys.fields_of_lists import fields_for_contacts
        from trellis.journeys.guards import drop_guards, install_guards
        from trellis.journeys.held import register_all
        from trellis.journeys.permissions import events_told, journeys_of, offered_to
        from trellis.journeys.subscribers import subscribe_all
        from trellis.journeys.undoing import refuse_with_work
        from trellis.people.fields import register_fields
        from trellis.people.permissions import register_told
        from trellis.people.reach import register_way
        from trellis.team.models import User
        from trellis.team.undoing import register_check

        pre_migrate.connect(drop_guards, sender=self)
        post_migrate.connect(install_guards, sender=self)
        subscribe_all()
        register_all()
        register_fields(fields_for_contacts)
        register_check(User, refuse_with_work)
        register_told(events_told)
        register_way(journeys_of, contact="contact")
        register_way(offered_to, contact="journey__contact")

from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "trellis.team"
    label = "team"

    def ready(self) -> None:
        from trellis.team.actions.people import refuse_without_admin
        from trellis.team.models import User
        from trellis.team.undoing import register_check

        register_check(User, refuse_without_admin)

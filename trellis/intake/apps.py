from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "trellis.intake"
    label = "intake"

    def ready(self) -> None:
        from trellis.intake.held import register_all
        from trellis.intake.queries import written_down_by
        from trellis.people.reach import register_way

        register_all()
        register_way(written_down_by, contact="contact")

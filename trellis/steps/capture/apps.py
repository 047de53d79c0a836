from django.apps import AppConfig


class CaptureConfig(AppConfig):
    name = "trellis.steps.capture"
    label = "capture"

    def ready(self) -> None:
        from trellis.intake.actions import register_interpreter
        from trellis.steps.capture.actions.interpret import interpret_signals
        from trellis.steps.capture.actions.shape_form import refuse_once_used
        from trellis.steps.capture.models import Form
        from trellis.team.undoing import register_check

        register_interpreter(interpret_signals)
        register_check(Form, refuse_once_used)

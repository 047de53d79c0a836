from django.apps import AppConfig


class CaptureConfig(AppConfig):
    name = "trellis.steps.capture"
    label = "capture"

    def ready(self) -> None:
        from trellis.intake.actions import register_interpreter
        from trellis.steps.capture.actions.interpret import interpret_signals

        register_interpreter(interpret_signals)

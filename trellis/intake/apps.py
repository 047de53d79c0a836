from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "trellis.intake"
    label = "intake"

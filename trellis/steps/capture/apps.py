from django.apps import AppConfig


class CaptureConfig(AppConfig):
    name = "trellis.steps.capture"
    label = "capture"

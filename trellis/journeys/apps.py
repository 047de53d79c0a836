from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "trellis.journeys"
    label = "journeys"

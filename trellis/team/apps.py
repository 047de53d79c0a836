from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "trellis.team"
    label = "team"

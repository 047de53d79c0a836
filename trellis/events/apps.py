from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "trellis.events"
    label = "events"

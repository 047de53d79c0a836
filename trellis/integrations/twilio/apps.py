from django.apps import AppConfig


class TwilioConfig(AppConfig):
    name = "trellis.integrations.twilio"
    label = "twilio"

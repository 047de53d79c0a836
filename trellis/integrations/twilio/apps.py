from django.apps import AppConfig


class TwilioConfig(AppConfig):
    name = "trellis.integrations.twilio"
    label = "twilio"

    def ready(self) -> None:
        from trellis.conversations.transports import register
        from trellis.integrations.twilio.transport import TwilioTransport

        register(TwilioTransport())

from django.apps import AppConfig


class TwilioConfig(AppConfig):
    name = "trellis.integrations.twilio"
    label = "twilio"

    def ready(self) -> None:
        from trellis.conversations import connections, transports
        from trellis.integrations.twilio.connector import TwilioConnector
        from trellis.integrations.twilio.transport import TwilioTransport

        transports.register(TwilioTransport())
        connections.register(TwilioConnector())

from django.apps import AppConfig


class SmtpConfig(AppConfig):
    name = "trellis.integrations.smtp"
    label = "smtp"

    def ready(self) -> None:
        from trellis.conversations import connections, transports
        from trellis.integrations.smtp.connector import SmtpConnector
        from trellis.integrations.smtp.house import HouseOutlet
        from trellis.integrations.smtp.transport import SmtpTransport
        from trellis.web import letters

        transports.register(SmtpTransport())
        connections.register(SmtpConnector())
        letters.register(HouseOutlet())

from django.apps import AppConfig


class SmtpConfig(AppConfig):
    name = "trellis.integrations.smtp"
    label = "smtp"

    def ready(self) -> None:
        from trellis.conversations.transports import register
        from trellis.integrations.smtp.transport import SmtpTransport

        register(SmtpTransport())

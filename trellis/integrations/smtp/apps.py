from django.apps import AppConfig


class SmtpConfig(AppConfig):
    name = "trellis.integrations.smtp"
    label = "smtp"

from django.apps import AppConfig


class InboundEmailConfig(AppConfig):
    name = "trellis.integrations.inbound_email"
    label = "inbound_email"

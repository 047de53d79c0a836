from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "trellis.conversations"
    label = "conversations"

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "trellis.conversations"
    label = "conversations"

    def ready(self) -> None:
        from trellis.conversations.held import register_all
        from trellis.conversations.permissions import talk_told
        from trellis.people.permissions import register_told

        register_all()
        register_told(talk_told)

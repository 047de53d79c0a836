from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "trellis.transfer"
    label = "transfer"

    def ready(self) -> None:
        from trellis.team.runs import register_kind
        from trellis.transfer.held import register_all
        from trellis.transfer.jobs import IMPORT

        register_all()
        register_kind("import", IMPORT)

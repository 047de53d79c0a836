from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "trellis.transfer"
    label = "transfer"

    def ready(self) -> None:
        from trellis.team.permissions import can_import
        from trellis.team.runs import register_kind
        from trellis.transfer.held import register_all
        from trellis.transfer.jobs import IMPORT
        from trellis.web import navigation
        from trellis.web.navigation import Doorway

        navigation.register_doorways(
            Doorway(
                label="Import people",
                words="csv excel file spreadsheet upload bring in contacts companies leads",
                icon="upload",
                url_name="transfer:import",
                is_for=can_import,
            )
        )
        register_all()
        register_kind("import", IMPORT)

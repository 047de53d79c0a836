"""What migrations do beyond Django's own operations."""

from typing import Any

from django.db import migrations


class DropFieldIndex(migrations.AlterField):
    """`AlterField` to `db_index=False`, which drops that index and nothing else.

    Django builds the whole table anew for it on SQLite: minutes at a million rows, and without its triggers.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name in self._names(app_label, schema_editor, from_state):
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in schema_editor._field_indexes_sql(model, model._meta.get_field(self.name)):
            schema_editor.execute(statement)

    def _names(self, app_label: str, schema_editor: Any, state: Any) -> list[str]:
        """The plain index of the column, and the one that PostgreSQL has for the beginnings of its text."""
        model = state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        with schema_editor.connection.cursor() as cursor:
            known = schema_editor.connection.introspection.get_constraints(cursor, model._meta.db_table)
        own = {index.name for index in model._meta.indexes} | {one.name for one in model._meta.constraints}
        return [
            name
            for name, found in known.items()
            if found["index"] and not found["unique"] and found["columns"] == [column] and name not in own
        ]

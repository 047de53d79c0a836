"""Writing many changed rows at once."""

from collections.abc import Sequence

from django.db import connections, models, router


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write `fields` of every row, by one prepared UPDATE run for each.

    `bulk_update` builds one CASE for each field and row, which costs more than the writing when rows are many.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    connection = connections[router.db_for_write(type(rows[0]))]
    columns = [meta.get_field(name) for name in fields]
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    sql = f"UPDATE {quote(meta.db_table)} SET {assignments} WHERE {quote(meta.pk.column)} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row, [*columns, meta.pk], connection) for row in rows])


def _values(row: models.Model, columns: Sequence[models.Field], connection: object) -> list[object]:
    return [column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns]

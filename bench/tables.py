"""Rows for a table, by the thousands: plain values, written by COPY or by executemany."""

from typing import Any

from django.db import connection, models


class Table:
    """Where rows of one model wait until they are written.

    Values are as the database takes them: ids as 32 hex digits, instants as UTC text, JSON as text. Every row names
    the same fields in the same order; the others get what the model defaults to.
    """

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.name = model._meta.db_table
        self.fields: list[str] = []
        self.rows: list[tuple[Any, ...]] = []
        self.written = 0
        self.last = 0

    def new_id(self) -> str:
        """The next id of this table: a UUIDv7 in form, so keys that are made later sort later."""
        self.last += 1
        return f"0190{self.last:08x}70008000{self.last:012x}"

    def add(self, **values: Any) -> None:
        self.fields = self.fields or list(values)
        self.rows.append(tuple(values.values()))

    def write(self) -> None:
        """Write the rows that wait, in one go."""
        if self.rows:
            rest = {field: value for field, value in _defaults(self.model).items() if field not in self.fields}
            with connection.cursor() as cursor:
                write = _copy if connection.vendor == "postgresql" else _insert
                write(cursor, f"{self.name} ({', '.join(map(self._column, [*self.fields, *rest]))})", self.rows, rest)
            self.written += len(self.rows)
            self.rows.clear()

    def _column(self, name: str) -> str:
        return next(str(field.column) for field in self.model._meta.concrete_fields if field.attname == name)


def _defaults(model: type[models.Model]) -> dict[str, Any]:
    """What the model itself puts into its columns when nobody says."""
    return {
        field.attname: _plain(field.get_db_prep_save(field.get_default(), connection))
        for field in model._meta.concrete_fields
    }


def _plain(value: Any) -> Any:
    """JSON that a database adapter wrapped, as text."""
    return value.dumps(value.obj) if hasattr(value, "dumps") else value


def _insert(cursor: Any, into: str, rows: list[tuple[Any, ...]], rest: dict[str, Any]) -> None:
    marks = ", ".join(["%s"] * (len(rows[0]) + len(rest)))
    more = tuple(rest.values())
    cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", [row + more for row in rows])


def _copy(cursor: Any, into: str, rows: list[tuple[Any, ...]], rest: dict[str, Any]) -> None:
    end = "".join(f"\t{_copied(value)}" for value in rest.values()) + "\n"
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        copy.write("".join("\t".join(map(_copied, row)) + end for row in rows))


def _copied(value: Any) -> str:
    return r"\N" if value is None else value if isinstance(value, str) else str(value)

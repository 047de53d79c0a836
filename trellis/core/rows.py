"""Reading and writing plain rows, for the paths that every lead takes.

Django compiles each query anew, and `bulk_create` and `bulk_update` each value of each row as an expression; that costs
more than the database's own work. These prepare the same values by the same fields and run one plain statement.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from itertools import batched, chain
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from psycopg import RawCursor

# Fewer than the smallest number of variables that either database takes in one statement.
MOST_VALUES = 30_000
# More of them than this are asked for as one list.
MANY = 100

Prepare = Callable[[Any, BaseDatabaseWrapper], Any]
PrepareAll = Callable[[Sequence[Any], BaseDatabaseWrapper], list[Any]]
Convert = Callable[[Any, Any, BaseDatabaseWrapper], Any]


def find_rows[Row: models.Model](
    model: type[Row],
    *,
    order_by: tuple[str, ...] = (),
    lock: bool = False,
    skip_locked: bool = False,
    keep_key: bool = False,
    **among: Collection[Any],
) -> list[Row]:
    """The rows whose named fields each have one of the values: `filter(name__in=values, …).order_by(…)`.

    With `lock` they are held until the transaction ends; with `skip_locked` without those that somebody else holds;
    with `keep_key` others may still point at them meanwhile.
    """
    if not all(among.values()):
        return []
    connection = connections[router.db_for_read(model) or DEFAULT_DB_ALIAS]
    sql, given = _asked(model, None, order_by, among, connection)
    if lock and connection.features.has_select_for_update:
        sql += f" FOR {'NO KEY ' if keep_key else ''}UPDATE{' SKIP LOCKED' if skip_locked else ''}"
    names = [field.attname for field in model._meta.concrete_fields]
    found = read_columns(sql, given, model._meta.concrete_fields)
    return [model.from_db(connection.alias, names, values) for values in found]


def find_values(model: type[models.Model], wanted: str, **among: Collection[Any]) -> list[Any]:
    """One field of these rows: `filter(name__in=values, …).values_list(wanted, flat=True)`."""
    if not all(among.values()):
        return []
    connection = connections[router.db_for_read(model) or DEFAULT_DB_ALIAS]
    sql, given = _asked(model, wanted, (), among, connection)
    return [value for (value,) in read_columns(sql, given, [model._meta.get_field(wanted)])]


def _asked(
    model: type[models.Model],
    wanted: str | None,
    order_by: tuple[str, ...],
    among: Mapping[str, Collection[Any]],
    connection: BaseDatabaseWrapper,
) -> tuple[str, list[Any]]:
    """The statement and what it is given."""
    counts = tuple((name, min(len(values), MANY + 1)) for name, values in among.items())
    sql, prepares = _select(model, connection.vendor, counts, order_by, wanted)
    given: list[Any] = []
    for prepare, values in zip(prepares, among.values(), strict=True):
        prepared = [prepare(value, connection) for value in values]
        given += prepared if len(values) <= MANY else [_as_one(prepared, connection.vendor)]
    return sql, given


def read_columns(sql: str, given: Sequence[Any], fields: Sequence[Any]) -> list[list[Any]]:
    """What a plain statement finds: its columns hold values of these fields."""
    connection = connections[router.db_for_read(fields[0].model) or DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows = [list(row) for row in cursor.fetchall()]
    for place, convert, column in _conversions(tuple(fields), connection.vendor):
        for row in rows:
            row[place] = convert(row[place], column, connection)
    return rows


def new_row[Row: models.Model](model: type[Row], **columns: Any) -> Row:
    """A row that is not written yet: `model(**columns)`, by the names of its columns alone and without a check."""
    row = model.__new__(model)
    constants, makers = _defaults(model)
    own = row.__dict__
    own.update(constants)
    own.update(columns)
    own["_state"] = ModelState()
    for name, make in makers:
        if name not in columns:
            own[name] = make()
    return row


def insert_rows[Row: models.Model](rows: Iterable[Row], *, skip_known: bool = False) -> list[Row]:
    """Insert all in one statement (or a few, when they are very many) and return those that were inserted.

    With `skip_known` rows that a unique constraint refuses are left out, of the table and of the answer.
    """
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    connection = _connection(model)
    head, fields = _insert(model, connection.vendor)
    key: Any = model._meta.pk
    tail = f" ON CONFLICT DO NOTHING RETURNING {connection.ops.quote_name(key.column)}" if skip_known else ""
    entered: set[Any] = set()
    values_of = itemgetter(*(name for name, _ in fields))
    with _filled_by_the_database(connection) as cursor:
        for some in batched(rows, _at_once(connection.vendor, len(fields))):
            values = list(chain.from_iterable(_rows_of(some, values_of, fields, connection)))
            cursor.execute(head + _holders(connection.vendor, len(some), len(fields)) + tail, values)
            entered |= {key.to_python(value) for (value,) in cursor.fetchall()} if skip_known else set()
    if skip_known:
        rows = [row for row in rows if row.pk in entered]
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias
    return rows


def _at_once(vendor: str, width: int) -> int:
    """How many rows one statement inserts. SQLite, which keeps statements that it has read, gains nothing by more."""
    most = max(1, MOST_VALUES // width)
    return min(most, 100) if vendor == "sqlite" else most


def _rows_of(rows: Sequence[Any], values_of: Callable[[Any], Any], fields: Any, connection: Any) -> list[Any]:
    """The values of each row as the database takes them, prepared column by column."""
    columns = zip(*map(values_of, map(vars, rows)), strict=True)
    prepared = [prepare(column, connection) for (_, prepare), column in zip(fields, columns, strict=True)]
    return list(zip(*prepared, strict=True))


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the named fields of every row, by one prepared UPDATE run for each."""
    if not rows:
        return
    model = type(rows[0])
    connection = _connection(model)
    sql, fields = _update(model, connection.vendor, tuple(names))
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[prepare(getattr(row, name), connection) for name, prepare in fields] for row in rows])


@lru_cache(maxsize=4096)
def _select(
    model: type[models.Model],
    vendor: str,
    counts: tuple[tuple[str, int], ...],
    order_by: tuple[str, ...],
    only: str | None,
) -> tuple[str, list[Prepare]]:
    quote = _connection(model).ops.quote_name
    wanted: list[Any] = [model._meta.get_field(name) for name, _ in counts]
    ordering: list[Any] = [model._meta.get_field(name) for name in order_by]
    fields: Sequence[Any] = [model._meta.get_field(only)] if only else model._meta.concrete_fields
    columns = ", ".join(quote(field.column) for field in fields)
    among = " AND ".join(
        f"{quote(field.column)} {_among(count, vendor)}" for field, (_, count) in zip(wanted, counts, strict=True)
    )
    order = f" ORDER BY {', '.join(quote(field.column) for field in ordering)}" if ordering else ""
    sql = f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {among}{order}"
    return sql, [field.get_db_prep_value for field in wanted]


def _among(count: int, vendor: str) -> str:
    """Of many values none has a place of its own: a statement with a thousand of them takes longer than its answer."""
    if count <= MANY:
        return f"IN ({', '.join(['%s'] * count)})"
    return "= ANY(%s)" if vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def _as_one(values: list[Any], vendor: str) -> Any:
    return values if vendor == "postgresql" else json.dumps(values)


@cache
def _conversions(fields: tuple[Any, ...], vendor: str) -> list[tuple[int, Convert, Any]]:
    """What turns a value of the database into one of its field: the place, the act, and the expression it asks for."""
    connection = _connection(fields[0].model)
    columns = [field.get_col(field.model._meta.db_table) for field in fields]
    return [
        (place, convert, column)
        for place, column in enumerate(columns)
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    ]


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What a new row holds where nothing else is said: plain values, and those that are made anew for each row."""
    fields: Sequence[Any] = model._meta.concrete_fields
    makers = [(field.attname, field.default) for field in fields if field.has_default() and callable(field.default)]
    made = {name for name, _ in makers}
    return {field.attname: field.get_default() for field in fields if field.attname not in made}, makers


@cache
def _insert(model: type[models.Model], vendor: str) -> tuple[str, list[tuple[str, PrepareAll]]]:
    quote = _connection(model).ops.quote_name
    fields: Sequence[Any] = model._meta.concrete_fields
    columns = ", ".join(quote(field.column) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ", [
        (field.attname, _together(field)) for field in fields
    ]


@lru_cache(maxsize=1024)
def _holders(vendor: str, rows: int, width: int) -> str:
    """Places for the values: (%s, %s), (%s, %s), numbered for PostgreSQL: ($1, $2), ($3, $4)."""
    names = [f"${number + 1}" if vendor == "postgresql" else "%s" for number in range(rows * width)]
    return ", ".join(f"({', '.join(row)})" for row in batched(names, width))


def _filled_by_the_database(connection: Any) -> Any:
    """A cursor that sends many values beside their statement. Django's writes them into it, at five times the cost."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    return connection._prepare_cursor(RawCursor(connection.connection))


@cache
def _update(model: type[models.Model], vendor: str, names: tuple[str, ...]) -> tuple[str, list[tuple[str, Prepare]]]:
    quote = _connection(model).ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    assignments = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    key: Any = model._meta.pk
    return (
        f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {quote(key.column)} = %s",
        _prepared([*fields, key]),
    )


def _connection(model: type[models.Model]) -> BaseDatabaseWrapper:
    return connections[router.db_for_write(model) or DEFAULT_DB_ALIAS]


def _prepared(fields: Sequence[Any]) -> list[tuple[str, Prepare]]:
    return [(field.attname, _quickly(field)) for field in fields]


def _quickly(field: Any) -> Prepare:
    """As the field prepares it. Most values are of the right kind already, and are not looked at again."""
    prepare: Prepare = field.get_db_prep_save
    stored = field.target_field if isinstance(field, models.ForeignKey) else field
    takes_text = isinstance(stored, models.CharField | models.TextField)
    takes_id, takes_instant = isinstance(stored, models.UUIDField), isinstance(stored, models.DateTimeField)

    def prepared(value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None or (takes_text and isinstance(value, str)):
            return value
        if takes_id and isinstance(value, UUID):
            return value if connection.features.has_native_uuid_field else value.hex
        if takes_instant and isinstance(value, datetime) and value.tzinfo:
            return connection.ops.adapt_datetimefield_value(value)
        return prepare(value, connection)

    return prepared


def _together(field: Any) -> PrepareAll:
    """A whole column. Most values need nothing, and rows of one statement share many: those are prepared once."""
    prepare = _quickly(field)
    stored = field.target_field if isinstance(field, models.ForeignKey) else field
    # What stands in the database as it stands in Python.
    plain = {
        kind
        for fields, kind in (
            ((models.CharField, models.TextField), str),
            ((models.IntegerField,), int),
            ((models.UUIDField,), UUID),
        )
        if isinstance(stored, fields)
    }

    def prepared(values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        kinds = set(map(type, values)) - {type(None)}
        if kinds <= plain and kinds != {UUID}:
            return list(values)
        if kinds == {UUID} and plain == kinds and not connection.features.has_native_uuid_field:
            first = values[0]
            is_one = all(value is first for value in values)
            return [first.hex] * len(values) if is_one else [value and value.hex for value in values]
        return _one_by_one(values, prepare, connection)

    return prepared


def _one_by_one(values: Sequence[Any], prepare: Prepare, connection: BaseDatabaseWrapper) -> list[Any]:
    last, done = None, prepare(None, connection)
    found: list[Any] = []
    for value in values:
        # An empty mapping is as good as the one before.
        if value is not last and (value or value != last or type(value) is not type(last)):
            last, done = value, prepare(value, connection)
        found.append(done)
    return found

"""Rows and counts that are wanted together, read in one question: annotations of a row that there is anyway."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Subquery
from django.db.models.functions import JSONObject

# A row is no place for more. The limit also keeps the order: without one SQLite may leave out how a subquery sorts.
MOST = 10_000


def ask_together(at_hand: models.Model, **asked: Any) -> dict[str, Any]:
    """Several answers in one question, each an expression: asked along a row that is there for certain."""
    rows = at_hand._meta.model._default_manager.filter(pk=at_hand.pk)
    found = rows.values(**{f"asked_{name}": expression for name, expression in asked.items()}).get()
    return {name: found[f"asked_{name}"] for name in asked}


class RowsOf(Subquery):
    """The rows of a queryset, as a list of instances in its order; an annotation of the row that they belong to.

    The queryset may refer to that row by `OuterRef`. What it is annotated with is set on the instances too; its
    related rows are not read, and of the columns, where it names them with `only`, no others.
    """

    template = "(SELECT COALESCE(JSONB_AGG(together.told), '[]') FROM (%(subquery)s) AS together)"

    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        annotated = {name: found.output_field for name, found in queryset.query.annotations.items()}
        columns = {field.attname: field for field in queryset.model._meta.concrete_fields if is_read(field, queryset)}
        told = JSONObject(**{name: name for name in (*columns, *annotated)})
        rows = queryset if queryset.query.is_sliced else queryset[:MOST]
        super().__init__(rows.defer(None).values(told=told), output_field=Instances(queryset.model, columns, annotated))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(SELECT JSON_GROUP_ARRAY(JSON(told)) FROM (%(subquery)s))"
        return self.as_sql(compiler, connection, template=template, **context)


class IdsOf(Subquery):
    """The ids of a limited queryset as text, in its order; an annotation of the row that it refers to by `OuterRef`."""

    template = "(SELECT COALESCE(JSONB_AGG(together.pk), '[]') FROM (%(subquery)s) AS together)"
    output_field = models.JSONField()

    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        super().__init__(queryset.values("pk"))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="(SELECT JSON_GROUP_ARRAY(pk) FROM (%(subquery)s))", **context
        )


def is_read(field: Any, queryset: models.QuerySet[Any]) -> bool:
    names, are_left_out = queryset.query.deferred_loading
    return field.primary_key or (field.name in names) != are_left_out


class SizeOf(Subquery):
    """How many rows a queryset has, as an annotation: no more than `most` are counted.

    Both databases count along an index where one fits.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: models.QuerySet[Any], *, most: int | None = None) -> None:
        super().__init__((rows if rows.query.values_select else rows.values("pk")).order_by()[:most])


class Instances(models.JSONField):
    """A list of objects, read as instances of a model: `columns` and what they were annotated with, by name."""

    def __init__(self, model: type[models.Model], columns: dict[str, Any], annotated: dict[str, Any]) -> None:
        super().__init__()
        self.read_as, self.columns, self.annotated = model, columns, annotated

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[Any]:
        return self.instances(super().from_db_value(value, expression, connection), connection)

    def instances(self, rows: list[dict[str, Any]], connection: Any) -> list[models.Model]:
        return [self._instance(told, connection) for told in rows]

    def _instance(self, told: dict[str, Any], connection: Any) -> models.Model:
        values = [read(field, told[name], connection) for name, field in self.columns.items()]
        instance = self.read_as.from_db(connection.alias, list(self.columns), values)
        for name, field in self.annotated.items():
            setattr(instance, name, read(field, told[name], connection))
        return instance


def hold(instance: models.Model, relation: str, rows: Iterable[models.Model]) -> None:
    """Let the instance have these rows at its relation, as if they had been prefetched."""
    held: Any = getattr(instance, relation).get_queryset()
    held._result_cache = list(rows)
    held._prefetch_done = True
    prefetched: dict[str, Any] = instance.__dict__.setdefault("_prefetched_objects_cache", {})
    prefetched[relation] = held


def read(field: Any, value: Any, connection: Any) -> Any:
    """A value as JSON has it: on SQLite an instant leaves out that it is UTC, and JSON in JSON is text once more."""
    if value is None:
        return None
    if isinstance(field, models.DateTimeField):
        at = datetime.fromisoformat(value)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    if isinstance(field, models.JSONField):
        if isinstance(value, str) and not connection.features.has_native_json_field:
            value = json.loads(value)
        return field.instances(value, connection) if isinstance(field, Instances) else value
    return field.to_python(value)

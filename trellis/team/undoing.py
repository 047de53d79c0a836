"""Undo for plain rows: how they stood before somebody changed them, and bringing that back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.team.models import Change, User

# Longer than any toast stands, and too short for a second history beside the log.
KEPT = timedelta(minutes=10)
GONE = "That cannot be taken back any more. Change it by hand."
CHANGED = "It was changed again since then, so that cannot be taken back. Look again, and change it by hand."
GONE_SINCE = "What it was connected with is gone since then, so it cannot be taken back. Change it by hand."
IN_USE = "Something depends on it by now, so it cannot be taken back. Change it by hand."

# A row by its table and its id, and what stands in its columns as JSON types.
Key = tuple[str, str]
Columns = dict[str, Any]
# Is told of a row and of the columns that undo is about to set, None where it would be removed. Raises Refused.
Check = Callable[[Any, Columns | None], None]
_checks: dict[type[models.Model], list[Check]] = {}
_derived: set[type[models.Model]] = set()


def register_check(model: type[models.Model], check: Check) -> None:
    """Let a room say what may not be taken back any more. Called from `AppConfig.ready`."""
    _checks.setdefault(model, []).append(check)


def register_derived(model: type[models.Model]) -> None:
    """Rows that can be worked out again are no use of what they point at: they go along with it."""
    _derived.add(model)


# Is told of the rows that somebody changed, as a `Change` has them, in their transaction.
Listener = Callable[[list[dict[str, Any]], User, datetime], None]
_listeners: list[Listener] = []


def register_listener(listener: Listener) -> None:
    """Let a room above write down for good what is kept here for minutes. Called from `AppConfig.ready`."""
    _listeners.append(listener)


def tell_listeners(rows: list[dict[str, Any]], by: User, at: datetime) -> None:
    for listener in _listeners:
        listener(rows, by, at)


@contextmanager
def keeping(*scopes: Any, by: User | None, at: datetime) -> Iterator[None]:
    """Keep how the rows of these querysets stand; what is done to them inside becomes one change, in one transaction.

    Rows that are added or deleted count, as far as the querysets find them. What one person does at one moment is one
    change, in however many places it is kept. Where nobody did it, nothing is kept.
    """
    with transaction.atomic():
        before = read(scopes) if by else {}
        yield
        if by:
            keep(before, read(scopes, also=before), by, at)


def this(row: models.Model) -> models.QuerySet[Any]:
    """One row as a queryset, for `keeping`."""
    return row._meta.model._base_manager.filter(pk=row.pk)


def change_at(*, by: User, at: datetime) -> Change | None:
    """What this person changed at this moment, when it can be taken back."""
    return Change.objects.filter(by=by, at=at, undone_at=None).first()


@transaction.atomic
def undo_change(change: Change, *, by: User, at: datetime) -> Change:
    """Bring back what stood before. Refused once any of it was changed again, is in use, or it is long ago."""
    held = Change.objects.select_for_update().filter(pk=change.pk, by=by).first()
    if held is None or at > held.at + KEPT:
        raise Refused("too_late", GONE)
    if held.undone_at:
        raise Refused("undone_already", "That was taken back already.")
    try:
        with transaction.atomic():
            bring_back(held.rows)
    except IntegrityError as error:
        raise Refused("used_since", IN_USE) from error
    held.undone_at = at
    held.save(update_fields=["undone_at"])
    tell_listeners([row | {"before": row["after"], "after": row["before"]} for row in held.rows], by, at)
    forget()
    return held


def keep(before: Mapping[Key, Columns], after: Mapping[Key, Columns], by: User, at: datetime) -> None:
    """Note what is different, together with what the same person changed at the same moment."""
    change = Change.objects.filter(by=by, at=at).first() or Change(by=by, at=at, rows=[])
    if change.undone_at:
        change.rows, change.undone_at = [], None
    known = {(row["table"], row["id"]): row for row in change.rows}
    keys = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
    new = [difference(key, before.get(key), after.get(key)) for key in keys]
    for key, row in zip(keys, new, strict=True):
        known[key] = together(known.get(key), row)
    tell_listeners(new, by, at)
    if rows := [row for row in known.values() if row["before"] != row["after"]]:
        change.rows = rows
        change.save()


def forget_old_changes(at: datetime) -> None:
    """What can no longer be taken back is no longer kept."""
    Change.objects.filter(at__lt=at - KEPT).delete()


def difference(key: Key, before: Columns | None, after: Columns | None) -> dict[str, Any]:
    """Of a row that stayed only the columns that are different: what nobody touched is nobody's business."""
    if before is not None and after is not None:
        names = [name for name in before if before[name] != after[name]]
        before, after = ({name: columns[name] for name in names} for columns in (before, after))
    return {"table": key[0], "id": key[1], "before": before, "after": after}


def together(first: dict[str, Any] | None, then: dict[str, Any]) -> dict[str, Any]:
    """Two differences of one row, one after the other, as one."""
    if first is None:
        return then
    before = None if first["before"] is None else {**(then["before"] or {}), **first["before"]}
    after = None if then["after"] is None else {**(first["after"] or {}), **then["after"]}
    return then | {"before": before, "after": after}


def bring_back(rows: Iterable[dict[str, Any]]) -> None:
    """The last first: what was added stands on what was there before it."""
    held = [(row, hold(row)) for row in rows]
    for row, now in reversed(held):
        if now is not None:
            restore(now, row["before"])
    for row, now in held:
        if now is None:
            model = model_of(row["table"])
            model(pk=UUID(row["id"]), **values_of(model, row["before"])).save(force_insert=True)
    for row, _ in held:
        require_there(model_of(row["table"]), row["before"] or {})


def hold(row: dict[str, Any]) -> models.Model | None:
    """The row, locked; None where it was deleted. Refused when it no longer stands as the change left it."""
    now = model_of(row["table"])._base_manager.select_for_update().filter(pk=row["id"]).first()
    stands = columns_of(now) if now is not None else None
    if stands is not None and row["after"] is not None:
        stands = {name: stands.get(name) for name in row["after"]}
    if stands != row["after"]:
        raise Refused("changed_since", CHANGED)
    return now


def restore(row: models.Model, before: Columns | None) -> None:
    model = type(row)
    for check in _checks.get(model, ()):
        check(row, before)
    if before is not None:
        model._base_manager.filter(pk=row.pk).update(**values_of(model, before))
    elif is_used(row):
        raise Refused("used_since", IN_USE)
    else:
        row.delete()


def require_there(model: type[models.Model], before: Columns) -> None:
    """What a row pointed at may be gone. SQLite would notice when the transaction ends, and lose all of it."""
    for field in model._meta.concrete_fields:
        pointed, other = before.get(field.attname), field.related_model
        if pointed and other and not other._base_manager.filter(pk=pointed).exists():
            raise Refused("gone_since", GONE_SINCE)


def is_used(row: models.Model) -> bool:
    """Whether any other row points at it."""
    pointing: list[Any] = [
        relation
        for relation in row._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
        if relation.related_model not in _derived
    ]
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists() for relation in pointing
    )


def read(scopes: Iterable[Any], also: Iterable[Key] = ()) -> dict[Key, Columns]:
    """What stands in these rows, and in those of `also`, whether or not the scopes still find them. Locked."""
    found = {key_of(row): columns_of(row) for rows in scopes for row in rows.all().select_for_update()}
    for table, pk in also:
        if (table, pk) not in found:
            row = model_of(table)._base_manager.select_for_update().filter(pk=pk).first()
            found |= {(table, pk): columns_of(row)} if row else {}
    return found


def key_of(row: models.Model) -> Key:
    return row._meta.label_lower, str(row.pk)


def columns_of(row: models.Model) -> Columns:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.attname: plain(field.value_from_object(row)) for field in fields}


def plain(value: Any) -> Any:
    """As a JSON type."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def values_of(model: type[models.Model], columns: Columns) -> dict[str, Any]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in columns.items()}


def model_of(table: str) -> type[models.Model]:
    return apps.get_model(table)


def read_rows(*scopes: Any) -> dict[Key, Columns]:
    """How these rows stand, locked: for runs, which keep what they change themselves."""
    return read(scopes)


def differences(before: Mapping[Key, Columns], *scopes: Any) -> list[dict[str, Any]]:
    """What is different now, as a change keeps it."""
    after = read(scopes, also=before)
    keys = dict.fromkeys((*before, *after))
    return [difference(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def bring_back_what_stands(rows: Iterable[dict[str, Any]]) -> int:
    """Bring back each row that nobody changed since, the last first; how many stay as they are."""
    left = 0
    for row in reversed(list(rows)):
        try:
            with transaction.atomic():
                bring_back([row])
        except (Refused, IntegrityError):
            left += 1
    return left

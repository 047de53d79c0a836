"""Which words are valid at which place of a playbook: the schema, walked along a path. Pure."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from trellis.core.conditions import Path
from trellis.journeys.playbook.schema import Playbook


def part_at(path: Path) -> type[BaseModel] | None:
    """The part of the schema that stands at the path; None where a text, a number or a list does."""
    found: Any = Playbook
    for step in path:
        if is_part(found):
            field = words_of(found).get(str(step))
            found = kind_of(field.annotation) if field else None
        elif get_origin(found) is list:
            found = kind_of(get_args(found)[0])
        elif get_origin(found) is dict:
            found = kind_of(get_args(found)[1])
        else:
            return None
    return found if is_part(found) else None


def is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def words_of(part: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Its fields by the words that a playbook writes."""
    return {field.alias or name: field for name, field in part.model_fields.items()}


def kind_of(annotation: Any) -> Any:
    """An annotation without what may be empty and what is only checked: `list[Rule] | None` is `list[Rule]`."""
    if get_origin(annotation) is Annotated:
        return kind_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return kind_of(next(kind for kind in get_args(annotation) if kind is not NoneType))
    return annotation


@cache
def homes() -> Mapping[str, tuple[str, ...]]:
    """Every word of the schema with the words that it may stand under; "" is the playbook itself."""
    found: dict[str, list[str]] = {}
    for home, part in parts():
        for word in words_of(part):
            found.setdefault(word, []).append(home)
    return {word: tuple(dict.fromkeys(places)) for word, places in found.items()}


def parts() -> Iterator[tuple[str, type[BaseModel]]]:
    """Every part of the schema under each word that it stands under."""
    seen = set[tuple[str, type[BaseModel]]]()
    waiting: list[tuple[str, type[BaseModel]]] = [("", Playbook)]
    while waiting:
        home, part = waiting.pop(0)
        if (home, part) in seen:
            continue
        seen.add((home, part))
        yield home, part
        for word, field in words_of(part).items():
            if inner := innermost(field.annotation):
                waiting.append((word, inner))


def innermost(annotation: Any) -> type[BaseModel] | None:
    """The part that a field holds, by itself, in a list or by keys."""
    kind = kind_of(annotation)
    while get_origin(kind) in (list, dict):
        kind = kind_of(get_args(kind)[-1])
    return kind if is_part(kind) else None

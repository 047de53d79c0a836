"""Frozen values that are made in one go: a decision makes dozens, a simulation millions. Pure."""

from dataclasses import MISSING, Field, fields
from typing import Any

# Past the guard of a frozen value: its whole dictionary in one go.
write = object.__setattr__


def quick[Value: type](value: Value) -> Value:
    """Let a frozen dataclass write its fields straight into its dictionary.

    The constructor that `dataclass` generates calls `object.__setattr__` field by field, which takes twice as long.
    To be put above `@dataclass(frozen=True)`. What it may be called with stays the same.
    """
    parts: list[Field[Any]] = [part for part in fields(value) if part.init]
    names: dict[str, Any] = {}
    placed = [parameter(part, names) for part in parts if not part.kw_only]
    named = [parameter(part, names) for part in parts if part.kw_only]
    head = ", ".join(["self", *placed, *(["*", *named] if named else [])])
    body = "".join(f"\n    own[{part.name!r}] = {assigned(part, names)}" for part in parts)
    # As `dataclass` itself does it; every name in the text is that of a field.
    exec(f"def __init__({head}):\n    own = self.__dict__{body}", names)
    value.__init__ = names["__init__"]  # type: ignore[misc]
    # A default that stands in the class as well would make every reading of the field look there first.
    for part in parts:
        if part.name in vars(value):
            delattr(value, part.name)
    return value


def changed[Value](value: Value, **fields: Any) -> Value:
    """A copy of a frozen value with other fields, as `dataclasses.replace` makes it but in one go and unchecked."""
    copy: Value = object.__new__(type(value))
    write(copy, "__dict__", value.__dict__ | fields)
    return copy


def parameter(part: "Field[Any]", names: dict[str, Any]) -> str:
    if part.default is MISSING and part.default_factory is MISSING:
        return part.name
    names[f"default_{part.name}"] = part.default if part.default_factory is MISSING else MISSING
    return f"{part.name}=default_{part.name}"


def assigned(part: "Field[Any]", names: dict[str, Any]) -> str:
    if part.default_factory is MISSING:
        return part.name
    names[f"new_{part.name}"] = part.default_factory
    return f"new_{part.name}() if {part.name} is default_{part.name} else {part.name}"

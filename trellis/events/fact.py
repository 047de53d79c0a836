"""What a fact is: a frozen, typed class with its key, its label and its icon. Pure: no Django."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self, cast, dataclass_transform, get_origin

from trellis.core.quick import quick

# A field of a fact that may say who somebody is, or hold their words: erasing a person blanks it.
type Personal[T] = T


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Fact:
    """A kind of thing that can happen; each subclass is a frozen dataclass by itself.

    `from_customer` marks what they said or did: it opens a new turn and ends whatever was waiting for silence.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str]
    from_customer: ClassVar[bool]

    def __init_subclass__(cls, *, key: str, label: str, icon: str, from_customer: bool = False) -> None:
        cls.key, cls.label, cls.icon, cls.from_customer = key, label, icon, from_customer
        quick(dataclass(frozen=True, kw_only=True)(cls))

    @property
    def trigger(self) -> str:
        """The word by which a playbook names this fact, empty when no rule can wait for it."""
        return ""

    def payload(self) -> dict[str, Any]:
        """The fields as JSON types."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(cast(Any, self)).items()
        }

    @classmethod
    def without_person(cls, payload: dict[str, Any]) -> dict[str, Any]:
        """The payload with nothing in what is marked as Personal, "…" where words stood; what else it says stays."""
        marked = {field.name for field in fields(cast(Any, cls)) if get_origin(field.type) is Personal}
        empty = {
            name: "…" if isinstance(payload[name], str) else type(payload[name])() for name in marked & payload.keys()
        }
        return payload | {name: value for name, value in empty.items() if payload[name]}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        known = {field.name: field.type for field in fields(cast(Any, cls))}
        return cls(
            **{
                name: datetime.fromisoformat(value) if value and "datetime" in str(known[name]) else value
                for name, value in payload.items()
                if name in known
            }
        )

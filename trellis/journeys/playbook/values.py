"""The kinds of value that stand behind the words of a playbook. Pure."""

from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints, WithJsonSchema

from trellis.core.durations import Duration

KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
TIME_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"


def as_duration(value: Any) -> Duration:
    """A duration from its text; ValueError says what to write."""
    if value is None or isinstance(value, list | dict):
        raise ValueError("a duration is a whole number and m, h or d, such as 5m, 2h or 6d.")
    return value if isinstance(value, Duration) else Duration.parse(str(value))


Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=64)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Span = Annotated[
    Duration,
    BeforeValidator(as_duration),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,7}[mhd]$", "examples": ["5m", "2h", "6d"]}),
]
ClockTime = Annotated[str, StringConstraints(pattern=TIME_PATTERN)]


class Part(BaseModel):
    """A part of a playbook. The sentence under a word is what the JSON Schema and the reference say of it."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        ignored_types=(cached_property,),
        use_attribute_docstrings=True,
    )


def one_of(*words: str) -> dict[str, Any]:
    """For the JSON Schema: exactly one of these words is there, as the checks of the part have it."""
    return {"oneOf": [{"required": [word]} for word in words]}

"""What the parts of a playbook are made of: keys, texts, durations and times. Pure."""

from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

from trellis.core.durations import Duration

KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
TIME_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=64)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Span = Annotated[
    Duration,
    BeforeValidator(lambda value: value if isinstance(value, Duration) else Duration.parse(str(value))),
    PlainSerializer(str),
]
ClockTime = Annotated[str, StringConstraints(pattern=TIME_PATTERN)]


class Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,)
    )

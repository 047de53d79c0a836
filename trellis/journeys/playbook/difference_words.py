"""The words in which differences between two versions are told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from trellis.core.durations import Duration
from trellis.journeys.playbook.blanks import to_blanks


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference. `stage` is a key, empty for all; `kind` is new, gone or changed; `rule`, `message` name it."""

    sentence: str
    stage: str = ""
    kind: str = "changed"
    rule: str = ""
    message: str = ""


def quoted(text: str) -> str:
    """With what is filled in for each customer as people write it."""
    return f"“{to_blanks(text)}”"


def instead(head: str, now: str, was: str) -> str:
    """“The playbook is called “B” instead of “A””."""
    return f"{head} {now} instead of {was}"


def in_full(what: str, name: str, was: Any, now: Any) -> str:
    """For what has no words of its own: never left out."""
    return f"{what}: {name.strip('_').replace('_', ' ')} is {shown(now)} instead of {shown(was)}"


def shown(value: Any) -> str:
    value = plainly(value)
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{name.strip('_').replace('_', ' ')} {shown(part)}" for name, part in value.items())
    return ", ".join(map(shown, value)) if isinstance(value, list | tuple) else to_blanks(str(value))


def plainly(value: Any) -> Any:
    """As JSON has it, a length of time as it is written."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    return str(value) if isinstance(value, Duration) else value


def order(was: Sequence[str], now: Sequence[str]) -> list[str]:
    """The new order where the same things stand in another one, else nothing."""
    return list(now) if list(was) != list(now) else []

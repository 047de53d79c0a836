"""What every request asks and hardly ever changes: kept in the process for two seconds."""

import time
from collections.abc import Callable
from typing import Any, cast

SECONDS = 2.0
_kept: dict[str, tuple[float, Any]] = {}


def keep[T](name: str, load: Callable[[], T]) -> T:
    """What `load` returned, at most two seconds ago."""
    found = _kept.get(name)
    if found is None or time.monotonic() > found[0]:
        found = _kept[name] = time.monotonic() + SECONDS, load()
    return cast(T, found[1])


def kept(name: str) -> Any:
    """What is kept under this name, nothing when that is too old: for questions that ask for several such things."""
    kept_until, found = _kept.get(name, (0.0, None))
    return found if time.monotonic() <= kept_until else None


def forget() -> None:
    """Read everything anew on the next question; whoever changes what is kept calls this."""
    _kept.clear()

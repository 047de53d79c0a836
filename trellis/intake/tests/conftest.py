"""Signals, and somebody who says what they mean."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from trellis.intake import actions
from trellis.intake.actions import Settlement, receive, register_interpreter
from trellis.intake.models import Signal

MORNING = datetime(2026, 6, 8, 15, 0, tzinfo=UTC)
JOURNEY = UUID(int=7)


class Interpretation:
    """Answers with what the test wants, and remembers whom it was asked about."""

    def __init__(self) -> None:
        self.answer: Callable[[Signal], Settlement | None] = lambda signal: Settlement(
            state="attached", journey_id=JOURNEY
        )
        self.asked: list[str] = []

    def __call__(self, signals: Sequence[Signal], at: datetime) -> list[Settlement | None]:
        return [self.say(signal) for signal in signals]

    def say(self, signal: Signal) -> Settlement | None:
        self.asked.append(signal.reference)
        return self.answer(signal)


@pytest.fixture
def morning() -> datetime:
    return MORNING


@pytest.fixture
def interpretation() -> Iterator[Interpretation]:
    before = list(actions._interpreters)
    ours = Interpretation()
    register_interpreter(ours)
    yield ours
    actions._interpreters[:] = before


@pytest.fixture
def come_in() -> Callable[..., Signal]:
    def come(**given: Any) -> Signal:
        told: dict[str, Any] = {"kind": "form", "channel": "web", "source": "roof-repair", "payload": {"name": "Dana"}}
        return receive(**told | {"at": MORNING} | given)[0]

    return come

"""A state as JSON types and back: how a journey stood before something was done to it. Pure."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from trellis.journeys.engine.state import ClockState, Offer, State, TaskState


def record_of(state: State) -> dict[str, Any]:
    """Instants as ISO 8601, sets as sorted lists."""
    record = asdict(state)
    for part in ("tasks", "clocks"):
        record[part] = [one | {"due_at": one["due_at"].isoformat()} for one in record[part]]
    if state.offer:
        record["offer"] |= {"due_at": state.offer.due_at.isoformat(), "asked": list(state.offer.asked)}
    return record | {"timed": sorted(state.timed), "fired": sorted(state.fired), "answers": dict(state.answers)}


def state_from(record: dict[str, Any]) -> State:
    offer = record.get("offer")
    return State(
        **record
        | {
            "tasks": tuple(TaskState(**timed(task)) for task in record["tasks"]),
            "clocks": tuple(ClockState(**timed(clock)) for clock in record["clocks"]),
            "offer": Offer(**timed(offer) | {"asked": tuple(offer["asked"])}) if offer else None,
            "timed": frozenset(record["timed"]),
            "fired": frozenset(record["fired"]),
        }
    )


def timed(part: dict[str, Any]) -> dict[str, Any]:
    return part | {"due_at": datetime.fromisoformat(part["due_at"])}

"""A state as JSON types and back: how a journey stood before something was done to it. Pure."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from trellis.journeys.engine.state import ClockState, Held, Offer, State, TaskState


def record_of(state: State) -> dict[str, Any]:
    """Instants as ISO 8601, sets as sorted lists."""
    record = asdict(state)
    for part in ("tasks", "clocks"):
        record[part] = [one | {"due_at": one["due_at"].isoformat()} for one in record[part]]
    if state.offer:
        record["offer"] |= {"due_at": state.offer.due_at.isoformat(), "asked": list(state.offer.asked)}
    record["held"] = record_of_held(state.held)
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
            "held": held_from(record.get("held")),
        }
    )


def record_of_held(held: Held | None) -> dict[str, Any] | None:
    if held is None:
        return None
    tasks = [asdict(task) | {"due_at": task.due_at.isoformat()} for task in held.tasks]
    return {"since": held.since.isoformat(), "version": held.version, "tasks": tasks}


def held_from(record: dict[str, Any] | None) -> Held | None:
    if record is None:
        return None
    tasks = tuple(TaskState(**timed(task)) for task in record["tasks"])
    return Held(since=datetime.fromisoformat(record["since"]), version=record["version"], tasks=tasks)


def timed(part: dict[str, Any]) -> dict[str, Any]:
    return part | {"due_at": datetime.fromisoformat(part["due_at"])}

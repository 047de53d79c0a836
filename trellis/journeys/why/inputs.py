"""What a decision knew and used, in words: who was on duty, which hours, where the customer is, how often we wrote."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from trellis.journeys.playbook.sentences import in_words

CHANNELS = {"sms": "text", "email": "email"}
GONE = "somebody who has left"


def inputs_in_words(
    world: Mapping[str, Any], names: Mapping[str, str], say: Callable[[datetime], str]
) -> list[tuple[str, str]]:
    """What it is and how it was then. `names` are people by their ids, `say` writes an instant."""
    told = [*people(world, names, say), *customer(world.get("customer") or {})]
    if key := world.get("hours"):
        told.append(("Hours", in_words(str(key))))
    if load := world.get("load"):
        told.append(("Open then", ", ".join(f"{names.get(user, GONE)} {count}" for user, count in load.items())))
    if covers := world.get("covers"):
        said = [f"{names.get(user, GONE)}: {', '.join(areas)}" for user, areas in covers.items()]
        told.append(("Covers", "; ".join(said)))
    return told


def people(world: Mapping[str, Any], names: Mapping[str, str], say: Callable[[datetime], str]) -> list[tuple[str, str]]:
    known = world.get("people")
    if not known:
        return []
    there = [names.get(user, GONE) for user, on_duty, *_ in known if on_duty]
    away = [
        f"{names.get(user, GONE)}{f', back {say(datetime.fromisoformat(back))}' if back else ''}"
        for user, on_duty, back, *_ in known
        if not on_duty
    ]
    told = [("On duty then", ", ".join(there) or "nobody")]
    return [*told, ("Off duty then", "; ".join(away))] if away else told


def customer(known: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not known:
        return []
    stopped = [CHANNELS.get(channel, channel) for channel in known.get("opted_out", [])]
    reach = [CHANNELS.get(channel, channel) for channel in known.get("reachable", [])]
    told = [
        ("Their time zone", f"{known.get('time_zone')}, by the {known.get('zone_source')}"),
        ("Can be reached by", ", ".join(reach) or "nothing"),
        ("Asked us to stop", ", ".join(stopped)),
        ("Automatic messages in 24 hours", str(known["touches"]) if known.get("touches") else ""),
        ("Tags", ", ".join(known.get("tags", []))),
    ]
    return [(name, value) for name, value in told if value]

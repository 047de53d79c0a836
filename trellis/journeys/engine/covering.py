"""Passing on what would wait for somebody who is away. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from trellis.events.catalogue import OwnerGone
from trellis.journeys.engine.owners import choose_owner
from trellis.journeys.engine.state import World
from trellis.journeys.playbook.schema import OwnerRule


def covered(rule: OwnerRule, world: World, owner: str, zone: str) -> OwnerGone | None:
    """The fact that passes on what an absent owner has; None when nobody is there sooner than they are.

    `zone` is that of the business: its people read the reason.
    """
    away = world.person(owner)
    taker, _ = choose_owner(rule, world, current=owner, keep=True)
    if away is None or away.away_until is None or taker.id == owner:
        return None
    return OwnerGone(owner=owner, until=away.away_until, reason=reason_of(away.first_name, away.away_until, zone))


def reason_of(name: str, until: datetime, zone: str) -> str:
    back = until.astimezone(ZoneInfo(zone))
    return f"{name} is away until {back:%A, %B} {back.day}"

"""Passing on what would wait for somebody who is away or off duty. Pure."""

from zoneinfo import ZoneInfo

from trellis.events.catalogue import OwnerGone
from trellis.journeys.engine.owners import choose_owner
from trellis.journeys.engine.state import Person, World
from trellis.journeys.playbook.schema import OwnerRule


def covered(rule: OwnerRule, world: World, owner: str, zone: str, *, wanted: str = "") -> OwnerGone | None:
    """The fact that passes on what an owner has who is not there; None when nobody is there sooner than they are.

    Of somebody who is only off duty it passes on when somebody is there now. `wanted` is what the rule matches, `zone`
    that of the business: its people read the reason.
    """
    gone = world.person(owner)
    taker, _ = choose_owner(rule, world, current=owner, keep=True, wanted=wanted)
    if gone is None or gone.on_duty or taker.id == owner or not (gone.away_until or taker.on_duty):
        return None
    return OwnerGone(owner=owner, until=gone.away_until or gone.next_on_duty_at, reason=reason_of(gone, zone))


def reason_of(gone: Person, zone: str) -> str:
    back = (gone.away_until or gone.next_on_duty_at).astimezone(ZoneInfo(zone))
    return f"{gone.first_name} is {'away' if gone.away_until else 'off duty'} until {back:%A, %B} {back.day}"

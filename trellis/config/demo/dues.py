"""When the steps that people planned are due: now and soon as the stories say, the others at places of their day."""

from datetime import datetime, timedelta
from random import Random

from trellis.config.demo.neighbors import Neighbor
from trellis.config.demo.past import Past

# How many working days from now: those of tomorrow, and those of later.
TOMORROW, LATER = 1, 2


def due_times(told: list[Neighbor], past: Past, random: Random) -> dict[str, datetime]:
    """By the neighbors' names. Whoever finds no place today, because the day is ending, gets one tomorrow."""
    dated = {one.name: past.on_day(one.step.days_from_now) for one in told if one.step and one.step.days_from_now}
    at_once = {one.name: minutes for one in told if (minutes := minutes_for(one, past)) is not None}
    waiting = {
        when: [one.name for one in told if one.step and one.step.when == when]
        for when in ("today", "tomorrow", "later")
    }
    random.shuffle(waiting["today"])
    places = past.places_today(len(waiting["today"]))
    today, left = waiting["today"][: len(places)], waiting["today"][len(places) :]
    tomorrow = [*left, *waiting["tomorrow"]]
    return {
        **dated,
        **{name: past.now + timedelta(minutes=minutes) for name, minutes in at_once.items()},
        **dict(zip(today, places, strict=True)),
        **dict(zip(tomorrow, past.places_on(TOMORROW, len(tomorrow)), strict=True)),
        **dict(zip(waiting["later"], past.places_on(LATER, len(waiting["later"])), strict=True)),
    }


def minutes_for(neighbor: Neighbor, past: Past) -> int | None:
    """Who came this minute has their step by the rules; only at night somebody sets it by hand."""
    if neighbor.step is None or (neighbor.just and past.hours.is_open(past.now)):
        return None
    return neighbor.step.minutes_from_now

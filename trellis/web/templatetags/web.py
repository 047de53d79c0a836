"""The elements of the kit as tags and filters: `{% load web %}`."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import template
from django.middleware.csp import get_nonce
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from trellis.web import icons, modules, money, phones, times
from trellis.web.times import Viewer

register = template.Library()
STEPS = 6


@register.simple_tag
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    return icons.icon(str(name), size, css)


@register.simple_tag(takes_context=True)
def import_map(context: template.Context) -> SafeString:
    """The one inline script, allowed by the page's nonce."""
    request = context.get("request")
    nonce = get_nonce(request) if request else ""
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, mark_safe(modules.import_map()))


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """Two letters in the person's hue. Their name is the title; put it beside the avatar where there is room."""
    css = f"avatar avatar--{size}" if size else "avatar"
    return format_html(
        '<span class="{}" style="--hue: {}" title="{}" aria-hidden="true">{}</span>',
        css,
        _hue(person),
        person.name,
        person.initials,
    )


def _hue(person: Any) -> int:
    """A user's own hue; anybody else's comes from their id, so that it stays."""
    if hasattr(person, "hue"):
        return int(person.hue)
    id_: UUID = person.pk
    return id_.int % 24 * 15


@register.simple_tag(takes_context=True)
def time_left(context: template.Context, due: datetime, start: datetime) -> SafeString:
    """A deadline as a countdown; the element `<time-left>` keeps it true."""
    left = times.time_left(due, start, context["viewer"])
    return format_html(
        '<time-left class="time-left" data-state="{}" data-start="{}" style="--left: {}">'
        '<time datetime="{}" title="{}">{}</time></time-left>',
        left.state,
        start.isoformat(),
        left.percent,
        due.isoformat(),
        times.full_moment(due, context["viewer"]),
        left.text,
    )


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime, style: str = "short") -> SafeString:
    """`<time>` in one of the styles: clock, day, short, full, ago, or both (day and clock)."""
    viewer: Viewer = context["viewer"]
    words = {
        "clock": times.clock_time,
        "day": times.day_name,
        "short": times.short_moment,
        "full": times.full_moment,
        "ago": times.ago,
        "both": lambda at, viewer: f"{times.day_name(at, viewer)}, {times.clock_time(at, viewer)}",
    }[style](at, viewer)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), times.full_moment(at, viewer), words)


@register.simple_tag
def stage_mark(position: int, stages: int, state: str = "here") -> SafeString:
    """The diamond of the stage at `position` (from 0) of `stages`; state here, done or to-do."""
    step = 1 + round(position * (STEPS - 1) / max(stages - 1, 1))
    css = f" stage-mark--{state}" if state != "here" else ""
    return format_html('<span class="stage-mark stage-mark--{}{}" aria-hidden="true"></span>', step, css)


@register.filter
def growth_step(position: int, stages: int) -> int:
    """Which of the six colors of growth belongs to the stage at `position` (from 0) of `stages`."""
    return 1 + round(position * (STEPS - 1) / max(stages - 1, 1))


@register.filter
def clock(at: datetime, viewer: Viewer) -> str:
    return times.clock_time(at, viewer)


@register.filter
def day(at: datetime | date, viewer: Viewer) -> str:
    return times.day_name(at, viewer)


@register.filter
def length(seconds: float | timedelta) -> str:
    return times.length(seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds))


@register.filter
def as_money(minor: int, currency: str) -> str:
    return money.say_money(minor, currency)


@register.filter
def phone_number(value: str, region: str = "US") -> str:
    return phones.say_phone(value, region)


@register.filter
def dialable(value: str, region: str = "US") -> str:
    return phones.dial(value, region)

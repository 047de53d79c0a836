"""The elements of the kit as tags and filters: `{% load web %}`."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import template
from django.middleware.csp import get_nonce
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from trellis.team.models import Run
from trellis.web import icons, links, modules, money, phones, times
from trellis.web.growth import growth_step
from trellis.web.pace import pace_of
from trellis.web.times import TimeLeft, Viewer

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    return icons.icon(str(name), size, css)


@register.simple_tag
def to(url_name: str, record_id: UUID) -> SafeString:
    """The address of a page about one record: `{% url %}` for pages that link to many."""
    return mark_safe(links.address_of(url_name, record_id))


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
def time_left(context: template.Context, due: datetime, start: datetime, style: str = "") -> SafeString:
    """A deadline as a countdown; the element `<time-left>` keeps it true.

    In the style "both" the moment stands before a countdown; "wait" is for what happens by itself: nothing runs out.
    """
    viewer: Viewer = context["viewer"]
    left = times.time_left(due, start, viewer)
    if style == "wait":
        return countdown(TimeLeft("wait", times.short_moment(due, viewer), 0), due, start, viewer)
    before = f"{times.short_moment(due, viewer)} · " if style == "both" and due - viewer.now < times.HOUR else ""
    return countdown(left, due, start, viewer, before=before)


@register.simple_tag(takes_context=True)
def waited(context: template.Context, start: datetime, due: datetime) -> SafeString:
    """How long somebody has waited, colored by how much of their time is left."""
    viewer: Viewer = context["viewer"]
    left = times.time_left(due, start, viewer)
    words = f"{times.brief_length(viewer.now - start)} waited"
    return countdown(TimeLeft(left.state, words, left.percent), due, start, viewer, counts_up=True)


def countdown(
    left: TimeLeft, due: datetime, start: datetime, viewer: Viewer, *, before: str = "", counts_up: bool = False
) -> SafeString:
    return format_html(
        '<time-left class="time-left" data-state="{}" data-start="{}" style="--left: {}"{}>{}'
        '<time datetime="{}" title="{}">{}</time></time-left>',
        left.state,
        stamp(start),
        left.percent,
        mark_safe(" data-waited") if counts_up else "",
        before,
        stamp(due),
        times.full_moment(due, viewer),
        left.text,
    )


def stamp(at: datetime) -> str:
    """For `datetime`: to the second, in UTC."""
    return f"{at.astimezone(UTC).isoformat()[:19]}Z"


MOMENTS: dict[str, Callable[[datetime, Viewer], str]] = {
    "clock": times.clock_time,
    "day": times.day_name,
    "date": times.date_name,
    "weekday": times.weekday_name,
    "short": times.short_moment,
    "full": times.full_moment,
    "ago": times.ago,
}


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime, style: str = "short") -> SafeString:
    """`<time>` in one of the styles of MOMENTS."""
    viewer: Viewer = context["viewer"]
    words = MOMENTS[style](at, viewer)
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp(at), times.full_moment(at, viewer), words)


@register.simple_tag(takes_context=True)
def pace(context: template.Context, run: Run) -> str:
    """How fast it goes, and about how long it still takes."""
    viewer: Viewer = context["viewer"]
    return pace_of(run, viewer.now)


@register.simple_tag
def stage_mark(position: int, stages: int, state: str = "here") -> SafeString:
    """The diamond of the stage at `position` (from 0) of `stages`; state here, done or to-do."""
    step = growth_step(position, stages)
    css = f" stage-mark--{state}" if state != "here" else ""
    return format_html('<span class="stage-mark stage-mark--{}{}" aria-hidden="true"></span>', step, css)


@register.filter
def clock(at: datetime, viewer: Viewer) -> str:
    return times.clock_time(at, viewer)


@register.filter
def on_their_clock(words: Any, viewer: Viewer) -> str:
    return times.on_their_clock(str(words), viewer)


@register.filter
def day(at: datetime | date, viewer: Viewer) -> str:
    return times.day_name(at, viewer)


@register.filter
def as_span(span: timedelta) -> str:
    return times.length(span)


@register.filter
def as_money(minor: int, currency: str) -> str:
    return money.say_money(minor, currency)


@register.filter
def grouped(number: int) -> str:
    """12,345."""
    return f"{number:,}"


@register.filter
def as_link(text: str) -> str:
    """An address on the web that a click may lead to: with https where no scheme of the web stands before it."""
    return text if text.startswith(("https://", "http://")) else f"https://{text}"


@register.filter
def phone_number(value: str, region: str = "US") -> str:
    return phones.say_phone(value, region)


@register.filter
def dialable(value: str, region: str = "US") -> str:
    return phones.dial(value, region)


@register.filter
def breakable(text: str) -> SafeString:
    """An address that may go on in the next line behind its @, where it is too long for one."""
    return mark_safe(escape(text).replace("@", "@<wbr>"))


@register.filter
def settings_as_code(text: str) -> SafeString:
    """A sentence with the names of settings in it, those set as code."""
    marked = re.sub(r"\b[A-Z]+(?:_[A-Z]+)+\b", r'<code class="code">\g<0></code>', escape(text))
    return mark_safe(marked)


@register.filter
def path(address: str) -> str:
    """The path of an address on the web, as people know a page: /storm-damage. Other text comes back as it is."""
    parts = urlsplit(address)
    return parts.path or "/" if parts.scheme in ("http", "https") else address

"""Lucide icons as inline SVG, rendered once for each name, size and class."""

from functools import cache

from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide


@cache
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """The icon's markup, hidden from screen readers: a word always stands beside it."""
    classes = f"icon {css}".strip()
    markup = lucide(name, size=size, **{"class": classes, "aria_hidden": "true", "focusable": "false"})
    return mark_safe(" ".join(markup.split()).replace("> <", "><"))

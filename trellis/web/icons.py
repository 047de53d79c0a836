"""Lucide icons as inline SVG, rendered once for each name, size and class."""

from functools import cache

from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

# The sheet says these once for all icons: a page may draw hundreds.
DRAWN_BY_THE_SHEET = (
    ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
)


@cache
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """The icon's markup, hidden from screen readers: a word always stands beside it."""
    markup = lucide(name, size=size, **{"class": f"icon {css}".strip(), "aria_hidden": "true"})
    return mark_safe(" ".join(markup.split()).replace("> <", "><").replace(" />", "/>").replace(DRAWN_BY_THE_SHEET, ""))

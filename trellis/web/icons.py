"""Lucide icons as inline SVG, rendered once for each name, size and class."""

import re
from functools import cache
from importlib import resources
from io import BytesIO
from zipfile import ZipFile

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import IconDoesNotExist

# What is drawn within the frame. How lines look the sheet says once for all icons: a page may draw hundreds.
DRAWING = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)


@cache
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """The icon's markup, hidden from screen readers: a word always stands beside it."""
    frame = '<svg width="{0}" height="{0}" viewBox="0 0 24 24" class="{1}" aria-hidden="true">{2}</svg>'
    return format_html(frame, size, f"icon {css}".strip(), _drawing_of(name))


def _drawing_of(name: str) -> SafeString:
    try:
        found = DRAWING.search(_set().read(f"{name}.svg").decode())
    except KeyError as error:
        raise IconDoesNotExist(f"There is no icon “{name}”.") from error
    assert found
    return mark_safe(" ".join(found[1].split()).replace("> <", "><").replace(" />", "/>"))


@cache
def _set() -> ZipFile:
    """Opened once: the package itself goes through all of its two thousand icons whenever it looks for one."""
    return ZipFile(BytesIO((resources.files("lucide") / "lucide.zip").read_bytes()))

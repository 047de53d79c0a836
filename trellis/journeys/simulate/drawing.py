"""Shapes and words of an SVG, in the colors of the design language. Pure.

Colors are the tokens of the pages (`leaf`, `ink-meta` …), so that a picture inside a page follows its theme.
"""

from collections.abc import Iterable, Mapping
from html import escape

Point = tuple[float, float]

# What the tokens are in a file that stands alone: light, dark.
TOKENS: Mapping[str, tuple[str, str]] = {
    "sheet": ("#fdfcfa", "#1b231e"),
    "line": ("#e0ded7", "#323c35"),
    "track": ("#dedcd4", "#424d45"),
    "ink": ("#1b2620", "#f0efe9"),
    "ink-second": ("#48514b", "#bfc7bd"),
    "ink-meta": ("#5f675f", "#9aa59b"),
    "leaf": ("#1c5e3d", "#63b98a"),
    "leaf-soft": ("#e9f3e6", "#1d3a2a"),
    "ember-ink": ("#a8401a", "#f0a878"),
    "ember-line": ("#f0cdb8", "#6b3a22"),
    "growth-1": ("#9fb84a", "#a9bf6a"),
    "growth-2": ("#77a23f", "#8fb866"),
    "growth-3": ("#4f934c", "#74ad6b"),
    "growth-4": ("#348353", "#5fa272"),
    "growth-5": ("#216b49", "#4e9672"),
    "growth-6": ("#114f38", "#43846a"),
}
FONT = "Inter, system-ui, sans-serif"


def paint(token: str) -> str:
    return f"var(--{token})"


def rect(x: float, y: float, width: float, height: float, token: str, *, opacity: float = 1, radius: float = 0) -> str:
    see_through = f' fill-opacity="{short(opacity)}"' if opacity < 1 else ""
    round_corners = f' rx="{short(radius)}"' if radius else ""
    place = f'x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}"'
    return f'<rect {place}{round_corners} fill="{paint(token)}"{see_through}/>'


def line(start: Point, end: Point, token: str, *, width: float = 1, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    place = f'x1="{short(start[0])}" y1="{short(start[1])}" x2="{short(end[0])}" y2="{short(end[1])}"'
    return f'<line {place} stroke="{paint(token)}" stroke-width="{short(width)}"{dashed}/>'


def curve(points: Iterable[Point], token: str, *, width: float = 2) -> str:
    told = " ".join(f"{short(x)},{short(y)}" for x, y in points)
    return (
        f'<polyline points="{told}" fill="none" stroke="{paint(token)}" stroke-width="{short(width)}" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )


def shape(path: str, token: str, *, opacity: float = 1) -> str:
    see_through = f' fill-opacity="{short(opacity)}"' if opacity < 1 else ""
    return f'<path d="{path}" fill="{paint(token)}"{see_through}/>'


def text(
    x: float,
    y: float,
    words: str,
    token: str = "ink-second",
    *,
    size: int = 12,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    weight = ' font-weight="600"' if bold else ""
    aligned = f' text-anchor="{anchor}"' if anchor != "start" else ""
    place = f'x="{short(x)}" y="{short(y)}" font-size="{size}"'
    return f'<text {place}{aligned}{weight} fill="{paint(token)}">{escape(words)}</text>'


def titled(words: str, *parts: str) -> str:
    """Parts that say these words when they are pointed at or read out."""
    return f"<g><title>{escape(words)}</title>{''.join(parts)}</g>"


def short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def sheet(width: float, height: float, label: str, parts: Iterable[str], *, alone: bool) -> str:
    """The whole picture. `alone` brings the tokens along, light and dark; inside a page they are there."""
    style = f"<style>{scheme(0)}@media (prefers-color-scheme:dark){{{scheme(1)}}}</style>" if alone else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(width)} {short(height)}" role="img" '
        f'aria-label="{escape(label)}" font-family="{FONT}">{style}\n'
        + "\n".join([rect(0, 0, width, height, "sheet", radius=12), *parts])
        + "\n</svg>\n"
    )


def scheme(place: int) -> str:
    return "svg{" + ";".join(f"--{token}:{shades[place]}" for token, shades in TOKENS.items()) + "}"

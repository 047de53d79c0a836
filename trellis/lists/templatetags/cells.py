"""The cells of a list: a page has hundreds, and a template takes longer for them."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from trellis.lists.queries.table import Cell
from trellis.web import icons
from trellis.web.templatetags.web import as_link, as_money, moment, phone_number, time_left

register = template.Library()
Context = template.Context
EDIT = (
    '<a class="list-table__edit" href="{edit}" hx-get="{edit}" hx-target="closest td" hx-swap="innerHTML"{tabbed} '
    'aria-label="Change {label} of {whose}">{pencil}</a>'
)


@register.simple_tag(takes_context=True)
def list_cell(context: Context, cell: Cell, whose: str, tabbed: bool = True) -> SafeString:
    """One `<td>` with what stands in it and the way to change it; `tabbed` where Tab stops at that."""
    nothing = "" if cell.value else " list-table__nothing"
    label = escape(cell.label)
    return mark_safe(
        f'<td class="list-table__{cell.look}{nothing}" data-label="{label}">{inside(context, cell)}'
        f"{way_to_change(cell, label, whose, tabbed)}</td>"
    )


def inside(context: Context, cell: Cell) -> str:
    if cell.is_plain:
        return conditional_escape(cell.value)
    return LOOKS[cell.look](context, cell.value) if cell.value else ""


def way_to_change(cell: Cell, label: str, whose: str, tabbed: bool) -> str:
    if not cell.edit:
        return ""
    return EDIT.format(
        edit=escape(cell.edit),
        tabbed="" if tabbed else ' tabindex="-1"',
        label=label,
        whose=escape(whose),
        pencil=icons.icon("pencil", 13, ""),
    )


def tags(context: Context, value: Any) -> str:
    return " ".join(
        f'<span class="tag"><span class="tag__dot" style="--hue: var(--hue-{escape(tag.hue)})"></span>'
        f"{escape(tag.name)}</span>"
        for tag in value
    )


def due(context: Context, task: Any) -> str:
    """Nothing runs out where Trellis acts by itself."""
    return time_left(context, task.due_at, task.created_at, "" if task.assignee_id else "wait")


def site(context: Context, address: str) -> str:
    link = f'<a class="link" href="{escape(as_link(address))}" rel="noopener noreferrer nofollow">'
    return f"{link}{escape(address.replace('https://', ''))}</a>"


# How what is not plain words looks, by `Cell.look`.
LOOKS: Mapping[str, Callable[[Context, Any], str]] = {
    "tags": tags,
    "due": due,
    "moment": moment,
    "lead": lambda context, words: f'<span class="list-table__next">{conditional_escape(words)}</span>',
    "phone": lambda context, number: escape(phone_number(number, context["viewer"].region)),
    "money": lambda context, money: escape(as_money(money.minor, money.currency)),
    "site": site,
}

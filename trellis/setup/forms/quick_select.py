"""A select that is written in one go: a form over a cell has dozens, and a template for each option costs too much."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class QuickSelect(forms.Select):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        written = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", written, options(self.choices, chosen))


def options(choices: Iterable[Any], chosen: set[str]) -> SafeString:
    return format_html_join("", "{}", ((option(value, words, chosen),) for value, words in choices))


def option(value: Any, words: Any, chosen: set[str]) -> SafeString:
    """One choice, or a group of them under its title."""
    if isinstance(words, list | tuple):
        return format_html('<optgroup label="{}">{}</optgroup>', value, options(words, chosen))
    is_chosen = " selected" if str(value) in chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, is_chosen, words)

"""How far a role reaches: one choice for each verb of each noun."""

from collections.abc import Iterable
from typing import Any

from django import forms

from trellis.team.roles import NAMES, RIGHTS, Reach
from trellis.web.forms import KitForm

VERBS = ("see", "add", "change", "remove", "erase", "send", "import", "export")


def name_of(verb: str, noun: str) -> str:
    return f"{noun}-{verb}"


class ReachForm(KitForm):
    """Every right of a role. `reach` is how far it reaches now, by (verb, noun)."""

    def __init__(self, *args: Any, reach: dict[tuple[str, str], Reach], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for verb, noun in reach:
            field = forms.TypedChoiceField(
                choices=[(one.value, one.label) for one in RIGHTS[noun][verb]],
                coerce=lambda value: Reach(int(value)),
                initial=reach[verb, noun].value,
                widget=forms.Select({"class": "input", "aria-label": f"{verb.capitalize()} {NAMES[noun]}"}),
                error_messages={"invalid_choice": "Choose one of what is offered."},
            )
            self.fields[name_of(verb, noun)] = field

    @property
    def rows(self) -> Iterable[tuple[str, list[tuple[str, Any]]]]:
        """Each noun with its cells: a verb, and the choice or nothing."""
        for noun, verbs in RIGHTS.items():
            cells = [(verb, self[name_of(verb, noun)] if verb in verbs else None) for verb in VERBS]
            yield NAMES[noun].capitalize(), cells

    def chosen(self) -> dict[tuple[str, str], Reach]:
        pairs = [(verb, noun) for noun, verbs in RIGHTS.items() for verb in verbs]
        return {(verb, noun): self.cleaned_data[name_of(verb, noun)] for verb, noun in pairs}

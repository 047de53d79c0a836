"""Which of the playbooks that ship, and how much of it at first."""

from typing import Any

from django import forms

from trellis.journeys.playbook.schema import STEPS, StepKey
from trellis.journeys.playbook.steps import FIRST_STEPS
from trellis.journeys.publish import pack_keys
from trellis.web.forms import KitForm

# Who has not chosen yet sees this one open.
USUAL = "storm-and-repair"
FIRST, ALL = "first", "all"
STARTS = [
    (FIRST, "Start with three steps and grow: capture, follow-up, service"),
    (ALL, "Everything at once"),
]


class ChoosePlaybook(KitForm):
    """`taken` are those that are there already."""

    playbook = forms.CharField(required=False)
    start = forms.ChoiceField(
        label="How much of it at first", choices=STARTS, initial=FIRST, required=False, widget=forms.RadioSelect()
    )

    def __init__(self, *args: Any, taken: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = taken

    def clean_playbook(self) -> str:
        asked: str = self.cleaned_data["playbook"] or self.initial.get("playbook", "")
        if asked in self.taken:
            raise forms.ValidationError("You have that one already. Choose another one.")
        if asked not in pack_keys():
            raise forms.ValidationError(f"There is no playbook “{asked}”. Choose one of these.")
        return asked

    @property
    def steps(self) -> tuple[StepKey, ...]:
        return STEPS if self.cleaned_data.get("start") == ALL else FIRST_STEPS

    @property
    def chosen(self) -> str:
        """The one that stands open."""
        return str(self["playbook"].value() or "")

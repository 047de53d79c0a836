"""Fields that a business adds: what is asked to make one, and to change it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from trellis.people.models import CustomField, FieldKind
from trellis.web.forms import KitForm

NOUNS = {"contact": "Contacts", "company": "Companies", "journey": "Leads"}


class FieldForm(KitForm):
    """A new field has a kind, which stays; the choices are asked where the kind has any."""

    label = forms.CharField(
        label="Name", max_length=80, required=False, widget=forms.TextInput({"autofocus": True, "autocomplete": "off"})
    )
    kind = forms.ChoiceField(label="What it holds", choices=FieldKind.choices)
    words = forms.CharField(
        label="Choices",
        required=False,
        max_length=20_000,
        help_text="One to a line, for a choice of one or of several.",
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, field: CustomField | None = None, **kwargs: Any) -> None:
        initial = {"label": field.label, "words": "\n".join(field.choices)} if field else {}
        super().__init__(*args, initial=initial, **kwargs)
        if field:
            del self.fields["kind"]
            if field.kind not in (FieldKind.CHOICE, FieldKind.CHOICES):
                del self.fields["words"]

    @property
    def choices(self) -> Sequence[str]:
        return (self.cleaned_data.get("words") or "").splitlines()

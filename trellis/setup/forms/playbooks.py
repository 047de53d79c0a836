"""Writing, publishing and rolling back a playbook, and deciding about those that stand still."""

from typing import Any

from django import forms

from trellis.journeys.foresight import Plan
from trellis.web.forms import KitForm

IN_FLIGHT = [
    ("map", "Go over to it"),
    ("finish", "Finish on the version they have"),
    ("hold", "Stand still until somebody decides"),
]
LONGEST_SOURCE = 500_000


class ReasonField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label="Why",
            max_length=240,
            error_messages={"required": "Say why, in a few words: it stands beside the version."},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )


class DraftForm(KitForm):
    source = forms.CharField(
        label="Text",
        max_length=LONGEST_SOURCE,
        strip=False,
        widget=forms.Textarea(attrs={"class": "input draft__text", "rows": 28, "spellcheck": "false", "wrap": "off"}),
        error_messages={"required": "Write something: an empty text is no playbook."},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)

    def clean_source(self) -> str:
        """Browsers send every line with a carriage return."""
        return str(self.cleaned_data["source"]).replace("\r\n", "\n")

    def renew(self, *, seen: int) -> None:
        """Save the same words over the other text next time: by now it has been seen."""
        sent: Any = self.data
        self.data = {**sent.dict(), "seen": str(seen)}


class PublishForm(KitForm):
    in_flight = forms.ChoiceField(label="Leads on their way", choices=IN_FLIGHT, widget=forms.RadioSelect())
    reason = ReasonField()
    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
    live = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gone = [gone.stage for gone in plan.effects.gone]
        for gone in plan.effects.gone:
            self.fields[f"to_{gone.stage}"] = forms.ChoiceField(
                label=f"{gone.count:,} in {gone.title} go to",
                choices=[("", "Choose a stage"), *plan.stages],
                initial=gone.to,
                required=False,
                widget=forms.Select(attrs={"class": "input"}),
            )

    @property
    def places(self) -> list[Any]:
        """The fields that say where those of a stage that is gone go to."""
        return [self[f"to_{stage}"] for stage in self.gone]

    def choice(self) -> dict[str, Any]:
        """As `publish_draft` takes it."""
        cleaned = self.cleaned_data
        mapping = {stage: cleaned[f"to_{stage}"] for stage in self.gone if cleaned[f"to_{stage}"]}
        return {
            "seen": cleaned["seen"] or None,
            "expecting": cleaned["live"],
            "in_flight": cleaned["in_flight"],
            "reason": cleaned["reason"],
            "mapping": mapping,
        }


class RollBackForm(KitForm):
    in_flight = forms.ChoiceField(label="Leads on their way", choices=IN_FLIGHT, widget=forms.RadioSelect())
    reason = ReasonField()
    live = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)


class StepForm(KitForm):
    live = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)


class HeldForm(KitForm):
    how = forms.ChoiceField(label="They", choices=IN_FLIGHT[:2], widget=forms.RadioSelect())
    reason = ReasonField()

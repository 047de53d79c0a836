"""What the desk asks, and how it understands the answers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from trellis.journeys.forms import Chip, opening
from trellis.team.models import User
from trellis.web.forms import KitForm, LocalMoment, show_times_to
from trellis.web.times import DAY, Viewer

STEP_KINDS = {"call": "Call", "reply": "Write", "meet": "Meet", "do": "Do"}
CALL_OUTCOMES = {"answered": "We spoke", "no_answer": "No answer", "voicemail": "Left a voicemail"}
WAYS_IN = {"call": "Phone call or walk-in", "referral": "Somebody sent them"}


class MissedForm(KitForm):
    note = forms.CharField(label="What happened?", required=False, max_length=240, widget=forms.Textarea({"rows": 2}))


class OwnerForm(KitForm):
    owner = forms.ModelChoiceField(label="New owner", queryset=User.objects.none(), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name")


class StageForm(KitForm):
    """`chosen` beforehand, else the stage after where it is `here`; to move to where it is would move nothing."""

    stage = forms.ChoiceField(
        label="Move to", widget=forms.RadioSelect, error_messages={"required": "Choose the stage to move to."}
    )

    def __init__(
        self, *args: Any, stages: Sequence[tuple[str, Chip]], here: str, chosen: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.here = here
        field: Any = self.fields["stage"]
        field.choices = stages
        keys = [key for key, _ in stages]
        after = next(iter(keys[keys.index(here) + 1 :]), None) if here in keys else None
        field.initial = chosen if chosen in keys else after

    def clean_stage(self) -> str:
        stage: str = self.cleaned_data["stage"]
        if stage == self.here:
            field: Any = self.fields["stage"]
            raise forms.ValidationError(f"It is in {dict(field.choices)[stage].words} already. Choose another stage.")
        return stage


class PlanForm(KitForm):
    title = forms.CharField(label="What", max_length=200)
    kind = forms.ChoiceField(label="How", choices=STEP_KINDS, widget=forms.RadioSelect, initial="call")
    due_at = LocalMoment(label="By when")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"due_at": opening(viewer.now + DAY)})
        super().__init__(*args, **kwargs)
        show_times_to(self, viewer)


class DeclineForm(KitForm):
    reason = forms.CharField(
        label="Why",
        max_length=200,
        error_messages={"required": "Say why, in a few words: whoever gave it to you reads it."},
    )


class AnswerForm(KitForm):
    """One question of the playbook: its options, or any words."""

    def __init__(self, *args: Any, ask: str, options: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(option, option.capitalize()) for option in options]
        self.fields["answer"] = (
            forms.ChoiceField(label=ask, choices=choices, widget=forms.RadioSelect)
            if options
            else forms.CharField(label=ask, max_length=500, widget=forms.TextInput({"class": "input"}))
        )


class MessageForm(KitForm):
    subject = forms.CharField(label="Subject", required=False, max_length=250)
    text = forms.CharField(label="Message", strip=False, required=False, widget=forms.Textarea({"rows": 3}))


class NoteForm(KitForm):
    text = forms.CharField(
        label="Note",
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write something first."},
    )


class FocusedRadios(forms.RadioSelect):
    """Radios of which the chosen one has the keyboard as the page opens."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        return option | {"attrs": option["attrs"] | {"autofocus": option["selected"]}}


class CallForm(KitForm):
    outcome = forms.ChoiceField(label="How it went", choices=CALL_OUTCOMES, widget=FocusedRadios, initial="answered")
    minutes = forms.IntegerField(label="Minutes", required=False, min_value=0, max_value=600)
    note = forms.CharField(label="What was said", required=False, max_length=10_000, widget=forms.Textarea({"rows": 2}))


COMPOSER_FORMS: dict[str, type[KitForm]] = {
    "sms": MessageForm,
    "email": MessageForm,
    "note": NoteForm,
    "call": CallForm,
}


class LeadForm(KitForm):
    name = forms.CharField(label="Name", max_length=200, required=False, widget=forms.TextInput({"autofocus": True}))
    phone = forms.CharField(label="Phone", max_length=60, required=False, widget=forms.TextInput({"inputmode": "tel"}))
    email = forms.EmailField(label="Email", max_length=254, required=False)
    kind = forms.ChoiceField(label="How they came", choices=WAYS_IN, widget=forms.RadioSelect, initial="call")
    referred_by = forms.CharField(label="Who sent them", max_length=200, required=False)
    message = forms.CharField(
        label="What they need", required=False, widget=forms.Textarea({"rows": 3}), max_length=10_000
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("phone") or cleaned.get("email") or {"phone", "email"} & set(self.errors)):
            self.add_error("phone", "Add a phone number or an email address, so that somebody can answer them.")
        return cleaned

    def as_signal(self) -> dict[str, Any]:
        """The act of interest as intake takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if value}
        act = {"external_id": told.pop("token", None)}
        if told.pop("kind") == "call":
            called = {"from": told.get("phone", ""), "from_name": told.get("name", ""), "note": told.get("message", "")}
            return act | {"kind": "call", "payload": told | called}
        return act | {"kind": "referral", "payload": told}

"""What is asked of a journey: what the business wants to know of it, until when it rests, how it ends."""

from typing import Any

from django import forms

from trellis.journeys.changing import VALUE, value_of
from trellis.journeys.models import Journey
from trellis.people.forms import custom_in_a_form, value_in_a_form
from trellis.web.forms import KitForm

HOW_LONG = {"1": "1 week", "4": "1 month", "13": "3 months", "26": "6 months", "52": "1 year"}
ENDINGS = {"won": "Won", "lost": "Lost", "done": "Done, nothing to win"}


class ParkForm(KitForm):
    weeks = forms.ChoiceField(label="Wake it in", choices=HOW_LONG, widget=forms.RadioSelect, initial="13")
    reason = forms.CharField(label="Why", max_length=200)


class CloseForm(KitForm):
    outcome = forms.ChoiceField(label="How it ended", choices=ENDINGS, widget=forms.RadioSelect, initial="lost")
    reason = forms.CharField(label="Why", max_length=200)


class FieldsForm(KitForm):
    """What is known of a lead; `cleaned_data` is what `changing.change_journey` takes."""

    title = forms.CharField(label="What it is about", max_length=200, required=False)

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, initial={"title": journey.title}, **kwargs)
        self.fields["value"] = value_in_a_form(VALUE, value_of(journey))
        self.fields |= custom_in_a_form("journey", journey.custom)

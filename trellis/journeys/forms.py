"""What is asked before a journey rests or ends, of one or of many."""

from django import forms

from trellis.web.forms import KitForm

HOW_LONG = {"1": "1 week", "4": "1 month", "13": "3 months", "26": "6 months", "52": "1 year"}
ENDINGS = {"won": "Won", "lost": "Lost", "done": "Done, nothing to win"}


class ParkForm(KitForm):
    weeks = forms.ChoiceField(label="Wake it in", choices=HOW_LONG, widget=forms.RadioSelect, initial="13")
    reason = forms.CharField(label="Why", max_length=200)


class CloseForm(KitForm):
    outcome = forms.ChoiceField(label="How it ended", choices=ENDINGS, widget=forms.RadioSelect, initial="lost")
    reason = forms.CharField(label="Why", max_length=200)

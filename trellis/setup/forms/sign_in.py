"""What is asked about how everybody signs in."""

from django import forms

from trellis.web.forms import KitForm


class SignInForm(KitForm):
    of_everybody = forms.BooleanField(label="Everybody needs a second step", required=False)

"""How somebody likes things."""

from datetime import time
from typing import Any

from django import forms

from trellis.core.refusal import Refused
from trellis.core.windows import DAY_NAMES
from trellis.setup.forms.hours import LongSelect, ZoneField
from trellis.team.actions.people import check_password
from trellis.team.models import Business, User
from trellis.web.forms import KitForm
from trellis.web.locales import LOCALES, known, writing_of
from trellis.web.money import say_money
from trellis.web.times import Viewer, clock_time, weekday_name

# More than a thousand, so that one sees what stands between the digits.
EXAMPLE = 123_450
WEEK_STARTS = ("mon", "sat", "sun")
PREFERENCES = ("name", "phone", "time_zone", "locale", "hour_cycle", "week_starts_on", "theme", "single_keys")


class PreferencesForm(KitForm):
    name = forms.CharField(
        label="Name",
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Write your name: colleagues and customers see it."},
    )
    phone = forms.CharField(
        label="Phone",
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    time_zone = ZoneField(label="Time zone", max_length=64, required=False)
    locale = forms.ChoiceField(label="Dates and money are written as in", required=False, widget=LongSelect)
    hour_cycle = forms.ChoiceField(label="Clock", widget=forms.RadioSelect)
    week_starts_on = forms.ChoiceField(label="A week starts on", required=False, widget=forms.RadioSelect)
    theme = forms.ChoiceField(
        label="Theme",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "As the system"), ("light", "Light"), ("dark", "Dark")],
    )
    single_keys = forms.ChoiceField(
        label="Single keys", widget=forms.RadioSelect, choices=[("on", "On"), ("off", "Off")]
    )

    def __init__(self, *args: Any, viewer: Viewer, of: Business, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["time_zone"].help_text = f"Empty is the business’s: {of.time_zone}."
        fields["locale"].choices = [
            ("", f"As the business ({example(known(of.locale), viewer, of)})"),
            *((locale, example(locale, viewer, of)) for locale in LOCALES),
        ]
        fields["hour_cycle"].choices = [(cycle, clock_in(cycle, viewer)) for cycle in ("h12", "h23")]
        weekdays = viewer.writing.long_weekdays
        usual = weekdays[writing_of(viewer.locale).first_weekday]
        days = [(day, weekdays[DAY_NAMES.index(day)]) for day in WEEK_STARTS]
        fields["week_starts_on"].choices = [("", f"As usual there: {usual}"), *days]


def example(locale: str, viewer: Viewer, of: Business) -> str:
    """Germany: Tue, 9 June, 1.234,50 €"""
    there = Viewer(viewer.zone, viewer.hour_cycle, viewer.now, locale=locale)
    return f"{LOCALES[locale]}: {weekday_name(viewer.now, there)}, {say_money(EXAMPLE, of.currency, locale)}"


def clock_in(cycle: str, viewer: Viewer) -> str:
    return clock_time(time(13, 30), Viewer(viewer.zone, cycle, viewer.now, locale=viewer.locale))


def password_field(label: str, missing: str, *, is_new: bool = True, help_text: str = "") -> forms.CharField:
    autocomplete = "new-password" if is_new else "current-password"
    return forms.CharField(
        label=label,
        strip=False,
        max_length=400,
        help_text=help_text,
        widget=forms.PasswordInput({"autocomplete": autocomplete}),
        error_messages={"required": missing},
    )


def checked_password(password: str, user: User | None = None) -> str:
    """The password, when nobody can guess it."""
    try:
        check_password(password, user)
    except Refused as refused:
        raise forms.ValidationError(refused.sentence) from refused
    return password

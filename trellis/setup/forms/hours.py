"""Times as the set-up pages ask for them: zones, days and clocks."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from trellis.core.windows import BadHours, check_zone
from trellis.setup.queries.welcome_regions import zones

CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p")
# Farther away is a slip of the finger, and would leave the range that every zone can show.
YEARS = range(2000, 2101)


class ZoneField(forms.CharField):
    """A time zone by its IANA name, chosen from the list of `setup/_hours_zones.html`, or by its city alone."""

    widget = forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> str:
        words = "_".join(str(super().clean(value)).split())
        if not words:
            return ""
        for name in zones():
            if words.casefold() in (name.casefold(), name.casefold().rpartition("/")[2]):
                return name
        try:
            return check_zone(words[:64])
        except BadHours as error:
            raise forms.ValidationError(str(error)) from error


class DayField(forms.DateField):
    """A day on the calendar, as a date field of the browser sends it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages: ClassVar = {"invalid": "Write a day such as 2026-07-06."}

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and day.year not in YEARS:
            raise forms.ValidationError(f"Choose a day between {YEARS[0]} and {YEARS[-1]}.")
        return day


class ClockField(forms.TimeField):
    """A time on the wall. Browsers without a time field send what people write: 8:30 AM."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    default_error_messages: ClassVar = {"invalid": "Write a time such as 08:30."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=CLOCKS, **kwargs)

"""Times as the set-up pages ask for them: zones, days and clocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar

import holidays
from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from trellis.core.windows import DAY_NAMES, BadHours, check_zone, read_windows
from trellis.setup.queries.welcome_regions import holiday_regions, regions, zones
from trellis.web.forms import KitForm
from trellis.web.times import Viewer

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


class ClockInput(forms.TimeInput):
    """A time field of the browser, drawn without a template: a week has dozens of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        shown = flatatt({"value": self.format_value(value)} | self.build_attrs(self.attrs, attrs))
        return format_html('<input type="time" name="{}"{}>', name, shown)


class LongSelect(forms.Select):
    """A choice of hundreds, drawn without a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        marks = {str(value if value is not None else ""): mark_safe(" selected")}
        options = [(key, marks.get(str(key), ""), words) for key, words in self.choices]
        return format_html(
            '<select name="{}"{}>{}</select>',
            name,
            flatatt(self.build_attrs(self.attrs, attrs)),
            format_html_join("", '<option value="{}"{}>{}</option>', options),
        )


class ClockField(forms.TimeField):
    """A time on the wall. Browsers without a time field send what people write: 8:30 AM."""

    widget = ClockInput(format="%H:%M")
    default_error_messages: ClassVar = {"invalid": "Write a time such as 08:30."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=CLOCKS, **kwargs)


PAIRS = 2  # The least that a day offers: a morning and an afternoon.
MOST_PAIRS = 6
LONG_NAMES = dict(
    zip(DAY_NAMES, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
HALF_A_PAIR = "Write both times, or clear both."


@dataclass(frozen=True)
class DayRow:
    """One day of the week in the form: pairs of fields from when until when."""

    key: str
    name: str
    windows: list[tuple[forms.BoundField, forms.BoundField]]

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """What is always shown."""
        return self.windows[:-1] if self.spare else self.windows

    @property
    def spare(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The empty pair after a full day, which is shown when it is asked for."""
        is_empty = not any(field.value() for field in self.windows[-1])
        return self.windows[-1:] if len(self.windows) > PAIRS and is_empty else []

    @property
    def errors(self) -> list[str]:
        """One sentence is enough for the whole day."""
        return list(dict.fromkeys(str(error) for pair in self.windows for field in pair for error in field.errors))


class WindowsForm(KitForm):
    """A form with pairs of times for each of `groups`: as many as there are windows and an empty one more."""

    groups: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, windows: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counts = {group: self._count(group, windows.get(group, ())) for group in self.groups}
        for group, count in self.counts.items():
            shown = [*windows.get(group, ()), *[("", "")] * count]
            for number in range(count):
                for end, value in zip(("from", "until"), shown[number], strict=True):
                    field = ClockField(required=False, initial=value.replace("24:00", "00:00"))
                    label = f"{LONG_NAMES.get(group, 'Open')}, window {number + 1}, {end}"
                    field.widget.attrs |= {"class": "input", "aria-label": label}
                    self.fields[f"{group}-{number}-{end}"] = field

    def _count(self, group: str, windows: Any) -> int:
        posted = [number for number in range(MOST_PAIRS) if f"{group}-{number}-from" in self.data]
        return min(max(len(windows) + 1, PAIRS, len(posted)), MOST_PAIRS)

    def pairs_of(self, group: str) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [
            (self[f"{group}-{number}-from"], self[f"{group}-{number}-until"]) for number in range(self.counts[group])
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["windows"] = {
            group: windows for group in self.groups if (windows := self._clean_windows(group, cleaned))
        }
        return cleaned

    def _clean_windows(self, group: str, cleaned: dict[str, Any]) -> list[list[str]]:
        """The pairs that are filled in, in the order of the day; faults are told at the pair that has them."""
        found = []
        for number in range(self.counts[group]):
            start, end = (cleaned.get(f"{group}-{number}-{end}") for end in ("from", "until"))
            if start is not None and end is not None:
                found.append([f"{start:%H:%M}", f"{end:%H:%M}"])
            elif start is not None or end is not None:
                self.add_error(f"{group}-{number}-{'until' if end is None else 'from'}", HALF_A_PAIR)
        try:
            read_windows(found)
        except BadHours as error:
            self.add_error(f"{group}-0-from", str(error))
        return sorted(found)


class WeekForm(WindowsForm):
    """The weekly hours of one calendar, its zone and whose public holidays it keeps."""

    groups = DAY_NAMES
    name = forms.CharField(label="Name", max_length=80, error_messages={"required": "Write a name, such as Office."})
    time_zone = ZoneField(
        label="Time zone", max_length=64, error_messages={"required": "Choose the zone that these times are in."}
    )
    country = forms.ChoiceField(label="Public holidays of", required=False, widget=LongSelect)
    part = forms.ChoiceField(label="In which part", required=False, widget=LongSelect)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        fields: dict[str, Any] = self.fields
        fields["country"].choices = [("", "None: open on every holiday"), *countries()]
        fields["part"].choices = parts_of(str(self["country"].value() or ""))

    @property
    def rows(self) -> list[DayRow]:
        """From the day on which the viewer's week starts."""
        names, first = self.viewer.writing.long_weekdays, self.viewer.start_of_week(self.viewer.today).weekday()
        order = [(first + number) % 7 for number in range(7)]
        return [DayRow(DAY_NAMES[number], names[number], self.pairs_of(DAY_NAMES[number])) for number in order]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        country, part = cleaned.get("country") or "", cleaned.get("part") or ""
        # Without script the parts on the page are still those of the country before.
        cleaned["holidays"] = part if part.partition("-")[0] == country else country
        return cleaned


class DifferentDayForm(WindowsForm):
    """One date that is not like others: closed, or open at other times."""

    groups = ("open",)
    day = DayField(label="Date", error_messages={"required": "Choose the date."})
    label = forms.CharField(label="What it is", max_length=80, required=False, help_text="Such as Company picnic.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, windows={}, **kwargs)
        self.today = today

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return self.pairs_of("open")

    @property
    def window_errors(self) -> list[str]:
        return DayRow("open", "", self.pairs).errors

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self.today:
            raise forms.ValidationError("That day is over. Choose one that is still to come.")
        return day


class NewHoursForm(KitForm):
    name = forms.CharField(
        label="Name",
        max_length=80,
        widget=forms.TextInput({"autofocus": True}),
        error_messages={"required": "Write a name, such as Saturdays."},
    )


@cache
def zone_options() -> SafeString:
    """What the list of zones offers: hundreds of names that never change."""
    return format_html_join("", '<option value="{}">', ((name,) for name in zones()))


@cache
def countries() -> list[tuple[str, str]]:
    """Those whose public holidays are known, by name."""
    known = holidays.list_supported_countries(include_aliases=False)
    return [(region.code, region.name) for region in regions().values() if region.code in known]


def parts_of(country: str) -> list[tuple[str, str]]:
    """The parts of a country that have holidays of their own. The first choice is those of the whole country."""
    whole, *parts = holiday_regions(country) or [(country, "")]
    return [(whole[0], "Those of the whole country"), *((key, name.partition(": ")[2]) for key, name in parts)]

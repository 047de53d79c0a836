"""When we are there: one of three usual weeks, or a week of one's own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms

from trellis.core.windows import DAY_NAMES, BadHours, read_week
from trellis.setup.actions.welcome import Week
from trellis.setup.queries.welcome_regions import holiday_regions
from trellis.team.models import Calendar
from trellis.web.forms import KitForm
from trellis.web.times import Viewer, clock_time

OPENING, CLOSING = "08:00", "17:00"
BY_DAY = [[OPENING, CLOSING]]
WEEKS: dict[str, dict[str, Any]] = {
    "weekdays": dict.fromkeys(DAY_NAMES[:5], BY_DAY),
    "daily": dict.fromkeys(DAY_NAMES, BY_DAY),
    "always": {day: [["00:00", "24:00"]] for day in DAY_NAMES},
}
OWN = "own"
DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday",
    "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
PARTS = ("from", "to", "again_from", "again_to")


class HoursForm(KitForm):
    """`week` is what was chosen. A day of one's own week has up to two windows; an empty one is closed."""

    hours = forms.ChoiceField(
        label="When are you there?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when you are there.", "invalid_choice": "Choose one of these."},
    )
    holidays = forms.ChoiceField(label="Closed on public holidays of", required=False)

    def __init__(self, *args: Any, viewer: Viewer, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours: Any = self.fields["hours"]
        hours.choices = choices(viewer)
        holidays: Any = self.fields["holidays"]
        holidays.choices = [("", "None: we are open on holidays"), *holiday_regions(region)]
        holidays.error_messages["invalid_choice"] = "“%(value)s” is not known here. Choose one of the list."
        for day, name in DAYS.items():
            for part in PARTS:
                self.fields[f"{day}_{part}"] = forms.CharField(
                    required=False,
                    widget=forms.TimeInput({"type": "time", "class": "input", "aria-label": f"{name} {said(part)}"}),
                )

    @classmethod
    def of(cls, office: Calendar | None, sent: Mapping[str, Any] | None, *, viewer: Viewer, region: str) -> "HoursForm":
        return cls(sent, initial=first_answers(office, region), viewer=viewer, region=region)

    @property
    def days(self) -> list[tuple[str, list[Any]]]:
        """The fields of one's own week, day by day."""
        return [(name, [self[f"{day}_{part}"] for part in PARTS]) for day, name in DAYS.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("hours") == OWN:
            self._read_own(cleaned)
        return cleaned

    def _read_own(self, cleaned: Mapping[str, Any]) -> None:
        for day, name in DAYS.items():
            pairs = windows_of(day, cleaned)
            half = [pair for pair in pairs if not all(pair)]
            try:
                read_week({day: [pair for pair in pairs if all(pair)]})
            except BadHours as error:
                self.add_error(None, f"{name}: {error}")
            if half:
                self.add_error(None, f"{name}: write both when you open and when you close, or neither.")
        if not self.errors and not any(windows_of(day, cleaned) for day in DAYS):
            self.add_error(None, "Write the hours of at least one day: a promise is kept while somebody is there.")

    @property
    def week(self) -> Week:
        said = self.cleaned_data
        own = {day: windows_of(day, said) for day in DAYS if windows_of(day, said)}
        return Week(windows=WEEKS.get(said["hours"], own), holidays=said["holidays"])


def said(part: str) -> str:
    """What a field of a day is for those who cannot see where it stands."""
    return {"from": "from", "to": "to", "again_from": "again from", "again_to": "again to"}[part]


def windows_of(day: str, answers: Mapping[str, Any]) -> list[list[str]]:
    """The windows of a day as they were written; what is empty is none."""
    times = [str(answers.get(f"{day}_{part}") or "")[:5] for part in PARTS]
    return [pair for pair in (times[:2], times[2:]) if any(pair)]


def first_answers(office: Calendar | None, region: str) -> dict[str, Any]:
    """What is filled in before anybody answers: what they said before, else weekdays and the region's holidays."""
    country = next(iter(holiday_regions(region)), ("", ""))[0]
    if office is None:
        return {"hours": "weekdays", "holidays": country} | as_fields(WEEKS["weekdays"])
    usual = next((key for key, week in WEEKS.items() if week == office.windows), OWN)
    return {"hours": usual, "holidays": office.holidays} | as_fields(office.windows)


def as_fields(windows: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str]:
    told: dict[str, str] = {}
    for day in DAYS:
        times = [moment for pair in windows.get(day, ())[:2] for moment in pair]
        told |= {f"{day}_{part}": moment for part, moment in zip(PARTS, times, strict=False)}
    return told


def choices(viewer: Viewer) -> list[tuple[str, str]]:
    opening, closing = (as_people_say(clock, viewer) for clock in (OPENING, CLOSING))
    return [
        ("weekdays", f"Weekdays, {opening} to {closing}"),
        ("daily", f"Every day, {opening} to {closing}"),
        ("always", "Around the clock"),
        (OWN, "Other hours"),
    ]


def as_people_say(clock: str, viewer: Viewer) -> str:
    """08:00 as 8:00 AM where that is how clocks are read."""
    return clock_time(datetime.combine(viewer.today, time.fromisoformat(clock), viewer.zone), viewer)

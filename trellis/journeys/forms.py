"""What is asked of a journey and of a step: what the business wants to know, until when it rests, how it ends."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from trellis.core.business_time import NeverOpen
from trellis.journeys.actions import PASSED
from trellis.journeys.changing import VALUE, value_of
from trellis.journeys.models import Journey
from trellis.people.forms import custom_in_a_form, value_in_a_form
from trellis.team.queries import TEAM_CALENDAR, UnknownCalendar, hours_of
from trellis.web.forms import KitForm, LocalMoment, show_times_to
from trellis.web.times import DAY, HOUR, Viewer, short_moment

HOW_LONG = {"1": "1 week", "4": "1 month", "13": "3 months", "26": "6 months", "52": "1 year"}
OTHER = "other"
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


@dataclass(frozen=True)
class Chip:
    """What a choice says: its words, and a quieter note."""

    words: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.words} {self.note}".strip()


def good_moments(viewer: Viewer) -> dict[str, tuple[datetime, Chip]]:
    """When something may well be put off to, by key: in an hour, later today, when we next open, at a week's start.

    Keys, not instants, come back from the page, so that "in 1 hour" is reckoned from the answer.
    """
    tomorrow = datetime.combine(viewer.today + timedelta(days=1), time(9), viewer.zone)
    days = {"tomorrow": 0, "monday": (7 - tomorrow.weekday()) % 7, "week": 6}
    openings = {key: opening(tomorrow + timedelta(days=count)) for key, count in days.items()}
    distinct = {moment: key for key, moment in reversed(openings.items())}
    soon = {"hour": (viewer.now + HOUR, "In 1 hour"), "hours": (viewer.now + 3 * HOUR, "In 3 hours")}
    return {key: (moment, Chip(words, short_moment(moment, viewer))) for key, (moment, words) in soon.items()} | {
        key: (moment, Chip(short_moment(moment, viewer))) for moment, key in sorted(distinct.items())
    }


def opening(moment: datetime) -> datetime:
    """The office's opening on that day or after, else the moment itself."""
    try:
        return hours_of(TEAM_CALENDAR).next_open(moment.replace(hour=0, minute=0))
    except (UnknownCalendar, NeverOpen):
        return moment


class WhenForm(KitForm):
    """Asks for a moment: a few good ones to choose from, or any other."""

    until = forms.ChoiceField(label="Until when", widget=forms.RadioSelect)
    other = LocalMoment(label="Another time", required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        show_times_to(self, viewer)
        self.moments, self.now = good_moments(viewer), viewer.now
        field: Any = self.fields["until"]
        field.choices = [*((key, chip) for key, (_, chip) in self.moments.items()), (OTHER, Chip("Another time"))]
        field.initial, field.required = "hour", False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen, other = cleaned.get("until"), cleaned.get("other")
        if chosen in self.moments:
            cleaned["moment"] = self.moments[chosen][0]
        elif other and other <= self.now:
            self.add_error("other", PASSED)
        elif other:
            cleaned["moment"] = other
        elif "other" not in self.errors:
            self.add_error("other", "Choose a time, or write one.")
        return cleaned


class ThenForm(KitForm):
    """What comes after a step, where no rule plans it."""

    then = forms.CharField(label="Then", required=False, max_length=200)
    then_due_at = LocalMoment(label="Due", required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = viewer.now
        show_times_to(self, viewer)

    def clean_then_due_at(self) -> datetime | None:
        due_at: datetime | None = self.cleaned_data["then_due_at"]
        if due_at and due_at <= self.now:
            raise forms.ValidationError(PASSED)
        return due_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("then")) != bool(cleaned.get("then_due_at")) and "then_due_at" not in self.errors:
            missing = "then_due_at" if cleaned.get("then") else "then"
            self.add_error(missing, "A next step needs both: what to do, and by when.")
        return cleaned


class DoneForm(ThenForm):
    note = forms.CharField(label="What happened?", required=False, max_length=240, widget=forms.Textarea({"rows": 2}))
    field_order = ("note", "then", "then_due_at")


def look_in_again(at: datetime) -> dict[str, Any]:
    """What may well come after a step of which no rule says it."""
    return {"then": "Check in again", "then_due_at": opening(at + DAY)}

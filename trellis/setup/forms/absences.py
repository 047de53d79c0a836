"""When somebody is away: whole days, or from a time until a time, as their own clock shows it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from trellis.setup.forms.hours import ClockField, DayField
from trellis.team.models import Absence, Business, User
from trellis.web.forms import KitForm

MIDNIGHT = time()


class AbsenceForm(KitForm):
    user = forms.ChoiceField(label="Who", error_messages={"required": "Choose who is away."})
    from_day = DayField(label="First day", error_messages={"required": "Choose the first day."})
    from_clock = ClockField(label="From", required=False)
    until_day = DayField(label="Last day", required=False, help_text="Empty: the same day.")
    until_clock = ClockField(label="Until", required=False, help_text="No times: whole days.")
    reason = forms.CharField(label="Reason", max_length=120, required=False, help_text="Everybody here can read it.")

    def __init__(self, *args: Any, people: Sequence[User], of: Business, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.of = of
        field: Any = self.fields["user"]
        field.choices = [(key, person.name) for key, person in self.people.items()]
        if len(people) == 1:
            field.widget, field.initial = forms.HiddenInput(), str(people[0].pk)

    @property
    def person(self) -> User:
        return self.people[self.cleaned_data["user"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("user") and cleaned.get("from_day") and not self.errors:
            zone = zone_of(self.person, self.of)
            starts_at = datetime.combine(cleaned["from_day"], cleaned["from_clock"] or MIDNIGHT, zone)
            last = cleaned["until_day"] or cleaned["from_day"]
            # Leave without a time ends when its last day does.
            ends_at = (
                datetime.combine(last, cleaned["until_clock"], zone)
                if cleaned["until_clock"]
                else datetime.combine(last + timedelta(days=1), MIDNIGHT, zone)
            )
            cleaned |= {"starts_at": starts_at, "ends_at": ends_at}
            if ends_at <= starts_at:
                where = "until_day" if cleaned["until_day"] and last < cleaned["from_day"] else "until_clock"
                self.add_error(where, "Leave ends after it starts: choose a later end.")
        return cleaned


def zone_of(person: User, of: Business) -> ZoneInfo:
    return ZoneInfo(person.time_zone or of.time_zone)


def as_asked(absence: Absence, of: Business) -> dict[str, Any]:
    """An absence as the form shows it: the times left out where it begins and ends with a day."""
    zone = zone_of(absence.user, of)
    start, end = absence.starts_at.astimezone(zone), absence.ends_at.astimezone(zone)
    whole_last_day = end.time() == MIDNIGHT
    return {
        "user": str(absence.user_id),
        "from_day": start.date(),
        "from_clock": None if start.time() == MIDNIGHT else start.time(),
        "until_day": end.date() - timedelta(days=1) if whole_last_day else end.date(),
        "until_clock": None if whole_last_day else end.time(),
        "reason": absence.reason,
    }

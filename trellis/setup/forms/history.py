"""What of the changes somebody wants to see."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms

from trellis.setup.queries.history import KINDS, Asked
from trellis.team.models import User
from trellis.team.queries import active_people
from trellis.web.forms import KitForm
from trellis.web.times import Viewer


class HistoryForm(KitForm):
    """From the address: what cannot be read is not asked for."""

    kind = forms.ChoiceField(label="What", required=False, choices=[(key, one.label) for key, one in KINDS.items()])
    who = forms.ChoiceField(label="Who", required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput({"type": "date"}))
    contact = forms.UUIDField(required=False, widget=forms.HiddenInput)
    run = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["who"]
        here, left = active_people(), User.objects.exclude(deactivated_at=None).order_by("name")
        people.choices = [
            ("", "Everybody"),
            *((str(one.pk), one.name) for one in here),
            *((str(one.pk), f"{one.name}, has left") for one in left),
        ]

    @property
    def days(self) -> list[Any]:
        return [self["since"], self["until"]]

    @property
    def in_words(self) -> str:
        """Settings, roles, colleagues; Ben Whitfield; from 2026-06-01. Whom it is about is not said."""
        self.is_valid()
        told = self.cleaned_data
        offered: dict[str, Any] = self.fields
        words = [dict(offered[name].choices)[told[name]] for name in ("kind", "who") if told.get(name)]
        words += ["one person"] if told.get("contact") else []
        words += ["one change of many"] if told.get("run") else []
        words += [f"{word} {told[name]}" for name, word in (("since", "from"), ("until", "until")) if told.get(name)]
        return "; ".join(words)

    def asked(self, viewer: Viewer, after: str, *, is_whole: bool) -> Asked:
        self.is_valid()
        told = self.cleaned_data
        return Asked(
            kind=told.get("kind") or "",
            who=UUID(told["who"]) if told.get("who") else None,
            since=start_of(told.get("since"), viewer),
            until=start_of(told.get("until"), viewer, days=1),
            contact=told.get("contact"),
            run=told.get("run"),
            after=after,
            is_whole=is_whole,
        )


def start_of(day: date | None, viewer: Viewer, *, days: int = 0) -> datetime | None:
    """Midnight where the viewer is; of a day at the ends of the calendar, nothing."""
    try:
        return datetime.combine(day + timedelta(days=days), time(0), viewer.zone).astimezone(UTC) if day else None
    except OverflowError:
        return None

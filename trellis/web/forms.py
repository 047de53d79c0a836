"""Forms in the look of the kit. Labels, hints and errors are tied to their fields by Django's own attributes."""

from datetime import datetime
from typing import Any

from django import forms

from trellis.web.times import Viewer

LOCAL = "%Y-%m-%dT%H:%M"


class KitForm(forms.Form):
    """A form whose fields look like the kit's; render each with `web/_field.html`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxInput | forms.HiddenInput):
                field.widget.attrs.setdefault("class", "input")


class LocalMoment(forms.DateTimeField):
    """A date and time as the viewer's wall clock shows it. Set `zone` from the viewer before use."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.viewer: Viewer | None = None

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError as error:
            raise forms.ValidationError("Write a date and a time, for example 2026-06-11 14:30.") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=self.viewer.zone if self.viewer else None)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and self.viewer:
            return self.viewer.local(value).strftime(LOCAL)
        return value


def show_times_to(form: forms.Form, viewer: Viewer) -> None:
    """Let every LocalMoment of the form speak in the viewer's zone."""
    for field in form.fields.values():
        if isinstance(field, LocalMoment):
            field.viewer = viewer

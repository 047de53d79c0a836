"""A length of time in plain words: “30 min”, “2 hours”, “3 working days”."""

import re
from typing import Any

from django import forms

from trellis.core.durations import Duration

_WORDS = re.compile(r"(\d{1,6})\s*(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\.?")
SAY = "Write a time such as 30 min, 2 hours or 3 days."


class SpanField(forms.CharField):
    """Cleaned to the way that playbooks write it: `30m`, `2h`, `3d`; empty for none. `example` stands in the error."""

    def __init__(self, label: str, *, asks: str = SAY, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "off"}))
        super().__init__(label=label, max_length=40, error_messages={"required": asks}, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Duration):
            return value.in_words
        return value

    def clean(self, value: Any) -> str:
        said = " ".join(str(super().clean(value)).lower().split())
        if not said:
            return ""
        found = _WORDS.fullmatch(re.sub(r"\b(working|open)\s+", "", said))
        if found is None:
            raise forms.ValidationError(f"“{value}” is not a time. {SAY}")
        amount, unit = int(found[1]), found[2][0]
        amount, unit = (amount * 7, "d") if unit == "w" else (amount, unit)
        try:
            return str(Duration.parse(f"{amount}{unit}"))
        except ValueError as error:
            raise forms.ValidationError("That is too long: at most 3660 days.") from error

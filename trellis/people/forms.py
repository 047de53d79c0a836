"""A person in a form: what is known of them, with the fields that the business added."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms

from trellis.core.text import clean_line, several
from trellis.people.actions import SOURCE_LIMIT, TAG_LIMIT
from trellis.people.addresses import best_first
from trellis.people.custom import custom_fields, reading_for
from trellis.people.custom_values import WrongValue, as_text, read_value
from trellis.people.fields import colleague_names
from trellis.people.models import CHANNELS, PURPOSES, Contact, CustomField, Erasure, FieldKind, PointKind
from trellis.team.queries import business
from trellis.web.forms import KitForm
from trellis.web.phones import say_phone


class CustomValueField(forms.CharField):
    """A custom field in a form: what is typed is read as the field's kind."""

    def __init__(self, field: CustomField, **kwargs: Any) -> None:
        super().__init__(label=field.label, required=False, max_length=4000, widget=widget_of(field), **kwargs)
        self.custom = field

    def clean(self, value: Any) -> Any:
        text = "; ".join(value) if isinstance(value, list) else super().clean(value)
        try:
            return read_value(self.custom.kind, text, reading_for(self.custom))
        except WrongValue as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def prepare_value(self, value: Any) -> Any:
        """A stored value as the widget shows it; what was typed comes back as it was."""
        return as_text(self.custom.kind, value) if isinstance(value, dict) else value


def widget_of(field: CustomField) -> forms.Widget:
    nothing = [("", "Not known")]
    match field.kind:
        case FieldKind.CHOICE:
            return forms.Select(choices=[*nothing, *((word, word) for word in field.choices)])
        case FieldKind.CHOICES:
            return forms.CheckboxSelectMultiple(choices=[(word, word) for word in field.choices])
        case FieldKind.YES_NO:
            return forms.Select(choices=[*nothing, ("yes", "Yes"), ("no", "No")])
        case FieldKind.PERSON:
            return forms.Select(choices=[*nothing, *colleague_names().items()])
        case FieldKind.DATE:
            return forms.DateInput({"type": "date"})
        case FieldKind.NUMBER:
            return forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.TextInput({"autocomplete": "off"})


def lines(label: str, hint: str = "One to a line, the main one first.", **attrs: Any) -> forms.CharField:
    area = forms.Textarea({"rows": 2, "autocomplete": "off", **attrs})
    return forms.CharField(label=label, max_length=4000, required=False, help_text=hint, widget=area)


class ConsentForm(KitForm):
    """What somebody said of the messages that we may send them."""

    word = forms.ChoiceField(
        label="They",
        choices=[("agreed", "agreed"), ("stop", "asked us to stop")],
        initial="agreed",
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(label="Channel", choices=[*CHANNELS.items()], widget=forms.RadioSelect, initial="email")
    purposes = forms.MultipleChoiceField(
        label="Which messages",
        choices=[*PURPOSES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose which messages they meant."},
    )
    source = forms.CharField(
        label="How they told us",
        max_length=SOURCE_LIMIT,
        error_messages={"required": "Say how they told us, such as “by phone on Monday” or “paper form”."},
        widget=forms.TextInput({"placeholder": "By phone on Monday, paper form", "autocomplete": "off"}),
    )


class TagsForm(KitForm):
    """Tags to put on somebody, as they are typed, and one to take off."""

    add = forms.CharField(max_length=600, required=False)
    remove = forms.CharField(max_length=TAG_LIMIT, required=False)

    def clean_add(self) -> list[str]:
        tags = several(self.cleaned_data["add"])
        if any(len(tag) > TAG_LIMIT for tag in tags):
            raise forms.ValidationError(f"A tag has at most {TAG_LIMIT} characters.")
        return [clean_line(tag, TAG_LIMIT) for tag in tags]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("add") or cleaned.get("remove")):
            raise forms.ValidationError("Write a tag first.")
        return cleaned


class EraseForm(KitForm):
    """Why, and the name typed once more. Somebody without a name is erased by that word."""

    why = forms.ChoiceField(label="Why", choices=[*Erasure.WHY.items()], widget=forms.RadioSelect, initial="asked")
    typed = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = name or "erase"
        self.fields["typed"].label = f"Type {self.wanted} to go on"
        self.fields["typed"].error_messages = {"required": f"Type {self.wanted}: it cannot be taken back."}

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if " ".join(typed.split()).casefold() != " ".join(self.wanted.split()).casefold():
            raise forms.ValidationError(f"That is not {self.wanted}: look again whom you erase.")
        return typed


def custom_in_a_form(noun: str, stored: Mapping[str, Any]) -> dict[str, forms.Field]:
    """The fields that the business added to a noun, by `custom.<key>`, filled with what is stored."""
    return {f"custom.{field.key}": value_in_a_form(field, stored.get(field.key)) for field in custom_fields(noun)}


def value_in_a_form(field: CustomField, stored: Any) -> CustomValueField:
    shown = CustomValueField(field, initial=stored)
    if not isinstance(shown.widget, forms.CheckboxSelectMultiple):
        shown.widget.attrs.setdefault("class", "input")
    return shown


class PersonForm(KitForm):
    """Everything about a person that is typed. `wanted` is what `people.changing` takes."""

    name = forms.CharField(label="Name", max_length=200, required=False, widget=forms.TextInput({"autofocus": True}))
    company = forms.CharField(label="Company", max_length=200, required=False)
    job_title = forms.CharField(label="Job title", max_length=200, required=False)
    emails = lines("Email addresses")
    phones = lines("Phone numbers")
    place = forms.CharField(label="Place", max_length=200, required=False)
    address = lines("Address", "")
    language = forms.CharField(label="Language", max_length=16, required=False, help_text="Such as en or es.")
    time_zone = forms.CharField(label="Time zone", max_length=64, required=False, help_text="Such as America/Chicago.")
    seen_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=told_of(contact) if contact else {}, **kwargs)
        self.fields |= custom_in_a_form("contact", contact.custom if contact else {})

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone and zone not in available_timezones():
            raise forms.ValidationError(f"“{zone}” is not a time zone: write one such as America/Chicago.")
        return zone

    @property
    def wanted(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen_at"}
        return said | {name: said[name].splitlines() for name in ("emails", "phones")}


class CompanyForm(KitForm):
    """Everything about a company that is typed. `cleaned_data` is what `people.changing` takes."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        error_messages={"required": "A company has a name: write one."},
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
    )
    website = forms.CharField(label="Website", max_length=200, required=False)
    place = forms.CharField(label="Place", max_length=200, required=False)
    address = lines("Address", "")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= custom_in_a_form("company", {})


def told_of(contact: Contact) -> dict[str, Any]:
    points = sorted(contact.points.all(), key=best_first)
    # As they are compared, not as they were once typed: what stands in the form can be read again.
    phones = [say_phone(point.value, business().region) for point in points if point.kind == PointKind.PHONE]
    emails = [point.value for point in points if point.kind == PointKind.EMAIL]
    plain = ("name", "job_title", "place", "address", "language", "time_zone")
    return {
        **{name: getattr(contact, name) for name in plain},
        "company": contact.company.name if contact.company else "",
        "emails": "\n".join(emails),
        "phones": "\n".join(phones),
        "seen_at": contact.changed_at.isoformat() if contact.changed_at else "",
    }

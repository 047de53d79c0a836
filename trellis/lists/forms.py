"""What the lists ask, and how they understand the answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms

from trellis.core.conditions import Kind
from trellis.core.text import several
from trellis.journeys.forms import CloseForm, ParkForm, ThenForm, WhenForm, look_in_again
from trellis.journeys.publish import stage_titles
from trellis.lists.bulk import BulkAct, can_set
from trellis.lists.listing import Listing
from trellis.people.custom import reading_for
from trellis.people.custom_values import WrongValue, read_value
from trellis.people.fields import Field
from trellis.people.forms import CustomValueField
from trellis.people.identity import normalize_email, normalize_phone
from trellis.people.models import Contact, PointKind
from trellis.team.queries import active_people
from trellis.team.roles import Role
from trellis.web.forms import KitForm, LocalMoment, show_times_to
from trellis.web.phones import say_phone
from trellis.web.times import Viewer


class ViewForm(KitForm):
    name = forms.CharField(
        label="Name",
        max_length=80,
        error_messages={"required": "A view has a name: write one, such as Quiet customers."},
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
    )
    is_pinned = forms.BooleanField(label="Pin it before the others", required=False)
    is_shared = forms.BooleanField(label="Share it with everybody", required=False)
    is_first = forms.BooleanField(label="Open this list with it", required=False)


class SegmentForm(KitForm):
    name = forms.CharField(
        label="Name",
        max_length=80,
        error_messages={"required": "A segment has a name: write one, such as Quiet customers."},
        widget=forms.TextInput({"class": "input", "autofocus": True, "autocomplete": "off"}),
    )


NEW = "new"


class MeantForm(KitForm):
    """Words that may mean several: then one of them is chosen. A form says which of its fields is which."""

    words_in: ClassVar[str]
    chosen_in: ClassVar[str]
    asked_of = forms.CharField(required=False, widget=forms.HiddenInput)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Ask which of these is meant; nothing where there are none."""
        if not choices:
            del self.fields[self.chosen_in]
            return
        chosen: Any = self.fields[self.chosen_in]
        del self.fields[self.words_in].widget.attrs["autofocus"]
        chosen.widget.attrs["autofocus"] = True
        chosen.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """Whoever was not asked before who is meant by these words has made no mistake."""
        words, chosen = self.data.get(self.words_in, ""), self.chosen_in
        if chosen in self.fields and chosen not in self.data and self.data.get("asked_of") != words:
            self.data = {**dict(self.data.items()), "asked_of": words}
            self.errors[chosen].clear()
        return super().clean() or {}


class JoinForm(MeantForm):
    """Who is added to a company. Where the words find people, one of them is chosen, or somebody new."""

    words_in, chosen_in = "person", "who"
    person = forms.CharField(
        label="Name, email address or phone number",
        max_length=200,
        error_messages={"required": "Write who it is."},
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
    )
    who = forms.ChoiceField(
        label="Who is meant?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who is meant.", "invalid_choice": "Choose who is meant."},
    )
    job_title = forms.CharField(label="Job title", max_length=200, required=False, help_text="What they are there.")

    def __init__(self, *args: Any, meant: Sequence[Contact], can_add: bool, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meant, self.can_add = {str(one.pk): one for one in meant}, can_add
        new = [(NEW, "Somebody new")] if meant and can_add else []
        self.offer([*((pk, told_apart(one, region)) for pk, one in self.meant.items()), *new])

    def clean_person(self) -> str:
        text: str = self.cleaned_data["person"]
        if not self.meant and not self.can_add:
            raise forms.ValidationError("Nobody whom you may add is found by that: write it otherwise.")
        return text

    @property
    def chosen(self) -> Contact | None:
        return self.meant.get(self.cleaned_data.get("who", ""))

    @property
    def wanted(self) -> dict[str, Any]:
        """What is known of them there; nothing where nothing was typed."""
        return {name: self.cleaned_data[name] for name in ("job_title",) if self.cleaned_data[name]}

    def somebody_new(self, region: str) -> dict[str, Any]:
        """What was typed as what it is, as `people.changing` takes it."""
        text = self.cleaned_data["person"]
        if normalize_email(text):
            return {"emails": [text]}
        return {"phones": [text]} if normalize_phone(text, region) else {"name": text}


class MergeCompanyForm(MeantForm):
    """Which company is the same as this one: of those that the words find, one is chosen."""

    words_in, chosen_in = "company", "which"
    company = forms.CharField(
        label="Name or website of the other",
        max_length=200,
        error_messages={"required": "Write which company it is."},
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
    )
    which = forms.ChoiceField(
        label="Which is the same?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which is the same.", "invalid_choice": "Choose which is the same."},
    )

    def __init__(self, *args: Any, words: str, meant: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, initial={"company": words if meant else "", "asked_of": words}, **kwargs)
        self.meant = meant
        self.offer(list(meant.items()))

    def clean_company(self) -> str:
        text: str = self.cleaned_data["company"]
        if not self.meant:
            raise forms.ValidationError("No other company is found by that: write it otherwise.")
        return text


def told_apart(contact: Contact, region: str) -> str:
    """By company, else by an address as people of the region write it."""
    said = (say_phone(one.value, region) if one.kind == PointKind.PHONE else one.value for one in contact.points.all())
    address = next(said, "")
    more = contact.company.name if contact.company else address
    return f"{contact.name} · {more}" if contact.name and more else contact.name or more


def cell_form(name: str, field: Field, record: Any, posted: Any, viewer: Viewer) -> KitForm:
    """A form of one field of a record."""
    form = KitForm(posted, auto_id=f"cell_{record.pk}_%s")
    if field.typed:
        form.fields["value"] = CustomValueField(field.typed.field, initial=field.typed.stored(record))
    elif field.kind is Kind.INSTANT:
        form.fields["value"] = LocalMoment(label=field.label, initial=field.read(record))
        show_times_to(form, viewer)
    else:
        area = forms.Textarea({"rows": 2}) if name == "address" else forms.TextInput({"autocomplete": "off"})
        initial = field.say(record) if field.say else field.read(record)
        form.fields["value"] = forms.CharField(
            label=field.label, required=False, max_length=4000, initial=initial, widget=area
        )
    form.fields["value"].widget.attrs.setdefault("class", "input")
    return form


def ask_for(act: BulkAct, posted: Any, *, listing: Listing, user: Any, viewer: Viewer) -> KitForm:
    """The form of what an act on many needs to know."""
    if act.asks == "then":
        return ThenForm(posted, viewer=viewer, initial=look_in_again(viewer.now))
    if act.asks == "moment":
        return WhenForm(posted, viewer=viewer)
    return BulkAsk(posted, act=act, listing=listing, user=user)


def told_in(form: KitForm) -> dict[str, Any]:
    """The answers as a run keeps them."""
    answers = form.cleaned_data.items()
    return {name: told.isoformat() if isinstance(told, datetime) else told for name, told in answers}


class BulkAsk(KitForm):
    """What an act on many needs to know: tags, an owner, a stage, until when or how it ends, a field and its value."""

    why = forms.CharField(
        label="Why", max_length=200, required=False, help_text="It stands in the history of each of them."
    )

    def __init__(self, *args: Any, act: BulkAct, listing: Listing, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act, self.known = act, listing.fields(user)
        for name, field in self.asked(listing).items():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs.setdefault("class", "input")
            self.fields[name] = field
        if act.asks != "field":
            del self.fields["why"]

    def asked(self, listing: Listing) -> dict[str, forms.Field]:
        match self.act.asks:
            case "tags":
                return {"tags": forms.CharField(label="Tags", max_length=600, help_text="Several with commas between.")}
            case "owner":
                people = [(str(one.pk), one.name) for one in active_people() if one.role != Role.VIEWER]
                return {"owner": forms.ChoiceField(label="To whom", choices=people)}
            case "rest":
                return dict(ParkForm().fields)
            case "ending":
                return dict(CloseForm().fields)
            case "stage":
                return {"stage": forms.ChoiceField(label="To which stage", choices=stage_titles())}
        fields = [(name, field.label) for name, field in self.known.items() if can_set(name, field, listing)]
        value = forms.CharField(label="New value", max_length=2000, required=False, help_text="Empty takes it out.")
        return {"field": forms.ChoiceField(label="Which field", choices=fields), "value": value}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if tags := cleaned.get("tags"):
            cleaned["tags"] = several(tags)
        field = self.known.get(cleaned.get("field") or "")
        if field and field.typed:
            try:
                text = cleaned.get("value") or ""
                cleaned["value"] = read_value(field.typed.field.kind, text, reading_for(field.typed.field))
            except WrongValue as wrong:
                self.add_error("value", str(wrong))
        return cleaned

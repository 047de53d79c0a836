"""Who somebody is here: what is asked when they are added or change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from trellis.setup.forms.preferences import checked_password, password_field
from trellis.team.models import Calendar, Role, Team, User
from trellis.web.forms import KitForm


@dataclass(frozen=True)
class Choice:
    """What a choice says: its words, and a quieter note."""

    words: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.words} {self.note}".strip()


ROLES = (
    (Role.ADMIN, Choice("Admin", "everything: settings, colleagues, erasing people")),
    (Role.MANAGER, Choice("Manager", "all but settings, colleagues and erasing people")),
    (Role.MARKETING, Choice("Marketing", "contacts, segments, forms; reads leads, no messages")),
    (Role.SALES, Choice("Sales", "all leads and messages; imports contacts")),
    (Role.SUPPORT, Choice("Support", "messages, new leads, leads of their team")),
    (Role.VIEWER, Choice("Viewer", "reads contacts, leads and messages; changes nothing")),
)


LINK, PASSWORD = "link", "password"
ENTRIES = (
    (LINK, Choice("A link", "they choose their own password")),
    (PASSWORD, Choice("A password", "shown once, to hand over")),
)
MADE = "Only where you hand one over. Leave it empty and Trellis makes one."


def entry_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="How they get in", choices=ENTRIES, initial=LINK, required=False, widget=forms.RadioSelect
    )


class PersonForm(KitForm):
    name = forms.CharField(
        label="Name", max_length=120, error_messages={"required": "Write their name: customers read the first part."}
    )
    email = forms.EmailField(
        label="Email",
        max_length=254,
        help_text="They log in with it.",
        error_messages={
            "required": "Write their email: they log in with it.",
            "invalid": "That is not an email address. Write one such as rosa@example.com.",
        },
    )
    role = forms.ChoiceField(
        label="Role",
        choices=ROLES,
        widget=forms.RadioSelect,
        initial=Role.SALES,
        error_messages={"required": "Choose a role."},
    )
    phone = forms.CharField(
        label="Phone",
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    teams = forms.ModelMultipleChoiceField(
        label="Teams", queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    calendar = forms.ModelChoiceField(
        label="Hours", queryset=Calendar.objects.none(), required=False, empty_label="Those of the office"
    )

    covers = forms.CharField(
        label="Areas and skills",
        max_length=300,
        required=False,
        help_text="As customers answer: north side, metal roofs. A playbook can match leads with them.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        fields: dict[str, Any] = self.fields
        fields["teams"].queryset = Team.objects.order_by("name")
        fields["teams"].label_from_instance = fields["calendar"].label_from_instance = called
        fields["calendar"].queryset = Calendar.objects.order_by("name")

    def clean_covers(self) -> list[str]:
        words = [word.strip() for word in str(self.cleaned_data["covers"]).split(",")]
        if any(len(word) > 40 for word in words):
            raise forms.ValidationError("Each area or skill is a few words: put commas between them.")
        return [word for word in words if word]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        others = User.objects.exclude(pk=self.person.pk) if self.person else User.objects.all()
        if others.filter(email=email).exists():
            raise forms.ValidationError("Somebody here has this email already. Write another one.")
        return email


class NewPersonForm(PersonForm):
    entry = entry_field()
    password = password_field("Password", "", help_text=MADE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["name"].widget.attrs["autofocus"] = True

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        return checked_password(password) if password else ""


class NewPasswordForm(KitForm):
    entry = entry_field()
    password = password_field("New password", "", help_text=MADE)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].required = False

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        return checked_password(password, self.person) if password else ""


class TeamForm(KitForm):
    name = forms.CharField(
        label="Name",
        max_length=80,
        widget=forms.TextInput({"autofocus": True}),
        error_messages={"required": "Write a name, such as Front desk."},
    )


class MemberForm(KitForm):
    """Who joins a team: one of those who are not in it yet."""

    user = forms.ChoiceField(label="Who joins", error_messages={"required": "Choose who joins."})

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.choices = [(str(person.pk), person.name) for person in people]


def called(record: Any) -> str:
    return str(record.name)

"""What the first run asks, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from trellis.core.text import clean_line
from trellis.setup.actions.welcome import Colleague
from trellis.setup.queries.welcome_regions import Region, continents, currencies, region_of, regions, zones
from trellis.team.models import Business, Role, User
from trellis.web.forms import KitForm
from trellis.web.locales import LOCALES

# Empty: as in the region of the time zone.
AS_THERE = ("", "As usual there")
ROLES = {
    Role.SALES: "Sales: works with leads",
    Role.SUPPORT: "Support: looks after customers",
    Role.MANAGER: "Manager: is told when something is late",
    Role.ADMIN: "Admin: may change everything",
    Role.VIEWER: "Viewer: reads only",
}
NO_ZONE = "Choose the time zone of the business: its hours and deadlines are told in it."
BAD_EMAIL = "This email address is not complete. It looks like name@example.com."


def line(most: int, missing: str = "", **attributes: Any) -> forms.CharField:
    """A line of text; required where `missing` says what to do."""
    return forms.CharField(
        max_length=most,
        required=bool(missing),
        error_messages={"required": missing} if missing else None,
        widget=forms.TextInput(attributes),
    )


def named(field: forms.Field, label: str, hint: str = "") -> Any:
    field.label, field.help_text = label, hint
    return field


class KeyForm(KitForm):
    key = named(line(200, "Paste the set-up key.", autocomplete="off", spellcheck="false"), "Set-up key")


class ZoneSelect(forms.Select):
    """The zones by continent, each with its region, and the names that older browsers have for it."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if zone := zones().get(str(value)):
            option["attrs"] |= {"data-region": zone.region}
            option["attrs"] |= {"data-old-names": " ".join(zone.old_names)} if zone.old_names else {}
        return option


class RegionSelect(forms.Select):
    """The regions, each with the money and the writing that are usual there."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if region := regions().get(str(value)):
            option["attrs"] |= {"data-currency": region.currency, "data-locale": region.locale}
        return option


class BusinessForm(KitForm):
    """The first step: the business. `facts` is what it says about it."""

    business_name = named(
        line(120, "Write the name of the business.", autocomplete="organization"), "Name of the business"
    )
    place = named(line(120, autocomplete="off"), "Town", "As customers say it: Conway, AR")
    phone = named(line(40, autocomplete="off", inputmode="tel"), "Phone of the business", "Shown to customers")
    time_zone = forms.ChoiceField(label="Time zone", widget=ZoneSelect, error_messages={"required": NO_ZONE})
    region = forms.ChoiceField(label="Phone numbers as in", widget=RegionSelect, required=False)
    currency = forms.ChoiceField(label="Money", required=False)
    locale = forms.ChoiceField(label="Dates and times as in", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Sequence[Any]] = {
            "time_zone": [("", "Choose one"), *zone_groups()],
            "region": [AS_THERE, *((code, region.name) for code, region in regions().items())],
            "currency": [AS_THERE, *((code, f"{code} · {name}") for code, name in currencies().items())],
            "locale": [AS_THERE, *LOCALES.items()],
        }
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = "“%(value)s” is not known here. Choose one of the list."

    @classmethod
    def of(cls, business: Business, sent: Mapping[str, Any] | None) -> "BusinessForm":
        """For changing what was said before."""
        names = ("place", "phone", "time_zone", "region", "currency", "locale")
        known = {name: getattr(business, name) for name in names}
        return cls(sent, initial=known | {"business_name": business.name})

    @property
    def facts(self) -> dict[str, Any]:
        """As the business is stored; what was left open comes from the time zone."""
        said = self.cleaned_data
        usual: Region = region_of(said["time_zone"])
        region = regions().get(said["region"], usual)
        return {
            "name": clean_line(said["business_name"], 120),
            "place": clean_line(said["place"], 120),
            "phone": said["phone"],
            "time_zone": said["time_zone"],
            "region": region.code,
            "currency": said["currency"] or region.currency,
            "locale": said["locale"] or region.locale,
        }


class FirstForm(BusinessForm):
    """The business and its first admin."""

    name = named(line(120, "Write your name: colleagues and customers see it.", autocomplete="name"), "Your name")
    email = forms.EmailField(
        label="Your email",
        max_length=254,
        help_text="You log in with it",
        error_messages={"required": "Write your email address: you log in with it.", "invalid": BAD_EMAIL},
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    # Written back into the page that it came from, so that nothing has to be typed twice when another field is wrong.
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=400,
        help_text="At least 10 characters",
        error_messages={"required": "Choose a password of at least 10 characters."},
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=True),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class ColleagueForm(KitForm):
    """One colleague; a row without name and email is nobody."""

    name = named(line(120, autocomplete="off"), "Name")
    email = forms.EmailField(
        label="Email",
        required=False,
        max_length=254,
        error_messages={"invalid": BAD_EMAIL},
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Role", choices=ROLES, required=False, initial=Role.SALES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, email = cleaned.get("name"), cleaned.get("email")
        if email and not name:
            self.add_error("name", "Write their name too.")
        if name and not email and "email" not in self.errors:
            self.add_error("email", "Write their email too: they log in with it.")
        if email and User.objects.filter(email=email.lower()).exists():
            self.add_error("email", f"Somebody with the email {email.lower()} is here already. Use another one.")
        return cleaned

    @property
    def colleague(self) -> Colleague | None:
        said = self.cleaned_data
        if not said.get("name"):
            return None
        return Colleague(
            name=clean_line(said["name"], 120), email=said["email"].lower(), role=said["role"] or Role.SALES
        )


class FormForm(KitForm):
    """The words on the first public form."""

    title = named(line(120, "Give the form a title: it is the first thing that customers read."), "Title")
    intro = named(forms.CharField(max_length=300, required=False, widget=forms.Textarea({"rows": 3})), "Introduction")
    button = named(line(60, "Say what the button does, for example Send."), "Button")


def zone_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    return [(continent, [(zone.name, zone.place) for zone in group]) for continent, group in continents().items()]


def each_with_an_email_of_their_own(rows: Sequence[ColleagueForm]) -> None:
    """Say so on the second of two rows that share one."""
    seen: set[str] = set()
    for row in rows:
        email = (row.cleaned_data.get("email") or "").lower()
        if email in seen:
            row.add_error("email", f"{email} stands here twice. Give each person an email of their own.")
        elif email:
            seen.add(email)

"""What the first run asks, step by step."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from trellis.core.text import clean_line
from trellis.setup.actions.welcome import Colleague
from trellis.setup.queries.welcome_regions import Region, Zone, continents, currencies, region_of, regions, zones
from trellis.team.models import Business, Role, User
from trellis.web.forms import KitForm
from trellis.web.locales import LOCALES

# Empty: as in the region of the time zone.
AS_THERE = "As usual there"
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


class LongSelect(forms.Select):
    """A list of hundreds, its options written once and kept: a template for each would take most of the page's time."""

    def __init__(self, lines: Callable[[], SafeString], empty: str) -> None:
        super().__init__({"class": "input"})
        self.lines = lines
        self.empty = empty

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = format_html('<option value="">{}</option>{}', self.empty, self.lines())
        chosen = format_html('<option value="{}"', "" if value is None else value)
        marked = options.replace(chosen, f"{chosen} selected", 1)
        told = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>{}</select>", flatatt(told), mark_safe(marked))


@cache
def zone_options() -> SafeString:
    """By continent, each with its region, and the names that older browsers have for it."""
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        ((continent, join_options(map(zone_option, group))) for continent, group in continents().items()),
    )


def zone_option(zone: Zone) -> tuple[str, dict[str, str], str]:
    told = {"data-region": zone.region} | ({"data-old-names": " ".join(zone.old_names)} if zone.old_names else {})
    return zone.name, told, zone.place


@cache
def region_options() -> SafeString:
    """Each with the money and the writing that are usual there."""
    return join_options(
        (region.code, {"data-currency": region.currency, "data-locale": region.locale}, region.name)
        for region in regions().values()
    )


@cache
def currency_options() -> SafeString:
    return join_options((code, {}, f"{code} · {name}") for code, name in currencies().items())


@cache
def locale_options() -> SafeString:
    return join_options((locale, {}, name) for locale, name in LOCALES.items())


def join_options(options: Iterable[tuple[str, dict[str, str], str]]) -> SafeString:
    lines = ((value, flatatt(told), words) for value, told, words in options)
    return format_html_join("", '<option value="{}"{}>{}</option>', lines)


class OneOf(forms.CharField):
    """One of those that are known, or nothing where `missing` does not say what to do."""

    def __init__(self, known: Callable[[], Container[str]], *, missing: str = "", **kwargs: Any) -> None:
        super().__init__(required=bool(missing), error_messages={"required": missing}, **kwargs)
        self.known = known

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and value not in self.known():
            raise forms.ValidationError(f"“{value}” is not known here. Choose one of the list.")


class BusinessForm(KitForm):
    """The first step: the business. `facts` is what it says about it."""

    business_name = named(
        line(120, "Write the name of the business.", autocomplete="organization"), "Name of the business"
    )
    place = named(line(120, autocomplete="off"), "Town", "As customers say it: Conway, AR")
    phone = named(line(40, autocomplete="off", inputmode="tel"), "Phone of the business", "Shown to customers")
    time_zone = OneOf(zones, label="Time zone", widget=LongSelect(zone_options, "Choose one"), missing=NO_ZONE)
    region = OneOf(regions, label="Phone numbers as in", widget=LongSelect(region_options, AS_THERE))
    currency = OneOf(currencies, label="Money", widget=LongSelect(currency_options, AS_THERE))
    locale = OneOf(lambda: LOCALES, label="Dates and times as in", widget=LongSelect(locale_options, AS_THERE))

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


def each_with_an_email_of_their_own(rows: Sequence[ColleagueForm]) -> None:
    """Say so on the second of two rows that share one."""
    seen: set[str] = set()
    for row in rows:
        email = (row.cleaned_data.get("email") or "").lower()
        if email in seen:
            row.add_error("email", f"{email} stands here twice. Give each person an email of their own.")
        elif email:
            seen.add(email)

"""What connecting to the outside asks, as each connector says it."""

from collections.abc import Container, Mapping
from typing import Any, ClassVar

from django import forms

from trellis.conversations.connections import Connector, Field
from trellis.team.models import Role
from trellis.web.forms import KitForm

NEEDED = "Fill this in: it is needed to connect."
KEPT = "Kept as it is. Type a new one to replace it."
ROLES = {
    Role.VIEWER: "Viewer: reads",
    Role.SALES: "Sales: reads and writes leads",
    Role.ADMIN: "Admin: everything",
}


class ConnectionForm(KitForm):
    """The fields of one connector."""

    secrets: ClassVar[list[str]] = []

    @classmethod
    def for_connector(cls, connector: Connector, kept: Container[str]) -> "type[ConnectionForm]":
        """`kept` names the secrets that are held already and may stay empty."""
        fields: dict[str, Any] = {field.name: as_field(field, field.name in kept) for field in connector.fields}
        secrets = [field.name for field in connector.fields if field.is_secret]
        return type(cls.__name__, (cls,), fields | {"secrets": secrets})

    @property
    def typed(self) -> dict[str, str]:
        """As a connector takes it: text by field, "yes" for what is ticked."""
        said = self.cleaned_data.items()
        return {name: ("yes" if value else "") if isinstance(value, bool) else value for name, value in said}

    @property
    def typed_secrets(self) -> dict[str, str]:
        return {name: self.typed[name] for name in self.secrets if self.typed.get(name)}

    def say_what_is_kept(self, names: Container[str]) -> None:
        """Secrets are not written back into the page: these may stay empty all the same."""
        for name in self.secrets:
            if name in names:
                self[name].help_text = KEPT

    def complain(self, faults: Mapping[str, str]) -> None:
        for name, sentence in faults.items():
            self.add_error(name if name in self.fields else None, sentence)

    def point_at(self, name: str) -> None:
        """Put the cursor where the test says that it is wrong."""
        if name in self.fields:
            self.fields[name].widget.attrs |= {"autofocus": True, "aria-invalid": "true"}


def as_field(field: Field, is_kept: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label,
        "help_text": KEPT if is_kept else field.hint,
        "required": field.is_required and not is_kept,
        "error_messages": {"required": NEEDED},
    }
    if field.kind == "choice":
        return forms.ChoiceField(choices=field.choices, widget=forms.RadioSelect, **common)
    if field.kind == "check":
        return forms.BooleanField(widget=forms.CheckboxInput, **common)
    if field.is_secret:
        widget: forms.Widget = forms.PasswordInput({"autocomplete": "new-password"}, render_value=False)
        return forms.CharField(max_length=400, strip=False, widget=widget, **common)
    attributes = {"autocomplete": "off", "spellcheck": "false"}
    attributes |= {"number": {"inputmode": "numeric"}, "email": {"type": "email"}}.get(field.kind, {})
    return forms.CharField(max_length=254, widget=forms.TextInput(attributes), **common)


class TokenForm(KitForm):
    """A key for a machine."""

    name = forms.CharField(
        label="What it is for",
        max_length=80,
        help_text="Such as: website, reporting.",
        error_messages={"required": "Say what the token is for, so that you know later which one to revoke."},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="What it may do", choices=ROLES, initial=Role.VIEWER, widget=forms.RadioSelect,
        error_messages={"required": "Choose what the token may do.", "invalid_choice": "Choose one of these roles."},
    )  # fmt: skip

"""What the business says about itself, and the color of its public pages."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from trellis.setup.forms.welcome import BAD_EMAIL, BusinessForm
from trellis.team.models import Business

LEAF = "#1c5e3d"
HEX = re.compile(r"#[0-9a-fA-F]{6}")
BAD_COLOR = "A color is written as # and six letters or digits, such as #1c5e3d."


class BrandedBusinessForm(BusinessForm):
    """The business, with its email and its color."""

    email = forms.EmailField(
        label="Email of the business",
        required=False,
        max_length=254,
        help_text="Where answers to your emails go",
        error_messages={"invalid": BAD_EMAIL},
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    look = forms.ChoiceField(
        label="Color of public pages",
        choices={"leaf": "Leaf green", "own": "Our own"},
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a color for your public pages."},
    )
    color = forms.CharField(label="Our color", required=False, widget=forms.TextInput({"type": "color"}))

    @classmethod
    def of(cls, business: Business, sent: Mapping[str, Any] | None) -> "BrandedBusinessForm":
        names = ("place", "phone", "email", "time_zone", "region", "currency", "locale")
        known = {name: getattr(business, name) for name in names} | {"business_name": business.name}
        own = {"look": "own" if business.brand else "leaf", "color": business.brand if is_hex(business.brand) else LEAF}
        return cls(sent, initial=known | own)

    def clean_color(self) -> str:
        color = str(self.cleaned_data["color"]).strip().lower()
        if color and not is_hex(color):
            raise forms.ValidationError(BAD_COLOR)
        return color

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return super().facts | {
            "email": said["email"],
            "brand": (said["color"] or LEAF) if said["look"] == "own" else "",
        }


def is_hex(color: str) -> bool:
    return HEX.fullmatch(color) is not None

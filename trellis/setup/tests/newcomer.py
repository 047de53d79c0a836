"""Somebody who sets their business up, in a browser without script."""

from html import unescape
from typing import Any

from django.test import Client

from tests.cast import TUESDAY
from trellis.setup.actions.welcome_key import set_up_key
from trellis.team.models import User

PASSWORD = "storms pass, roofs stay"
BUSINESS = {
    "business_name": "Summit Roofing",
    "place": "Boulder, CO",
    "phone": "(303) 555-0100",
    "time_zone": "America/Denver",
    "name": "Alma Real",
    "email": "Alma@Summit.example",
    "password": PASSWORD,
}


class Newcomer:
    """Alma, in front of a Trellis that nobody has an account in."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at = TUESDAY
        self.status = 0
        self.page = ""
        self.here = ""

    def open(self, address: str) -> str:
        return self._read(self.client.get(address, follow=True), address)

    def send(self, address: str, **fields: Any) -> str:
        return self._read(self.client.post(address, fields, follow=True), address)

    def come_with_the_key(self) -> str:
        return self.open(f"/welcome?key={set_up_key()}")

    def open_the_account(self, **other: str) -> User:
        self.come_with_the_key()
        self.send("/welcome", **BUSINESS | other)
        return User.objects.get(email="alma@summit.example")

    def settle(self, **other: str) -> str:
        return self.send("/welcome/people", **{"hours": "weekdays", "holidays": "US"} | other)

    def get_ready(self) -> None:
        """As far as the open form."""
        self.open_the_account()
        self.settle()
        self.send("/welcome/playbook", playbook="storm-and-repair")
        self.send("/welcome/form", title="Tell us what you need", intro="", button="Send")

    def reach_out(self, **other: str) -> str:
        told = {"name": "Alma Real", "email": "alma@summit.example", "message": "How soon does somebody answer me?"}
        return self.send("/welcome/lead", **told | other)

    def _read(self, response: Any, address: str) -> str:
        self.status = response.status_code
        self.here = response.redirect_chain[-1][0] if response.redirect_chain else address
        self.page = unescape(response.content.decode())
        return self.page

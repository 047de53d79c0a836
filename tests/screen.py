"""A browser without script, for tests that read pages as text."""

import re
from html import unescape
from typing import Any, Self

from django.test import Client

from tests.cast import TUESDAY
from trellis.team.models import User

# Where a screen begins another line, words stand apart.
BLOCK_END = re.compile(r"</(?:p|li|dt|dd|td|th|h[1-6]|div|option|label)>")


class Screen:
    """A browser without script: forms are posted and followed; `words` is what can be read on the `page`."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at = TUESDAY
        self.status = 0
        self.page = ""
        self.words = ""
        self.address = ""

    def log_in(self, user: User) -> Self:
        self.client.force_login(user)
        return self

    def open(self, address: str, **headers: Any) -> str:
        return self._read(self.client.get(address, follow=True, **headers))

    def send(self, address: str, **fields: Any) -> str:
        return self._read(self.client.post(address, fields, follow=True))

    @property
    def undo(self) -> str:
        """Where the toast takes back what it tells of."""
        found = re.search(r'class="toast__undo" method="post" action="([^"]+)"', self.page)
        return found[1] if found else ""

    def _read(self, response: Any) -> str:
        self.status = response.status_code
        self.page = unescape(response.content.decode())
        apart = BLOCK_END.sub(" ", self.page)
        self.words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", apart))
        self.address = response.request["PATH_INFO"]
        return self.page

"""Maya before a list, on Tuesday at 10:00."""

import re

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Business
from tests.screen import Screen


def look_over() -> None:
    """So that the database knows how large its tables are, as it does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Lists(Screen):
    """What stands in a list."""

    @property
    def names(self) -> list[str]:
        return re.findall(r'class="list-table__link" href="[^"]+">([^<]+)</a>', self.page)

    @property
    def next_page(self) -> str:
        found = re.search(r'href="(\?[^"]+)" rel="next"', self.page)
        return found[1].replace("&amp;", "&") if found else ""

    @property
    def sorted_by(self) -> dict[str, str]:
        """The heads that say so, and which way."""
        return {label: way for way, label in re.findall(r'aria-sort="([a-z]+)"><a [^>]+>([^<]+)<', self.page)}


@pytest.fixture
def lists(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Lists:
    lists = Lists(client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: lists.at)
    return lists.log_in(ridgeline.maya)

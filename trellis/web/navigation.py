"""Where one can go. Rooms register what they bring, from `AppConfig.ready`, so that no link is ever dead."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

# Given the signed-in user and the request's `at`, a number to show, or nothing.
Count = Callable[[Any, datetime], int | None]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the navigation. `keys` is what goes after `g` on the keyboard; `place` orders within the group."""

    key: str
    label: str
    icon: str
    url_name: str
    place: int
    group: str = ""
    keys: str = ""
    count: Count | None = None

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True, kw_only=True)
class PersonAct:
    """Something in the menu of the signed-in person, done by POST: log out."""

    label: str
    icon: str
    url_name: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """Where the signed-in person says how they like things: a page of its own, and what takes a theme by POST."""

    url_name: str
    theme_url_name: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def theme_url(self) -> str:
        return reverse(self.theme_url_name)


@dataclass(frozen=True, kw_only=True)
class Guarantee:
    """The badge at the foot of every page: how many open records have all that they need."""

    covered: int
    total: int
    url: str

    @property
    def gaps(self) -> int:
        return self.total - self.covered


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An entry as one person sees it now."""

    entry: Entry
    count: int | None


_entries: dict[str, Entry] = {}
_person_acts: dict[str, PersonAct] = {}
_preferences: list[Preferences] = []
_finders: list[str] = []
_guarantees: list[Callable[[datetime], Guarantee]] = []


def register(entry: Entry) -> None:
    _entries[entry.key] = entry


def register_person_act(act: PersonAct) -> None:
    _person_acts[act.url_name] = act


def register_preferences(preferences: Preferences) -> None:
    _preferences[:] = [preferences]


def register_finder(url_name: str) -> None:
    """The page that finds anything; the palette asks it for people."""
    _finders[:] = [url_name]


def register_guarantee(measure: Callable[[datetime], Guarantee]) -> None:
    """`measure` counts the open records and those that lack nothing."""
    _guarantees[:] = [measure]


def entries_for(user: Any, at: datetime) -> list[Shown]:
    """Every registered entry with its count, in order."""
    ordered = sorted(_entries.values(), key=lambda entry: (entry.group, entry.place))
    return [Shown(entry=entry, count=entry.count(user, at) if entry.count else None) for entry in ordered]


def person_acts() -> list[PersonAct]:
    return list(_person_acts.values())


def preferences() -> Preferences | None:
    return _preferences[0] if _preferences else None


def guarantee(at: datetime) -> Guarantee | None:
    return _guarantees[0](at) if _guarantees else None


def finder() -> str:
    """Its address; empty where no room finds."""
    return reverse(_finders[0]) if _finders else ""

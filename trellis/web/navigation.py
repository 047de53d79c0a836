"""Where one can go. Rooms register what they bring, from `AppConfig.ready`, so that no link is ever dead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from trellis.team.permissions import may


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the navigation. `keys` is what goes after `g` on the keyboard; `place` orders within the group.

    With a `noun` it is for whoever may see that. The palette finds it by its label and by `words` for it.
    """

    key: str
    label: str
    icon: str
    url_name: str
    place: int
    group: str = ""
    keys: str = ""
    noun: str = ""
    words: str = ""

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
class PersonPage:
    """A page of the signed-in person's own, beside their preferences: how they sign in."""

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
class Doorway:
    """What the palette finds besides the navigation: a page, or a question, by its label and by `words` for it.

    `part` is what of its page it opens, where it is not the whole of it.
    """

    label: str
    words: str
    icon: str
    url_name: str
    of: tuple[str, ...] = ()
    part: str = ""
    is_for: Callable[[Any], bool] = bool
    opens_dialog: bool = False

    @property
    def url(self) -> str:
        page = reverse(self.url_name, args=self.of)
        return f"{page}?panel={self.part}" if self.part else page

    def answers(self, typed: Sequence[str]) -> bool:
        """Each typed word begins one of its own; a short one is one of them."""
        own = f"{self.label} {self.words}".lower().split()
        return all(part in own or (len(part) >= SHORTEST and begins_one(part, own)) for part in typed)


def begins_one(part: str, words: Sequence[str]) -> bool:
    return any(word.startswith(part) for word in words)


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
class Numbers:
    """All that is counted around every page, so that it is asked once: by the keys of entries, and for the badge."""

    counts: Mapping[str, int] = field(default_factory=dict)
    guarantee: Guarantee | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An entry as one person sees it now."""

    entry: Entry
    count: int | None


_entries: dict[str, Entry] = {}
_person_acts: dict[str, PersonAct] = {}
_person_pages: dict[str, PersonPage] = {}
_preferences: list[Preferences] = []
_doorways: dict[str, Doorway] = {}
# The beginning of a word is as long as this: a shorter one would find a page by nearly any name.
SHORTEST = 3
_finders: list[str] = []
_counters: list[Callable[[Any, datetime], Numbers]] = []


def register(entry: Entry) -> None:
    _entries[entry.key] = entry


def register_person_act(act: PersonAct) -> None:
    _person_acts[act.url_name] = act


def register_person_page(page: PersonPage) -> None:
    _person_pages[page.url_name] = page


def register_preferences(preferences: Preferences) -> None:
    _preferences[:] = [preferences]


def register_doorways(*doorways: Doorway) -> None:
    _doorways.update({doorway.label: doorway for doorway in doorways})


def doorways_for(text: str, user: Any) -> list[Doorway]:
    """Those that are meant by what was typed, and open for this person."""
    typed = text.lower().split()
    if not typed or max(map(len, typed)) < SHORTEST:
        return []
    return [doorway for doorway in _doorways.values() if doorway.answers(typed) and doorway.is_for(user)]


def register_finder(url_name: str) -> None:
    """The page that finds anything; the palette asks it for people."""
    _finders[:] = [url_name]


def register_numbers(ask: Callable[[Any, datetime], Numbers]) -> None:
    """`ask` is given the signed-in user and the request's `at`."""
    _counters[:] = [ask]


def numbers_for(user: Any, at: datetime) -> Numbers:
    return _counters[0](user, at) if _counters else Numbers()


def entries_with(counts: Mapping[str, int], user: Any) -> list[Shown]:
    """Every registered entry that is for the user with its count, in order."""
    theirs = [entry for entry in _entries.values() if not entry.noun or may(user, "see", entry.noun)]
    ordered = sorted(theirs, key=lambda entry: (entry.group, entry.place))
    return [Shown(entry=entry, count=counts.get(entry.key)) for entry in ordered]


def person_acts() -> list[PersonAct]:
    return list(_person_acts.values())


def person_pages() -> list[PersonPage]:
    return list(_person_pages.values())


def preferences() -> Preferences | None:
    return _preferences[0] if _preferences else None


def finder() -> str:
    """Its address; empty where no room finds."""
    return reverse(_finders[0]) if _finders else ""

"""The sample businesses, one for each playbook that ships: who they are, read from the head of their file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Self

from ruamel.yaml import YAML

from trellis.journeys.publish import pack, pack_keys

# The one that stands in every picture.
USUAL = "storm-and-repair"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
DAY = (("08:00", "12:00"), ("13:00", "17:00"))


@dataclass(frozen=True, kw_only=True)
class Person:
    name: str
    role: str
    hue: int
    teams: tuple[str, ...]
    email: str


@dataclass(frozen=True, kw_only=True)
class Door:
    """A form on some pages of the website. `closed` says after how many weeks it was closed again."""

    key: str
    title: str
    intro: str
    button: str = "Send it"
    pages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    closed: int = 0


@dataclass(frozen=True, kw_only=True)
class Company:
    """A sample business. The first of the people is its admin; `swapped` is what its first playbook said otherwise.

    `weeks` is how long it has been open. `asks` is the question whose answer the form sends along.
    """

    playbook: str
    name: str
    place: str
    area: str
    domain: str
    zone: str
    people: tuple[Person, ...]
    teams: Mapping[str, str]
    doors: tuple[Door, ...]
    password: str
    inbox: str = "office"
    site: str = ""
    weeks: int = 9
    windows: Mapping[str, Any] = field(default_factory=lambda: dict.fromkeys(WEEKDAYS, DAY))
    asks: str = ""
    campaign: str = "search"
    hues: Mapping[str, str] = field(default_factory=dict)
    swapped: tuple[str, str] = ("", "")
    away: tuple[str, str] = ("", "")
    short_day: str = ""

    @classmethod
    def read(cls, playbook: str, told: Mapping[str, Any]) -> Self:
        domain = told["domain"]
        people = tuple(
            Person(**{"email": f"{one['name'].split()[0].lower()}@{domain}", **one, "teams": tuple(one["teams"])})
            for one in told["people"]
        )
        doors = tuple(
            Door(**one | {name: tuple(one.get(name, ())) for name in ("pages", "tags")}) for one in told["doors"]
        )
        pairs = {name: tuple(told[name]) for name in ("swapped", "away") if name in told}
        password = f"{domain.partition('.')[0].partition('-')[0]}-demo"
        told = {"password": password, "site": f"https://{domain}", **told}
        return cls(playbook=playbook, **told | {"people": people, "doors": doors} | pairs)

    @property
    def phone(self) -> str:
        return f"({self.area}) 555-0100"

    @property
    def number(self) -> str:
        """Ours, as the network writes it. Fictitious numbers end in 0100 to 0199; ours is the first."""
        return self.number_of(100)

    def number_of(self, last: int) -> str:
        return f"+1{self.area}555{last:04d}"

    @property
    def email(self) -> str:
        return f"{self.inbox}@{self.domain}"

    def form_on(self, page: str) -> str:
        """The key of the form that stands on a page of the website."""
        return next((door.key for door in self.doors if page in door.pages), self.doors[0].key)

    @property
    def first_version(self) -> str:
        """The playbook as they began with it."""
        return pack(self.playbook).replace(*self.swapped, 1) if self.swapped[0] else pack(self.playbook)


@cache
def told_of(key: str) -> Mapping[str, Any]:
    """A file as it is written: `business`, and who reached out, by where they stand."""
    if key not in pack_keys():
        raise UnknownPack(key)
    told: Mapping[str, Any] = YAML(typ="safe").load((resources.files(__package__) / f"{key}.yaml").read_text())
    return told


def company(key: str = USUAL) -> Company:
    """The sample business on a playbook. Raises UnknownPack."""
    return Company.read(key, told_of(key)["business"])


class UnknownPack(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(f"There is no playbook “{key}” with a demo. Choose one of {', '.join(pack_keys())}.")

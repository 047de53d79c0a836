"""The fields a contact has for an import, and the words by which they are called in many places."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from trellis.core.text import fold

TABLE = Path(__file__).with_name("origins.toml")


@dataclass(frozen=True)
class Target:
    """A field that a column can go to. `kind` says what its cells must be."""

    key: str
    label: str
    kind: str


TARGETS = (
    Target("name", "Full name", "name"),
    Target("first_name", "First name", "name"),
    Target("last_name", "Last name", "name"),
    Target("email", "Email", "email"),
    Target("email_2", "Second email", "email"),
    Target("email_3", "Third email", "email"),
    Target("phone", "Phone", "phone"),
    Target("phone_2", "Second phone", "phone"),
    Target("phone_3", "Third phone", "phone"),
    Target("mobile", "Mobile phone", "phone"),
    Target("company", "Company", "text"),
    Target("job_title", "Job title", "text"),
    Target("address", "Street", "text"),
    Target("place", "City", "text"),
    Target("region", "Region", "text"),
    Target("postal_code", "Postal code", "text"),
    Target("country", "Country", "country"),
    Target("language", "Language", "language"),
    Target("time_zone", "Time zone", "time_zone"),
    Target("website", "Website", "url"),
    Target("birthday", "Birthday", "date"),
    Target("tags", "Tags", "tags"),
    Target("note", "Note", "text"),
    Target("source", "Source", "text"),
    Target("owner", "Owner", "person"),
    Target("created_at", "Created", "moment"),
    Target("consent_email", "Consent to email", "yes_no"),
    Target("consent_sms", "Consent to text messages", "yes_no"),
    Target("external_id", "Id in the other system", "text"),
)
LABELS = {target.key: target.label for target in TARGETS}

# What stands between tags; Google puts ::: there.
TAG_BREAK = re.compile(r":::|[;,|]")

# Where one field is taken, the next of its kind has room for what another column holds.
NEXT = {"email": "email_2", "email_2": "email_3", "phone": "phone_2", "phone_2": "phone_3", "mobile": "phone_2"}

# What exports of tables and programs put before a name without changing what it means.
BEFORE = re.compile(r"^(?:property|properties|merge|contact|person|lead|customer|kontakt|kunde|contacto|client)\s+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Origin:
    """A program that contacts come from: names that no other has, and what each of its columns means.

    `columns` are in the order in which they are preferred, by the name as it compares.
    """

    name: str
    marks: frozenset[str]
    columns: dict[str, str]


@cache
def origins() -> tuple[Origin, ...]:
    return tuple(
        Origin(
            name,
            frozenset(told["marks"]),
            {plain(header): left_out(key) for key, headers in told["columns"].items() for header in headers},
        )
        for name, told in table()["origins"].items()
    )


@cache
def synonyms() -> dict[str, str]:
    """What a column of such a name means, wherever it comes from; "" where it is better left out."""
    return {plain(word): left_out(key) for key, found in table()["words"].items() for word in found}


@cache
def refusals() -> frozenset[str]:
    return frozenset(plain(word) for word in table()["refusals"]["words"])


@cache
def table() -> dict[str, Any]:
    with TABLE.open("rb") as file:
        return tomllib.load(file)


def left_out(key: str) -> str:
    return "" if key == "none" else key


def plain(header: str) -> str:
    """A column's name as it compares: "E-Mail_Address", "emailAddress" and "E-mail address" are alike, nearly."""
    words = re.sub(r"[\W_]+", " ", fold(CAMEL.sub(" ", header))).strip()
    return re.sub(r"^e mail\b|\be mail\b", "email", words)


def meaning_of(header: str) -> str | None:
    """The field a name stands for, "" for one to leave out, None for a name that says nothing."""
    words = plain(header)
    known = synonyms()
    while words not in known and BEFORE.match(words):
        words = BEFORE.sub("", words)
    return known.get(words)


def is_refusal(header: str) -> bool:
    """Whether a column says who must not be written to."""
    words = plain(header)
    return words in refusals() or BEFORE.sub("", words) in refusals()


def is_known(header: str) -> bool:
    """Whether such words are the name of a column, rather than what stands in one."""
    words = plain(header)
    return meaning_of(header) is not None or is_refusal(header) or any(words in origin.columns for origin in origins())


def tags_of(text: str) -> tuple[str, ...]:
    """The tags of a cell, each once. Google marks the groups that it made itself with a star: they are left out."""
    found = (tag.strip() for tag in TAG_BREAK.split(text))
    return tuple(dict.fromkeys(tag for tag in found if tag and not tag.startswith("* ")))

"""The format is public: one schema for editors, one page for people, both made of what the loader checks."""

import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from trellis.journeys.playbook.parts import parts, words_of
from trellis.journeys.playbook.published import ADDRESS, json_schema
from trellis.journeys.playbook.tree import plain, read_tree
from trellis.journeys.publish import pack, pack_keys
from trellis.journeys.tests.sandbox import PACK

VALIDATOR = Draft202012Validator(json_schema())
TEXT = PACK.read_text()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("key", pack_keys())
def test_what_ships_is_valid_by_the_published_schema(key: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(plain(read_tree(pack(key))))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("calendar: office", "calender: office"),
        ("within: 5m", "within: 5 minutes"),
        ("send: we-got-it", "send: we-got-it, tag: roof"),
        (", send: we-got-it", ""),
        (", park: 90d, reason: No answer", ", park: 90d"),
        ("phase: booked", "phase: boked"),
        ('"20:00"', '"25:00"'),
        ("  booked:\n", "  Booked Out:\n"),
        ('{field: answers.urgency, is: "yes"}', "{field: answers.urgency}"),
        ('{field: answers.urgency, is: "yes"}', '{field: answers.urgency, is: "yes", known: true}'),
        ('{field: answers.urgency, is: "yes"}', "{field: answers.urgency, more_than: much}"),
        (", done: [book-visit]", ""),
        ("at_most: 2", "at_most: 99"),
        ("title: New", "title: 5"),
        ("    means: Someone reached out. Nobody has spoken with them yet.\n", ""),
    ],
)
def test_an_editor_sees_by_the_schema_what_the_loader_would_refuse(old: str, new: str) -> None:
    assert TEXT.count(old) >= 1
    assert list(VALIDATOR.iter_errors(plain(read_tree(TEXT.replace(old, new, 1)))))


def test_every_word_of_the_format_is_explained() -> None:
    silent = [
        f"{part.__name__}.{word}"
        for _, part in parts()
        for word, field in words_of(part).items()
        if not field.description
    ]
    assert silent == [], "write a sentence below each in its class"


def test_anybody_may_read_the_schema_and_keep_it(client: Client) -> None:
    """Without logging in, from any page, and again without sending it twice."""
    response = client.get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/schema+json"
    assert "public" in response["Cache-Control"]
    assert response["Access-Control-Allow-Origin"] == "*"
    read: dict[str, Any] = json.loads(response.content)
    assert read == json_schema()
    assert client.get(ADDRESS, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.post(ADDRESS).status_code == 405

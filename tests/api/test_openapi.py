"""The description of the door is what was agreed with those who call it: it changes only on purpose."""

import json
import os
from pathlib import Path
from typing import Any

from django.test import Client

SNAPSHOT = Path(__file__).with_name("openapi.json")


def described() -> Any:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    return response.json()


def test_the_description_is_the_one_that_was_agreed() -> None:
    text = json.dumps(described(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("TRELLIS_SNAPSHOT") == "1":
        SNAPSHOT.write_text(text)
    assert text == SNAPSHOT.read_text(), "Meant? Then run this test with TRELLIS_SNAPSHOT=1 and commit openapi.json."


def test_every_operation_asks_for_a_token_and_says_how_it_says_no() -> None:
    api = described()
    assert api["openapi"].startswith("3.1")
    operations = [operation for path in api["paths"].values() for operation in path.values()]
    assert len(operations) == 24
    for operation in operations:
        assert operation["security"] == [{"Token": []}]
        assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_reference_leads_somewhere() -> None:
    api = described()
    text = json.dumps(api)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(api["components"]["schemas"])

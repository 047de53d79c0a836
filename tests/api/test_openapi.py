"""The description of the door is what was agreed with those who call it: it changes only on purpose."""

import json
import os
from pathlib import Path
from typing import Any, get_args

from django.test import Client
from pydantic import BaseModel

from trellis.config.api import api

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
    document = described()
    assert document["openapi"].startswith("3.1")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert operations
    for operation in operations:
        assert operation["security"] == [{"Token": []}]
        assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_reference_leads_somewhere() -> None:
    document = described()
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(document["components"]["schemas"])


def test_no_two_shapes_bear_one_name() -> None:
    """The description has one place for each name: the second would be told as the first."""
    by_name: dict[str, set[type[BaseModel]]] = {}
    for _, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                for model in (*operation.models, *filter(None, operation.response_models.values())):
                    for shape in shapes_in(model) if isinstance(model, type) else ():
                        by_name.setdefault(shape.__name__, set()).add(shape)
    twice = {name: found for name, found in by_name.items() if len(found) > 1 and not name.endswith("Params")}
    assert twice == {}


def shapes_in(kind: Any, seen: set[Any] | None = None) -> set[type[BaseModel]]:
    """Every model of ours within a type, itself included."""
    seen = set() if seen is None else seen
    is_shape = isinstance(kind, type) and issubclass(kind, BaseModel)
    if not (is_shape and kind in seen):
        within = [field.annotation for field in kind.model_fields.values()] if is_shape else get_args(kind)
        seen |= {kind} if is_shape else set()
        for part in within:
            shapes_in(part, seen)
    return {shape for shape in seen if shape.__module__.startswith("trellis.")}

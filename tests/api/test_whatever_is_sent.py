"""Whatever a program sends, as the description has it or not, is answered as the description says.

`TRELLIS_FUZZ=500` asks each operation five hundred times instead of a few, each time otherwise.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, assume, given, settings
from pytest_django import Settings

from tests.api.conftest import Caller
from tests.api.everything import open_everything, part_of
from tests.api.test_openapi import SNAPSHOT
from tests.cast import Business
from trellis.core.text import clean_text

EXAMPLES = int(os.environ.get("TRELLIS_FUZZ", "4"))
ONLY = os.environ.get("TRELLIS_FUZZ_ONLY", "")
ASKED = settings(
    max_examples=EXAMPLES,
    derandomize="TRELLIS_FUZZ" not in os.environ,
    database=None,
    deadline=None,
    report_multiple_bugs=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As with Django's own test client: no request begins or ends by closing the connection, and what it undoes."""
    told = (request_started, request_finished)
    for signal in told:
        signal.disconnect(close_old_connections)
    yield
    for signal in told:
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.usefixtures("one_connection")
def test_whatever_is_sent_is_answered_as_the_description_says(
    ridgeline: Business, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    caller, known = Caller("admin", by=ridgeline.maya), open_everything(ridgeline)
    found = [fault for operation, mode in operations() for fault in faults(operation, mode, caller, known)]
    assert not found, "\n\n".join(found)


def operations() -> Iterator[tuple[Any, Any]]:
    """Every operation of the agreed description, to be asked rightly and wrongly."""
    from schemathesis import GenerationMode, openapi

    schema = openapi.from_path(SNAPSHOT)
    schema.app = get_wsgi_application()
    schema.config.generation.with_security_parameters = False
    schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]
    for found in schema.get_all_operations():
        operation = found.ok()
        if ONLY in operation.definition.raw["operationId"]:
            yield operation, GenerationMode.POSITIVE
            if operation.body or operation.query:
                yield operation, GenerationMode.NEGATIVE


def faults(operation: Any, mode: Any, caller: Caller, known: dict[str, Any]) -> list[str]:
    """What was answered otherwise than described. Every call is taken back: none changes what the next finds."""
    there = {part.name: part_of(operation.path, part.name, known) for part in operation.path_parameters}

    @ASKED
    @given(operation.as_strategy(generation_mode=mode, path_parameters=there))
    def ask(case: Any) -> None:
        assume(mode.is_positive or is_clean(case.body))
        with taken_back():
            answer = case.call(headers={"Authorization": f"Bearer {caller.text}"})
        case.validate_response(answer, checks=checks())

    try:
        ask()
    except (Exception, BaseExceptionGroup) as error:
        return [f"{operation.label} ({mode.value}): {one}" for one in getattr(error, "exceptions", [error])]
    return []


def is_clean(body: Any) -> bool:
    """What is taken out of a text before it is kept does not count against how long it may be."""
    match body:
        case str():
            return clean_text(body, len(body)) == body
        case dict():
            return all(is_clean(one) for pair in body.items() for one in pair)
        case list():
            return all(map(is_clean, body))
    return True


@contextmanager
def taken_back() -> Iterator[None]:
    block = transaction.atomic()
    block._from_testcase = True  # What wants to be the outermost transaction may be inside of it.
    with block:
        yield
        transaction.set_rollback(True)


def checks() -> list[Any]:
    import schemathesis
    from schemathesis.specs.openapi import checks as openapi

    return [
        schemathesis.checks.not_a_server_error,
        openapi.status_code_conformance,
        openapi.content_type_conformance,
        openapi.response_schema_conformance,
        openapi.negative_data_rejection,
    ]

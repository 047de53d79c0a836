"""On a second database only what asks a database is told again: `--again`. Loaded by the conftest of the checkout.

A test without the database is refused every question (pytest-django sees to that), so what it says is the same on any.
Those that start the product as a process of its own, or open a database themselves, ask one all the same.
"""

import pytest

DATABASE = {"db", "transactional_db"}
ASK_BY_THEMSELVES = (
    "tests/running/",
    "tests/proof/test_killed_processes.py",
    "trellis/config/tests/",
    "trellis/core/tests/test_writing_in_turn.py",
    "trellis/transfer/tests/",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--again", action="store_true", help="tell only what asks a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("again"):
        return
    told = [item for item in items if asks_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in told])
    items[:] = told


def asks_a_database(item: pytest.Item) -> bool:
    named = getattr(item, "fixturenames", ())
    return bool(
        DATABASE.intersection(named)
        or item.get_closest_marker("django_db")
        or item.nodeid.startswith(ASK_BY_THEMSELVES)
    )

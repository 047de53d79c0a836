"""What takes long begins first: for what begins last all of the suite waits. Loaded by the conftest of the checkout.

Only what uses no database of the suite: the order of the others is pytest-django's, by what they leave behind in it.
"""

import pytest

from tests.again import DATABASE


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not takes_long_by_itself(item))


def takes_long_by_itself(item: pytest.Item) -> bool:
    uses_one = DATABASE.intersection(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db")
    return item.get_closest_marker("slow") is not None and not uses_one

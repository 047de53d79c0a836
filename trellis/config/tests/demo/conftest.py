"""The demo, planted once for all of its stories: each takes back what it did."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.cast import chicago
from trellis.config.demo.plant import plant
from trellis.core.memory import forget

NOW = chicago("2026-06-09 10:34")


@pytest.fixture(scope="package")
def _planted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Inside a transaction of the tests that is rolled back when the last story is told."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True
        with outer:
            plant(at=NOW)
            yield
            transaction.set_rollback(True)
    forget()


@pytest.fixture
def demo(_planted: None, db: None) -> None:
    """Ridgeline Roofing as planted on a Tuesday at 10:34."""

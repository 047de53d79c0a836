"""Of few everybody is read; of too many nobody is, and whoever asked is told so."""

from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY
from trellis.core.among import Among
from trellis.core.few import first_of, found_if_few, ids_if_few
from trellis.people.models import Contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def neighbors() -> list[UUID]:
    named = [Contact(name=name, place="Conway", created_at=TUESDAY) for name in ("Ada", "Bo", "Cy")]
    return [contact.pk for contact in Contact.objects.bulk_create(named)]


def in_place(place: str) -> QuerySet[Contact, UUID]:
    return Contact.objects.filter(place=place).values_list("pk", flat=True)


def test_few_are_all_told_in_one_question(neighbors: list[UUID]) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = ids_if_few(in_place("Conway"), most=3)
    assert found is not None
    assert {UUID(str(one)) for one in found} == set(neighbors)
    assert len(asked) == 1
    assert Contact.objects.filter(Among(F("pk"), found)).count() == 3


@pytest.mark.usefixtures("neighbors")
def test_of_one_too_many_nobody_is_told() -> None:
    assert ids_if_few(in_place("Conway"), most=2) is None
    sql, given = in_place("Conway")[:3].query.sql_with_params()
    assert found_if_few(sql, given, most=2) is None


@pytest.mark.usefixtures("neighbors")
def test_nobody_is_told_apart_from_too_many() -> None:
    assert ids_if_few(in_place("Benton"), most=2) == []
    assert ids_if_few(in_place("Conway").none(), most=2) == [], "What can find nobody is not even asked."


def test_the_first_are_told_in_order_and_with_how_many_there_are(neighbors: list[UUID]) -> None:
    rows = Contact.objects.filter(place="Conway").order_by("-name").values_list("created_at", "name", "pk")
    ada, bo, cy = ((TUESDAY, name, pk) for name, pk in zip(("Ada", "Bo", "Cy"), neighbors, strict=True))
    assert first_of(rows, most=2) == ([cy, bo], 3)
    assert first_of(rows, most=9) == ([cy, bo, ada], 3)
    assert first_of(rows.filter(name="Dee"), most=2) == ([], 0)
    assert first_of(rows.none(), most=2) == ([], 0)

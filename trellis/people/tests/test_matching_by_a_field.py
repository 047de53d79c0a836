"""Records that are matched by a field of the business are found by an index, which is made when that begins."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.people.changing import change_contact
from trellis.people.custom import define_field
from trellis.people.keyed import Keyed, indexes_of, keep_key_indexes, make_index, match_by, with_values
from trellis.people.models import Contact, CustomField

LATER = TUESDAY + timedelta(hours=1)


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def number(ridgeline: Business) -> Iterator[CustomField]:
    yield define_field(noun="contact", label="Customer no", kind="text", by=ridgeline.maya, at=TUESDAY)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS contact_key_customer_no")


def plan_of(rows: QuerySet[Any]) -> str:
    """How the database would look for them among very many: it is told not to read the table."""
    sql, given = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}", given)
        return " ".join(str(row) for row in cursor.fetchall())


def test_an_index_is_made_once_a_field_tells_people_apart(number: CustomField) -> None:
    assert keep_key_indexes() == 0
    match_by(number, at=LATER)
    assert keep_key_indexes() == 1
    assert "contact_key_customer_no" in plan_of(with_values(Contact.objects.all(), number.key, ["77", "78"]))
    forget()
    assert keep_key_indexes() == 0, "It is there already."
    number.refresh_from_db()
    assert number.keyed_at == LATER


def test_two_who_make_it_at_the_same_moment_do_no_harm(number: CustomField) -> None:
    match_by(number, at=LATER)
    number.refresh_from_db()
    make_index(number)
    make_index(number)
    assert "contact_key_customer_no" in indexes_of(Contact)


def test_whoever_has_one_of_the_values_is_found_with_and_without_it(ridgeline: Business, number: CustomField) -> None:
    people = [ridgeline.contact(f"P{n}", f"p{n}@example.com") for n in range(3)]
    for one, told in zip(people, ("77", "078", ""), strict=True):
        change_contact(one, {"custom.customer_no": told}, by=ridgeline.maya, at=LATER)
    for _ in ("without", "with"):
        keyed = Keyed(Contact.objects.all(), number.key, ["77", "078", "79"])
        assert [keyed.with_value(told) for told in ("77", "078", "79", "")] == [[people[0].pk], [people[1].pk], [], []]
        match_by(number, at=LATER)
        keep_key_indexes()

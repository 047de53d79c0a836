"""Small sets of rows are read with the row that they belong to, as if each had been asked for alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F, OuterRef

from tests.cast import TUESDAY, Business
from trellis.core.questions import RowsOf
from trellis.people.models import Consent, Contact, ContactPoint, PossibleDuplicate
from trellis.team.models import Calendar


def test_what_is_read_together_is_what_is_read_alone(ridgeline: Business, django_assert_num_queries: Any) -> None:
    renee = ridgeline.contact(phone="+15015550112")
    for days, granted in ((0, True), (1, False)):
        at = TUESDAY + timedelta(days=days, microseconds=days)
        Consent.objects.create(contact=renee, channel="sms", purpose="service", granted=granted, source="form", at=at)
    points = ContactPoint.objects.order_by("-kind")
    consents = Consent.objects.order_by("-at")
    asked = Contact.objects.annotate(
        read_points=RowsOf(points.filter(contact=OuterRef("pk"))),
        read_consents=RowsOf(consents.filter(contact=OuterRef("pk"))),
    )
    asked.first()  # The first JSON of a connection is preceded by a question of what the database can do.
    with django_assert_num_queries(1):
        found: Any = asked.get()
    for read, alone in ((found.read_points, points), (found.read_consents, consents)):
        assert [columns(row) for row in read] == [columns(row) for row in alone]
        assert len(read) == 2


def test_rows_with_json_and_none_at_all(ridgeline: Business) -> None:
    renee = ridgeline.contact(phone="")
    found: Any = Contact.objects.annotate(
        calendars=RowsOf(Calendar.objects.all()), pairs=RowsOf(PossibleDuplicate.objects.filter(contact=OuterRef("pk")))
    ).get(pk=renee.pk)
    assert [columns(row) for row in found.calendars] == [columns(row) for row in Calendar.objects.all()]
    assert found.calendars[0].windows["mon"] == [["08:00", "12:00"], ["13:00", "17:00"]]
    assert found.pairs == []


@pytest.mark.parametrize("name", ["Renee", "O’Brien “the roof” 100 %", ""])
def test_what_they_are_annotated_with_comes_along(ridgeline: Business, name: str) -> None:
    contact = ridgeline.contact(name)
    points = ContactPoint.objects.filter(contact=OuterRef("pk")).annotate(owner_name=F("contact__name"))
    found: Any = Contact.objects.annotate(read_points=RowsOf(points)).get(pk=contact.pk)
    assert [point.owner_name for point in found.read_points] == [name]


def columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_no_other_columns_are_read_than_those_that_are_named(
    ridgeline: Business, django_assert_num_queries: Any
) -> None:
    contact = ridgeline.contact()
    points = ContactPoint.objects.filter(contact=OuterRef("pk")).only("value")
    found: Any = Contact.objects.annotate(read_points=RowsOf(points)).get(pk=contact.pk)
    assert all(point.get_deferred_fields() >= {"raw", "kind"} for point in found.read_points)
    with django_assert_num_queries(0):
        assert {point.value for point in found.read_points} == {"renee@example.com"}

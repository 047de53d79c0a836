"""Whom an index finds for one comparison of a condition: where they are few, nobody else need be looked at.

They may be somebody of whom it is not true; nobody of whom it is may be missing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Model, QuerySet

from trellis.core.among import Among, Id
from trellis.core.condition_query import Column, meets
from trellis.core.conditions import Kind, Known
from trellis.core.few import ids_if_few
from trellis.core.search import TextIndex
from trellis.core.text import fold
from trellis.people.finding import COMPANIES_SOUGHT, SOUGHT
from trellis.people.keyed import with_values
from trellis.people.models import Company, Consent, Contact, ContactPoint, ContactTag, CustomField, PointKind

# Given a comparison, what is compared with, a number and the time (in the zone of who asks): the ids of all of whom it
# may be true, where they are at most so many.
Few = Callable[[str, Any, int, datetime], Sequence[Id] | None]
MOST_COMPANIES = 500


def by_text(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
    return holding(SOUGHT, test, operand, most, Contact)


def by_company(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
    companies = holding(COMPANIES_SOUGHT, test, operand, MOST_COMPANIES, Company)
    if companies is None:
        return None
    return if_few(Contact.objects.filter(Among(F("company"), companies)).values_list("pk", flat=True), most)


def by_tag(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
    words = asked_words(test, operand, also=("contains",))
    return if_few(
        ContactTag.objects.filter(tag__small__in=[word.lower() for word in words]).values_list("contact", flat=True),
        most,
        words,
    )


def by_place(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
    words = asked_words(test, operand)
    return if_few(Contact.objects.filter(place__in=words).values_list("pk", flat=True), most, words)


def by_age(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
    if test not in ("is", "before", "after"):
        return None
    since = Column(Known(Kind.INSTANT), F("created_at"))
    return if_few(Contact.objects.filter(meets(since, test, operand, at)).values_list("pk", flat=True), most)


def by_consent(channel: str, purpose: str) -> Few:
    """Whoever ever said that word, be it their last or not. Of whom it is unknown no row tells."""

    def few(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
        words = asked_words(test, operand)
        if not {"given", "refused"} >= set(words):
            return None
        said = Consent.objects.filter(granted__in=[word == "given" for word in words], channel=channel, purpose=purpose)
        return if_few(said.values_list("contact", flat=True), most, words)

    return few


def by_key(field: CustomField) -> Few | None:
    """Of contacts, where they are told apart by the field."""

    def few(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
        words = asked_words(test, operand)
        return if_few(with_values(Contact.objects.all(), field.key, words).values_list("pk", flat=True), most, words)

    return few if field.noun == "contact" and field.keyed_at else None


def by_address(kind: PointKind) -> Few:
    def few(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
        if test == "contains":
            return holding(SOUGHT, test, operand if kind == PointKind.EMAIL else digits_in(operand), most, ContactPoint)
        words = asked_words(test, operand)
        points = ContactPoint.objects.filter(kind=kind, value__in=words)
        return if_few(points.values_list("contact", flat=True), most, words)

    return few


def holding(index: TextIndex, test: str, operand: Any, most: int, model: type[Model]) -> Sequence[Id] | None:
    """Only plain letters: how others are folded is not the same in every database and language."""
    part = fold(operand) if test in ("is", "contains") else ""
    return index.owners_if_few(part, most=most, table=model._meta.db_table) if part and part.isascii() else None


def asked_words(test: str, operand: Any, *, also: Sequence[str] = ()) -> Sequence[str]:
    """What is looked for; nothing where a comparison does not say, or also means those who have none."""
    words = [operand] if test in ("is", *also) else operand if test == "one_of" else []
    return words if all(words) else []


def if_few(ids: QuerySet[Any, Any], most: int, words: Sequence[str] = (" ",)) -> Sequence[Id] | None:
    """One query, and none where nothing is looked for."""
    return ids_if_few(ids, most=most) if words else None


def digits_in(text: str) -> str:
    return "".join(mark for mark in text if mark in "0123456789")

"""What may be asked of a contact, listed and exported: each field as the database knows it and as a row tells it.

Rooms above add theirs by `register_fields`, from `AppConfig.ready`: who owns what is open with somebody, for example.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, DateField, Exists, F, FloatField, OuterRef, Q
from django.db.models.functions import Cast, Lower

from trellis.core.condition_query import NOTHING, Column, RowByRow, TextIn, WordsIn, has_part, in_units
from trellis.core.condition_rows import COMPARED, KNOWN, PLAINLY, Row
from trellis.core.condition_values import Money
from trellis.core.conditions import AnyCase, Kind, Known, Texts, Value
from trellis.core.day_words import Ways, days_shown
from trellis.core.memory import keep
from trellis.core.questions import SizeOf
from trellis.core.text import fold
from trellis.people.custom import custom_fields
from trellis.people.custom_values import as_text
from trellis.people.few import Few, by_address, by_age, by_company, by_key, by_place, by_tag, by_text, digits_in
from trellis.people.models import (
    LAST_HEARD,
    Contact,
    ContactPoint,
    ContactTag,
    CustomField,
    FieldKind,
    PointKind,
    Tag,
)
from trellis.team.queries import active_people


@dataclass(frozen=True)
class Typed:
    """A value that is typed as one of a kind: `field` says which, `stored` is the value of a record."""

    field: CustomField
    stored: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a record. `read` is its value for conditions, `say` what a cell or a file shows of it.

    `order` is what a list sorts by, none where it cannot; `is_quick` where an index does so for a million, and
    `quick_where` what must be asked besides, or it does not: a field that is one of some words. `is_ranked`
    where words stand in an order of their own, by a number.
    `annotation` is read along with the row as `shown_<name>`; `offered` are words to choose from with their names.
    `needs` are the related rows that reading it takes: names or Prefetch objects, for `prefetch_related`.
    `noun` is that of the rights: whose rows it tells of. `few` finds records by an index. `promised` is the open task
    whose time a cell counts down, where it is a deadline. `custom` is the field that the business added; `typed` how a
    value is asked for, where it is not plain text.
    """

    label: str
    column: Column
    read: Callable[[Any], Value]
    say: Callable[[Any], str] | None = None
    order: Any = None
    is_quick: bool = False
    quick_where: tuple[str, frozenset[str]] | None = None
    is_ranked: bool = False
    needs: tuple[Any, ...] = ()
    annotation: Any = None
    offered: Callable[[], Sequence[tuple[str, str]]] | None = None
    custom: CustomField | None = None
    typed: Typed | None = None
    noun: str = "contact"
    few: Few | None = None
    promised: Callable[[Any], Any] | None = None

    @property
    def kind(self) -> Kind:
        return self.column.known.kind


# Given who asks, what they may see of a contact.
More = Callable[[Any], Mapping[str, Field]]
_more: list[More] = []


def register_fields(more: More) -> None:
    """Let contacts have more fields. Called from `AppConfig.ready`."""
    _more.append(more)


def fields_of_contacts(who: Any) -> dict[str, Field]:
    """Every field of a contact that `who` may ask about, those of the business last."""
    found = dict(CONTACT)
    for more in _more:
        found |= more(who)
    return found | custom_of("contact")


def fields_of_companies(who: Any) -> dict[str, Field]:
    """Of a company the same is known to everybody who sees it; how many people, as far as they see them."""
    people = SizeOf(Contact.objects.genuine().visible_to(who).filter(company=OuterRef("pk")))
    counted = replace(COMPANY["people"], column=Column(Known(Kind.NUMBER), people), order=people, annotation=people)
    return {**COMPANY, "people": counted, **custom_of("company")}


def columns(fields: Mapping[str, Field]) -> dict[str, Column]:
    """For `condition_query.to_q`."""
    return {name: field.column for name, field in fields.items()}


def known_of(fields: Mapping[str, Field]) -> dict[str, Known]:
    """For `conditions.faults_of` and `condition_rows`."""
    return {name: field.column.known for name, field in fields.items()}


def meant_in(fields: Mapping[str, Field]) -> Callable[[str, str], str]:
    """A word as the field has it: what is offered is known by what it is called too, in large or small letters."""

    def meant(name: str, word: str) -> str:
        offered = fields[name].offered
        words = list(offered()) if offered else [(one, one) for one in fields[name].column.known.words]
        called = {fold(text): kept for kept, said in reversed(words) for text in (said, kept)}
        return word if any(word == kept for kept, _ in words) else called.get(fold(word), word)

    return meant


def row_in_words(row: Row, fields: Mapping[str, Field], ways: Ways = PLAINLY) -> str:
    """Place is Conway; Owner is Maya Ortiz; Due is this week, as whoever looks counts weeks."""
    field = fields.get(row.name)
    if field is None:
        return row.fault
    if row.operator in KNOWN:
        return f"{field.label} {KNOWN[row.operator]}"
    called = dict(field.offered()) if field.offered else {}
    value = called.get(row.value) or days_shown(row.value, ways)
    return f"{field.label} {COMPARED.get(row.operator, row.operator)} {value}"


def reading(fields: Mapping[str, Field], record: Any) -> Callable[[str], Value]:
    """For `conditions.holds`."""
    return lambda name: fields[name].read(record)


def custom_of(noun: str) -> dict[str, Field]:
    """The fields that the business added, by `custom.<key>`."""
    return {f"custom.{field.key}": custom_field(field) for field in custom_fields(noun)}


def custom_field(field: CustomField) -> Field:
    column = custom_column(field)
    names = colleague_names() if field.kind == FieldKind.PERSON else None
    return Field(
        label=field.label,
        column=column,
        read=lambda record: custom_value(field, record.custom.get(field.key)),
        say=lambda record: as_text(field.kind, record.custom.get(field.key), names),
        order=order_of(column),
        offered=(lambda: list((names or {}).items())) if names else None,
        custom=field,
        typed=Typed(field, lambda record: record.custom.get(field.key)),
        few=by_key(field) if column.known.kind is Kind.TEXT else None,
    )


def order_of(column: Column) -> Any:
    """What a list sorts such a field by; none where it cannot."""
    match column.known.kind:
        case Kind.CHOICES:
            return None
        case Kind.MONEY:
            return in_units(column)
    return column.value


def custom_column(field: CustomField) -> Column:
    text = TextIn(F("custom"), field.key)
    match field.kind:
        case FieldKind.NUMBER:
            return Column(Known(Kind.NUMBER), Cast(text, FloatField()))
        case FieldKind.MONEY:
            minor = Cast(TextIn(F("custom"), field.key, "minor"), BigIntegerField())
            return Column(Known(Kind.MONEY), minor, TextIn(F("custom"), field.key, "currency"))
        case FieldKind.DATE:
            return Column(Known(Kind.DATE), Cast(text, DateField()))
        case FieldKind.CHOICE:
            return Column(Known(Kind.CHOICE, tuple(field.choices)), text)
        case FieldKind.YES_NO:
            return Column(Known(Kind.CHOICE, ("yes", "no")), text)
        case FieldKind.CHOICES:
            words = Known(Kind.CHOICES, tuple(field.choices))
            return Column(words, lambda looked_for: WordsIn(F("custom"), field.key, looked_for))
        case FieldKind.PERSON:
            return Column(Known(Kind.CHOICE), text)
    return Column(Known(), text)


def custom_value(field: CustomField, stored: Any) -> Value:
    """The stored value as a condition compares it."""
    if stored is None:
        return None
    match field.kind:
        case FieldKind.NUMBER:
            return Decimal(stored)
        case FieldKind.MONEY:
            return Money(stored["minor"], stored["currency"])
        case FieldKind.CHOICES:
            return tuple(stored)
    return str(stored)


def colleagues_offered() -> Sequence[tuple[str, str]]:
    return [(person.email, person.name) for person in active_people()]


def colleague_names() -> Mapping[str, str]:
    """Names by id."""
    return {str(person.pk): person.name for person in active_people()}


def words(label: str, name: str, **more: Any) -> Field:
    """A text in a column of the record itself."""
    return Field(
        label=label,
        column=Column(Known(), F(name)),
        read=lambda record: getattr(record, name),
        order=Lower(name),
        **more,
    )


def moment(label: str, name: str, *, order: Any = None, is_quick: bool = False) -> Field:
    return Field(
        label=label,
        column=Column(Known(Kind.INSTANT), F(name)),
        read=lambda record: getattr(record, name),
        order=order or F(name),
        is_quick=is_quick,
    )


def addresses(label: str, kind: PointKind) -> Field:
    """All addresses of a kind: a condition asks whether one of them is it, or has a part in it."""
    texts, part_of = (Numbers, has_digits) if kind == PointKind.PHONE else (Texts, has_part)

    def having(looked_for: Sequence[str] | None) -> Exists:
        points = ContactPoint.objects.filter(contact=OuterRef("pk"), kind=kind)
        return Exists(points if looked_for is None else points.filter(value__in=looked_for))

    def with_part(part: str) -> Exists:
        points = ContactPoint.objects.filter(contact=OuterRef("pk"), kind=kind)
        return Exists(points.filter(part_of(F("value"), part)))

    def values(contact: Contact) -> Texts:
        return texts(point.value for point in contact.points.all() if point.kind == kind)

    return Field(
        label=label,
        column=Column(Known(Kind.TEXTS), having, part=with_part),
        read=values,
        say=lambda contact: "; ".join(values(contact)),
        needs=("points",),
        few=by_address(kind),
    )


class Numbers(Texts):
    """Phone numbers: a part of one is its digits, whatever stands between them."""

    def has_part(self, part: str) -> bool:
        return bool(digits_in(part)) and any(digits_in(part) in number for number in self)


def has_digits(value: Any, part: str) -> Q:
    return has_part(value, digits_in(part)) if digits_in(part) else NOTHING


def touch(label: str, of: str, name: str) -> Field:
    """Where they came from, the first or the last time."""
    return Field(
        label=label,
        column=Column(Known(), TextIn(F(of), name)),
        read=lambda contact: getattr(contact, of).get(name),
        order=TextIn(F(of), name),
    )


def tagged(looked_for: Sequence[str] | None) -> Exists:
    worn = ContactTag.objects.filter(contact=OuterRef("pk"))
    return Exists(worn if looked_for is None else worn.filter(tag__small__in=[word.lower() for word in looked_for]))


def tag_names(contact: Contact) -> tuple[str, ...]:
    return AnyCase(sorted(tag.name for tag in contact.tags.all()))


def known_tags() -> tuple[str, ...]:
    """The first hundred, to be offered."""
    found: tuple[str, ...] = keep(
        "people.tags", lambda: tuple(Tag.objects.order_by("name").values_list("name", flat=True)[:100])
    )
    return found


def company_name(contact: Contact) -> str:
    return contact.company.name if contact.company else ""


CONTACT: dict[str, Field] = {
    "name": replace(words("Name", "name"), is_quick=True, few=by_text),
    "job_title": words("Job title", "job_title"),
    "company": Field(
        label="Company",
        column=Column(Known(), F("company__name")),
        read=company_name,
        order=Lower("company__name"),
        needs=("company",),
        few=by_company,
    ),
    "email": addresses("Email", PointKind.EMAIL),
    "phone": addresses("Phone", PointKind.PHONE),
    "place": replace(words("Place", "place", few=by_place), column=Column(Known(), RowByRow(F("place")))),
    "address": words("Address", "address"),
    "tags": Field(
        label="Tags",
        column=Column(Known(Kind.CHOICES), tagged),
        read=tag_names,
        say=lambda contact: "; ".join(tag_names(contact)),
        needs=("tags",),
        few=by_tag,
        offered=lambda: [(name, name) for name in known_tags()],
    ),
    "language": words("Language", "language"),
    "time_zone": words("Time zone", "time_zone"),
    "source": touch("First came from", "first_touch", "utm_source"),
    "campaign": touch("First campaign", "first_touch", "utm_campaign"),
    "channel": touch("Last came by", "last_touch", "channel"),
    "heard_at": moment("Last heard from", "heard_at", order=LAST_HEARD, is_quick=True),
    "created_at": replace(moment("Here since", "created_at", is_quick=True), few=by_age),
    "changed_at": moment("Last changed", "changed_at"),
}

PEOPLE = SizeOf(Contact.objects.genuine().filter(company=OuterRef("pk")))
COMPANY: dict[str, Field] = {
    "name": replace(words("Name", "name"), is_quick=True),
    "people": Field(
        label="People",
        column=Column(Known(Kind.NUMBER), PEOPLE),
        read=lambda company: company.shown_people,
        order=PEOPLE,
        annotation=PEOPLE,
    ),
    "website": words("Website", "website"),
    "place": words("Place", "place"),
    "address": words("Address", "address"),
    "created_at": moment("Here since", "created_at", is_quick=True),
    "changed_at": moment("Last changed", "changed_at"),
}

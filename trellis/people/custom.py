"""Custom fields: what a business adds to contacts, companies and journeys, and what their text is read as."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.text import slugify

from trellis.core.memory import forget, keep
from trellis.core.refusal import Refused
from trellis.core.text import clean_line, fold
from trellis.people.custom_values import Reading
from trellis.people.models import CustomField, FieldKind
from trellis.team.models import User
from trellis.team.queries import active_people, business
from trellis.team.undoing import keeping, this

MOST_FIELDS, MOST_CHOICES = 200, 200
WITH_CHOICES = (FieldKind.CHOICE, FieldKind.CHOICES)


def custom_fields(noun: str) -> list[CustomField]:
    """Those that are in use, in their order; kept for a moment."""
    found: list[CustomField] = keep("people.custom", lambda: list(custom_rows()))
    return [field for field in found if field.noun == noun]


def custom_rows() -> QuerySet[CustomField]:
    """Those in use, of every noun: a page that reads other rows anyway may read them along."""
    return CustomField.objects.filter(retired_at=None).order_by("place", "pk")


def reading_for(field: CustomField, *, decimal_comma: bool = False) -> Reading:
    """How the text of this field is meant here."""
    colleagues = colleagues_by_name() if field.kind == FieldKind.PERSON else {}
    return Reading(
        choices=field.choices, currency=business().currency, decimal_comma=decimal_comma, colleagues=colleagues
    )


def colleagues_by_name() -> Mapping[str, str]:
    """The ids of those who work here, by id, email address and name."""
    found: dict[str, str] = {}
    for person in active_people():
        for word in (str(person.pk), fold(person.email), fold(person.name)):
            found.setdefault(word, str(person.pk))
    return found


def define_field(
    *, noun: str, label: str, kind: str, choices: Sequence[str] = (), by: User | None, at: datetime
) -> CustomField:
    """Add a field. It gets a key from its label, which stays when it is called something else."""
    label = _checked_label(noun, label)
    choices = _checked_choices(kind, choices)
    taken = CustomField.objects.filter(noun=noun)
    if taken.count() >= MOST_FIELDS:
        raise Refused("too_many", f"{MOST_FIELDS} fields are as many as there can be: take out one that nobody uses.")
    key = _free_key(noun, label)
    last = taken.aggregate(last=Max("place"))["last"]
    with keeping(CustomField.objects.filter(noun=noun, key=key), by=by, at=at):
        place = 0 if last is None else last + 1
        field = CustomField.objects.create(
            noun=noun, key=key, label=label, kind=kind, choices=choices, place=place, created_at=at
        )
    forget()
    return field


def change_field(
    field: CustomField, *, label: str, choices: Sequence[str] = (), by: User | None, at: datetime
) -> CustomField:
    """Call it something else, or offer other choices. Its kind stays: values are there already."""
    field.label = _checked_label(field.noun, label, but=field)
    field.choices = _checked_choices(field.kind, choices)
    with keeping(this(field), by=by, at=at):
        field.save(update_fields=["label", "choices"])
    forget()
    return field


def retire_field(field: CustomField, *, by: User | None, at: datetime) -> CustomField:
    """Show it no more. What stands in it stays, and is there again when it is taken back."""
    with keeping(this(field), by=by, at=at):
        field.retired_at = at
        field.save(update_fields=["retired_at"])
    forget()
    return field


def place_fields(fields: Sequence[CustomField], *, by: User | None, at: datetime) -> None:
    """Show them in this order."""
    with keeping(CustomField.objects.filter(pk__in=[field.pk for field in fields]), by=by, at=at):
        for place, field in enumerate(fields):
            field.place = place
            field.save(update_fields=["place"])
    forget()


def _checked_label(noun: str, label: str, but: CustomField | None = None) -> str:
    label = clean_line(label, 80)
    if not label:
        raise Refused("no_label", "A field has a name: write one, such as Roof type.")
    used: Any = CustomField.objects.filter(noun=noun, retired_at=None, label__iexact=label)
    if (used.exclude(pk=but.pk) if but else used).exists():
        raise Refused("label_taken", f"There is a field called {label} already: choose another name.")
    return label


def _checked_choices(kind: str, choices: Sequence[str]) -> list[str]:
    if kind not in WITH_CHOICES:
        return []
    words = list(dict.fromkeys(word for said in choices if (word := clean_line(said, 120))))
    if not words:
        raise Refused("no_choices", "Write what there is to choose from, one choice to a line.")
    if len(words) > MOST_CHOICES:
        raise Refused("too_many", f"{MOST_CHOICES} choices are as many as there can be.")
    if different := [word for word in words if ";" in word or "|" in word]:
        raise Refused("bad_choice", f"“{different[0]}” has a ; or | in it, which separate choices: write it otherwise.")
    return words


def _free_key(noun: str, label: str) -> str:
    wish = slugify(label).replace("-", "_")[:36].strip("_") or "field"
    keys = set(CustomField.objects.filter(noun=noun, key__startswith=wish).values_list("key", flat=True))
    return next(key for number in count(1) if (key := wish if number == 1 else f"{wish}_{number}") not in keys)

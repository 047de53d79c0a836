"""What a list shows of journeys, and of what is open with a contact: labels, words, orders, and the rows they need."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Lower

from trellis.core.among import Among, Id
from trellis.core.condition_query import Column, in_units, meets
from trellis.core.conditions import Kind, Known
from trellis.journeys.changing import VALUE, value_of
from trellis.journeys.fields import COLUMNS, READERS
from trellis.journeys.lifecycle import lifecycle_field
from trellis.journeys.models import Journey, Task
from trellis.journeys.publish import stage_titles
from trellis.people.few import Few, asked_words, by_text, if_few
from trellis.people.fields import Field, Typed, colleagues_offered, custom_of, known_tags
from trellis.people.models import Contact
from trellis.team.permissions import reach_of
from trellis.team.roles import Reach

LABELS: Mapping[str, str] = {
    "contact.name": "Name",
    "title": "Title",
    "words": "Their words",
    "stage": "Stage",
    "phase": "Phase",
    "playbook": "Playbook",
    "status": "Status",
    "outcome": "Outcome",
    "owner": "Owner",
    "priority": "Priority",
    "value": "Value",
    "due_at": "Due",
    "started_at": "Started",
    "heard_at": "They spoke",
    "spoke_at": "We spoke",
    "parked_until": "Parked until",
    "closed_at": "Closed",
    "rests": "Times parked",
    "kind": "Came as",
    "channel": "Came by",
    "source": "Source",
    "contact.channel": "Last came by",
    "contact.source": "First came from",
    "contact.has_email": "Has an email address",
    "contact.has_phone": "Has a phone number",
    "contact.tags": "Tags",
}
SAID_BY_THEM = frozenset({"words"})
# How a cell says it, where the value alone would not.
SAID: Mapping[str, Callable[[Journey], str]] = {
    "stage": lambda journey: journey.stage.title,
    "owner": lambda journey: journey.owner.name if journey.owner else "",
    "status": lambda journey: journey.get_status_display(),
    "outcome": lambda journey: journey.get_outcome_display(),
    "contact.tags": lambda journey: "; ".join(sorted(tag.name for tag in journey.contact.tags.all())),
}
ORDERED: Mapping[str, object] = {
    "contact.name": Lower("contact__name"),
    "title": Lower("title"),
    "stage": F("stage__position"),
    "owner": Lower("owner__name"),
    "value": in_units(COLUMNS["value"]),
    **{name: F(name) for name in ("due_at", "started_at", "heard_at", "spoke_at", "parked_until", "closed_at")},
}
NEEDS: Mapping[str, tuple[str, ...]] = {
    "stage": ("stage",),
    "phase": ("stage",),
    "owner": ("owner",),
    "contact.has_email": ("contact__points",),
    "contact.has_phone": ("contact__points",),
    "contact.tags": ("contact__tags",),
    "due_at": ("next_task",),
}
RANKED = frozenset({"stage"})
# Along the queue of those that are open.
QUICK = {"due_at": ("status", frozenset({"open"}))}


def by_name(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
    """The journeys of those whose name an index finds."""
    people = by_text(test, operand, most, at)
    return None if people is None else if_few(journeys_with(people), most)


def journeys_with(people: Sequence[Id]) -> QuerySet[Journey, UUID]:
    return Journey.objects.filter(Among(F("contact"), people)).values_list("pk", flat=True)


FEW: Mapping[str, Few] = {"contact.name": by_name}


def tags_offered() -> Sequence[tuple[str, str]]:
    return [(name, name) for name in known_tags()]


# Words that may be chosen, each with what it is called, where they are not said by the field itself.
OFFERED: Mapping[str, Callable[[], Sequence[tuple[str, str]]]] = {
    "owner": colleagues_offered,
    "stage": stage_titles,
    "contact.tags": tags_offered,
}


def listed_fields(who: Any) -> dict[str, Field]:
    """The same fields as a list shows them, with what comes next and what the business added.

    What customers said themselves is listed only for whoever may read everybody's conversations.
    """
    reads_all = reach_of(who, "see", "conversation") == Reach.ALL
    labels = {name: label for name, label in LABELS.items() if reads_all or name not in SAID_BY_THEM}
    return {
        **{name: listed(name, label) for name, label in labels.items()},
        "next_step": Field(
            label="Next step",
            column=Column(Known(), F("next_task__title")),
            read=next_step_title,
            needs=("next_task",),
        ),
        **custom_of("journey"),
    }


def listed(name: str, label: str) -> Field:
    return Field(
        label=label,
        column=COLUMNS[name],
        read=READERS[name],
        say=SAID.get(name),
        order=ORDERED.get(name),
        is_quick=name in QUICK,
        is_ranked=name in RANKED,
        quick_where=QUICK.get(name),
        needs=NEEDS.get(name, ()),
        offered=OFFERED.get(name),
        few=FEW.get(name),
        typed=Typed(VALUE, value_of) if name == "value" else None,
        promised=next_step if name == "due_at" else None,
    )


# What is told of them, of the many things that these records hold.
WALKED = (
    *("contact", "playbook_key", "owner__name", "owner__email", "stage__key", "stage__title"),
    *("next_task__title", "next_task__created_at", "next_task__due_at", "next_task__assignee"),
)


def walked(who: Any) -> Any:
    """What is open with somebody and theirs to see, read along with a list of people as `walked`."""
    seen = Journey.objects.filter(status="open").visible_to(who).select_related("owner", "stage", "next_task")
    return Prefetch("journeys", seen.only(*WALKED).order_by("due_at"), to_attr="walked")


def open_with(path: str, who: Any) -> Callable[[Sequence[str] | None], Exists]:
    def having(looked_for: Sequence[str] | None) -> Exists:
        seen = Journey.objects.filter(contact=OuterRef("pk"), status="open").visible_to(who)
        return Exists(seen if looked_for is None else seen.filter(**{f"{path}__in": looked_for}))

    return having


def of_walked(
    who: Any,
    theirs: Any,
    label: str,
    path: str,
    tell: Callable[[Journey], str],
    say: Callable[[Journey], str] | None = None,
) -> Field:
    """What is true of the journeys that are open with a contact; `theirs` reads them along, once for all fields."""

    def few(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
        words = asked_words(test, operand, also=("contains",))
        found = Journey.objects.filter(status="open", **{f"{path}__in": words})
        return if_few(found.values_list("contact", flat=True), most, words)

    def told(contact: Contact, how: Callable[[Journey], str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(how(journey) for journey in getattr(contact, "walked", ())))

    return Field(
        label=label,
        column=Column(Known(Kind.CHOICES), open_with(path, who)),
        read=lambda contact: told(contact, tell),
        say=lambda contact: "; ".join(told(contact, say or tell)),
        needs=(theirs,),
        offered=OFFERED.get(path.partition("__")[0]),
        noun="journey",
        few=few,
    )


def of_first_due(who: Any, theirs: Any) -> Field:
    """The deadline of what is due first of all that is open with a contact."""
    seen = Journey.objects.filter(contact=OuterRef("pk"), status="open").visible_to(who)
    first = Subquery(seen.order_by("due_at").values("due_at")[:1])
    return Field(
        label="Due",
        column=Column(Known(Kind.INSTANT), first),
        read=lambda contact: task.due_at if (task := due_first(contact)) else None,
        order=first,
        needs=(theirs,),
        noun="journey",
        few=by_deadline,
        promised=due_first,
    )


def by_deadline(test: str, operand: Any, most: int, at: datetime) -> Sequence[Id] | None:
    """Whoever has something open that is due then, be it the first of theirs or not."""
    if test not in ("is", "before", "after") or not operand:
        return None
    due = Journey.objects.filter(meets(COLUMNS["due_at"], test, operand, at), status="open")
    return if_few(due.values_list("contact", flat=True), most)


def fields_for_contacts(who: Any) -> dict[str, Field]:
    """What the spine knows of somebody, as far as `who` sees it: registered with the fields of people."""
    theirs = walked(who)
    return {
        "owner": of_walked(who, theirs, "Owner", "owner__email", owner_email, SAID["owner"]),
        "stage": of_walked(who, theirs, "Stage", "stage__key", lambda one: one.stage.key, SAID["stage"]),
        "playbook": of_walked(who, theirs, "Playbook", "playbook_key", lambda one: one.playbook_key),
        "next_step": of_walked(who, theirs, "Next step", "next_task__title", next_step_title),
        "due_at": of_first_due(who, theirs),
        "lifecycle": lifecycle_field(who),
    }


def owner_email(journey: Journey) -> str:
    return journey.owner.email if journey.owner else ""


def due_first(contact: Contact) -> Task | None:
    return next((journey.next_task for journey in getattr(contact, "walked", ())), None)


def next_step(journey: Journey) -> Task | None:
    return journey.next_task


def next_step_title(journey: Journey) -> str:
    return journey.next_task.title if journey.next_task else ""

"""What each act on many does to one record, by the verbs that its buttons elsewhere use; it says what it changed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from trellis.core.refusal import Refused
from trellis.journeys.actions import (
    assign_journey,
    close_journey,
    complete_task,
    move_journey,
    park_journey,
    snooze_task,
)
from trellis.journeys.changing import change_journey
from trellis.journeys.models import ON_OFFER, Act, Journey, JourneyStatus, Task
from trellis.journeys.queries import a_persons, after_this, is_a_persons
from trellis.lists.nouns.leads import rows as leads
from trellis.people.actions import add_tags, hold_to_tag, remove_tags
from trellis.people.changing import change_company, change_contact
from trellis.people.models import Company, Contact
from trellis.team.models import User
from trellis.team.undoing import differences, read_rows, this


def tag(record: Contact | Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    return with_tags(record, lambda contact: add_tags(contact, told["tags"], by=by, at=at))


def untag(record: Contact | Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    return with_tags(record, lambda contact: remove_tags(contact, told["tags"], by=by, at=at))


def with_tags(record: Contact | Journey, change: Callable[[Contact], Any]) -> list[dict[str, Any]]:
    """Of a lead it is the contact that wears them."""
    contact = record.contact if isinstance(record, Journey) else record
    hold_to_tag(contact)
    before = read_rows(contact.contact_tags)
    change(contact)
    return differences(before, contact.contact_tags)


def set_field(record: Contact | Company | Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    before = read_rows(this(record))
    wanted = {told["field"]: told["value"]}
    if isinstance(record, Contact):
        change_contact(record, wanted, by=by, at=at, why=told["why"])
    elif isinstance(record, Journey):
        change_journey(record, wanted, by=by, at=at, why=told["why"])
    else:
        change_company(record, wanted, by=by, at=at, why=told["why"])
    return differences(before, this(record))


def assign(record: Journey | Task, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    """A lead, that of a step too: nothing more is done to one that they have, or that is offered to them."""
    journey = record.journey if isinstance(record, Task) else record
    owner = User.objects.get(pk=told["owner"])
    if journey.status != "closed" and is_with(journey, owner):
        return []
    assign_journey(journey, owner=owner, by=by, at=at)
    return act_of(journey, by, at)


def is_with(journey: Journey, person: User) -> bool:
    return journey.owner_id == person.pk or journey.handovers.filter(ON_OFFER, taker=person).exists()


def assign_leads(contact: Contact, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    found = list(open_leads(by).filter(contact=contact).order_by("pk"))
    if not found:
        raise Refused("nothing_open", "Nothing is open with them that is yours to change.")
    return [row for lead in found for row in assign(lead, told, by, at)]


def without_leads(contacts: QuerySet[Contact], by: User) -> int:
    return contacts.exclude(pk__in=open_leads(by).values("contact")).count()


def open_leads(by: User) -> QuerySet[Journey]:
    """Those that they may give away."""
    return leads(by, "change").filter(status=JourneyStatus.OPEN)


def move(journey: Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    hold_to_open(journey)
    if journey.stage.key == told["stage"]:
        return []
    move_journey(journey, stage=told["stage"], by=by, at=at)
    return act_of(journey, by, at)


def park(journey: Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    hold_to_open(journey)
    park_journey(journey, until=at + timedelta(weeks=int(told["weeks"])), reason=told["reason"], by=by, at=at)
    return act_of(journey, by, at)


def hold_to_open(journey: Journey) -> None:
    if journey.status != "open":
        raise Refused("not_open", "This is parked or closed.")


def close(journey: Journey, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    close_journey(journey, outcome=told["outcome"], reason=told["reason"], by=by, at=at)
    return act_of(journey, by, at)


def done(task: Task, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    """As its button does it: what was said to come after it counts where no rule plans that."""
    hold_to_a_person(task)
    if after_this(task.journey):
        complete_task(task, by=by, at=at)
    elif told["then"]:
        due_at = datetime.fromisoformat(told["then_due_at"])
        complete_task(task, by=by, at=at, then=told["then"], then_due_at=due_at)
    else:
        raise Refused("asks_what_is_next", f"“{task.title}” asks what comes after it.")
    return act_of(task.journey, by, at)


def snooze(task: Task, told: Any, by: User, at: datetime) -> list[dict[str, Any]]:
    hold_to_a_person(task)
    snooze_task(task, until=datetime.fromisoformat(told["moment"]), by=by, at=at)
    return act_of(task.journey, by, at)


def hold_to_a_person(task: Task) -> None:
    if not is_a_persons(task):
        raise Refused("not_a_persons", f"“{task.title}” is closed, done by Trellis, or an offer to be answered.")


def not_a_persons(tasks: QuerySet[Task], by: User) -> int:
    """How many of these nobody can do or put off by hand."""
    return tasks.count() - a_persons(tasks).count()


def act_of(journey: Journey, by: User, at: datetime) -> list[dict[str, Any]]:
    acts = Act.objects.filter(journey=journey, by=by, at=at).values_list("pk", flat=True)
    return [{"act": str(pk)} for pk in acts]

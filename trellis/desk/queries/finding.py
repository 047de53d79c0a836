"""Find or do anything: people by what was typed, and what can be done with the first of them."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from trellis.desk.queries.found import FoundPerson, found_people, journeys_of, person_of
from trellis.journeys.models import Journey
from trellis.people.models import Contact
from trellis.web.times import Viewer

FEW = 7


@dataclass(frozen=True, kw_only=True)
class PersonAct:
    """Something to do with the person who was found first. `opens_dialog` asks on the page where one is."""

    icon: str
    words: str
    address: str
    opens_dialog: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    people: list[FoundPerson]
    acts: list[PersonAct]


def find(text: str, viewer: Viewer, *, limit: int = FEW) -> Found:
    """People by name, address or number; by a tag after #, by their owner after @. About five queries."""
    text = text.strip()
    if text[:1] in ("#", "@"):
        people = found_among(text[0], text[1:].strip(), viewer, limit) if text[1:].strip() else []
    else:
        people = found_people(text, viewer, limit) if text else []
    return Found(people=people, acts=acts_with(people[0]) if people else [])


def found_among(mark: str, word: str, viewer: Viewer, limit: int) -> list[FoundPerson]:
    """Those whose open journey has such an owner, or who carry such a tag: the most urgent first."""
    journeys = Journey.objects.filter(status="open")
    having = Q(owner__name__istartswith=word) if mark == "@" else Q(contact__tags__name__istartswith=word)
    ids = list(journeys.filter(having).order_by("due_at", "pk").values_list("contact_id", flat=True)[: 2 * limit])
    ids = list(dict.fromkeys(ids))[:limit]
    contacts = Contact.objects.prefetch_related("points").in_bulk(ids)
    walked = journeys_of(ids)
    return [person_of(contacts[pk], walked.get(pk, []), viewer) for pk in ids]


def acts_with(person: FoundPerson) -> list[PersonAct]:
    page = reverse("desk:contact", args=[person.contact.pk])
    journey = f"journey={person.journey.pk}&" if person.journey else ""
    name = person.contact.first_name or person.name
    acts = [
        PersonAct(icon="phone", words=f"Call {name}", address=f"{page}?{journey}compose=call#composer"),
        PersonAct(icon="reply", words=f"Write to {name}", address=f"{page}?{journey}compose=reply#composer"),
    ]
    if person.journey and person.is_alive:
        move = reverse("desk:move", args=[person.journey.pk])
        acts.append(
            PersonAct(icon="arrow-right", words=f"Move {name} to another stage", address=move, opens_dialog=True)
        )
    return acts

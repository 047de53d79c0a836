"""Find or do anything: the list under the palette's field, or a page of its own without script."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse

from trellis.desk.queries.finding import FEW
from trellis.desk.queries.finding import find as find_all
from trellis.desk.queries.found import FoundPerson
from trellis.journeys.permissions import may_change
from trellis.people.permissions import reaches
from trellis.team.models import User
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.web.doors import Request, signed_in
from trellis.web.navigation import doorways_for
from trellis.web.pages import render_page, viewer_for

LONGEST = 200
MANY = 25


@dataclass(frozen=True, kw_only=True)
class PersonAct:
    """Something to do with the person who was found first. `opens_dialog` asks on the page where one is."""

    icon: str
    words: str
    address: str
    opens_dialog: bool = False


@signed_in
def find(request: Request, *, at: datetime) -> HttpResponse:
    text = request.GET.get("q", "")[:LONGEST]
    in_palette = "palette" in request.GET
    viewer = viewer_for(request.user, at, business())
    found = find_all(text, request.user, viewer, limit=FEW if in_palette else MANY)
    context = {
        "current": "find",
        "text": text,
        "found": found,
        "acts": acts_with(found.people[0], request.user) if found.people else [],
        "doorways": doorways_for(text, request.user),
        "can_add": may(request.user, "add", "journey"),
        "in_palette": in_palette,
    }
    return render_page(request, "desk/_found.html" if in_palette else "desk/find.html", context, at=at)


def acts_with(person: FoundPerson, user: User) -> list[PersonAct]:
    """Those that they may do with them."""
    page = reverse("desk:contact", args=[person.contact.pk])
    journey = f"journey={person.journey.pk}&" if person.journey else ""
    name = person.contact.first_name or person.name
    acts = []
    if reaches(user, "send", "conversation", person.contact.pk):
        acts = [
            PersonAct(icon="phone", words=f"Call {name}", address=f"{page}?{journey}compose=call"),
            PersonAct(icon="reply", words=f"Write to {name}", address=f"{page}?{journey}compose=reply"),
        ]
    if person.journey and person.is_alive and may_change(user, person.journey):
        move = reverse("desk:move", args=[person.journey.pk])
        acts.append(
            PersonAct(icon="arrow-right", words=f"Move {name} to another stage", address=move, opens_dialog=True)
        )
    return acts

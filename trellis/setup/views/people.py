"""Who works here: changing who they are, saying goodbye and welcome back."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.journeys.actions import release_user
from trellis.journeys.queries import carried_by
from trellis.journeys.undoing import GivenBack, undo_release
from trellis.setup.forms.people import PersonForm
from trellis.setup.queries.people import people_for
from trellis.setup.queries.person_leaving import heirs_of
from trellis.setup.views.sayings import and_undo
from trellis.team.actions.people import (
    reactivate_user,
    update_user,
)
from trellis.team.actions.teams import set_teams
from trellis.team.actions.two_steps import has_two_steps
from trellis.team.models import Membership, User
from trellis.team.permissions import can_administer, can_manage
from trellis.team.queries import business
from trellis.web.asking import Question, administers, ask, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.forms import KitForm
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import Said, say


@sees("person")
def people(request: Request, *, at: datetime) -> HttpResponse:
    after, left_before = request.GET.get("after", ""), request.GET.get("left", "")
    viewer = viewer_for(request.user, at, business())
    context = {
        "current": "people",
        "part": "people",
        "people": people_for(request.user, viewer, after=after, left_before=left_before),
        "may_administer": can_administer(request.user),
        "may_plan": can_manage(request.user),
    }
    return render_page(request, "setup/people.html", context, at=at)


@administers
def edit_person(request: Request, user_id: UUID, *, at: datetime) -> HttpResponse:
    person = get_object_or_404(User.objects.active(), pk=user_id)
    names = ("name", "email", "role", "phone", "calendar", "covers")
    known_now = {name: getattr(person, name) for name in names} | {
        "teams": person.teams.all(),
        "covers": ", ".join(person.covers),
    }
    form = PersonForm(posted(request), initial=known_now, person=person)
    question = Question(
        title=person.name,
        text="Time zone, clock and theme are theirs to choose, in their preferences.",
        button="Save",
        back=reverse("setup:people"),
        body="setup/_person_fields.html",
        context={"person": person, "has_two_steps": has_two_steps(person)},
    )

    def act(answer: dict[str, Any]) -> str:
        changed = update_user(person, **{name: answer[name] for name in names}, by=request.user, at=at)
        set_teams(changed, teams=answer["teams"], by=request.user, at=at)
        said = f"Saved. {changed.first_name} is {changed.get_role_display().lower()}."
        return and_undo(said, by=request.user, at=at)

    return ask(request, question, form, act, at=at)


@administers
def release_person(request: Request, user_id: UUID, *, at: datetime) -> HttpResponse:
    person = get_object_or_404(User.objects.active(), pk=user_id)
    heirs = heirs_of(person, at) if request.method == "GET" else Counter()
    question = Question(
        title=f"Has {person.name} left?",
        text=what_follows(person, heirs),
        button=f"{person.first_name} has left",
        back=reverse("setup:people"),
    )

    def act(answer: dict[str, Any]) -> str:
        release_user(person, by=request.user, at=at)
        passed = " What was theirs has passed on." if heirs_were_needed else ""
        said = f"{person.name} has left.{passed} You can welcome them back below."
        return Said(said, undo=reverse("setup:undo_release", args=[person.pk]))

    heirs_were_needed = request.method == "POST" and carried_by([person.pk], request.user)[person.pk] > 0
    return ask(request, question, KitForm(posted(request)), act, at=at)


@administers
@require_POST
def take_back_release(request: Request, user_id: UUID, *, at: datetime) -> HttpResponse:
    """They have not left after all: they get back what nobody has touched meanwhile."""
    person = get_object_or_404(User, pk=user_id)
    try:
        given = undo_release(person, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        say(request, f"Taken back. {person.first_name} is here again{with_what(given)}.")
    return go_to(request, reverse("setup:people"))


def with_what(given: GivenBack) -> str:
    """With 5 leads of before; 1 lead stays where it is, for something has happened there since."""
    back = f" with {leads(given.back)} of before" if given.back else ""
    stay = "stays where it is" if given.stayed == 1 else "stay where they are"
    return f"{back}; {leads(given.stayed)} {stay}, for something has happened there since" if given.stayed else back


def leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count} leads"


def what_follows(person: User, heirs: Counter[str]) -> str:
    """What leaving leads to, in a sentence or two."""
    first = person.first_name
    if heirs[person.name]:
        return f"Nobody else can take over what {first} has. Add a person first."
    ends = f"{first} can no longer log in. What {first} did stays in every timeline."
    if not heirs:
        return f"{first} has no open leads. {ends}"
    total = sum(heirs.values())
    shares = [f"{count} to {name}" for name, count in heirs.most_common(4)]
    if others := total - sum(count for _, count in heirs.most_common(4)):
        shares.append(f"{others} to others")
    to_whom = f"By the rules of their stages they pass on: {in_a_row(shares)}."
    return f"{first} has {leads(total)}, open or parked. {to_whom} {ends}"


def in_a_row(words: Sequence[str]) -> str:
    """6 to Jo, 5 to Maya and 5 to Priya."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


@administers
@require_POST
def welcome_back(request: Request, user_id: UUID, *, at: datetime) -> HttpResponse:
    person = get_object_or_404(User.objects.exclude(deactivated_at=None), pk=user_id)
    reactivate_user(person, by=request.user, at=at)
    again = "their teams" if Membership.objects.filter(user=person).exists() else "no team yet"
    said = f"{person.name} is back, in {again}, and logs in with the password from before."
    say(request, and_undo(said, by=request.user, at=at))
    return go_to(request, reverse("setup:people"))

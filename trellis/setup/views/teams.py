"""Teams: forming and naming them, who is in them, and whose turn comes when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.setup.forms.people import MemberForm, TeamForm
from trellis.setup.queries.teams import all_teams, members_of, places_of_teams
from trellis.setup.views.sayings import and_undo
from trellis.team.actions.teams import create_team, join_team, rename_team, set_members
from trellis.team.models import Team, User
from trellis.team.permissions import can_administer
from trellis.web.asking import Question, administers, ask, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say


@sees("person")
def teams(request: Request, *, at: datetime) -> HttpResponse:
    context = {
        "current": "people",
        "part": "teams",
        "teams": all_teams(at),
        "may_administer": can_administer(request.user),
    }
    return render_page(request, "setup/teams.html", context, at=at)


@administers
def add_team(request: Request, *, at: datetime) -> HttpResponse:
    key = request.GET.get("key", "")
    wanted = key if key in places_of_teams() and not Team.objects.filter(key=key).exists() else ""
    form = TeamForm(posted(request), initial={"name": wanted.replace("-", " ").capitalize()})
    question = Question(
        title="Add a team",
        text="A playbook deals leads to a team, and the team’s people take turns.",
        button="Add team",
        back=reverse("setup:teams"),
        context={"action": request.get_full_path()},
    )

    def act(answer: dict[str, Any]) -> str:
        team = create_team(name=answer["name"], key=wanted, by=request.user, at=at)
        return and_undo(f"{team.name} is there. Now say who is in it.", by=request.user, at=at)

    return ask(request, question, form, act, at=at)


@administers
def edit_team(request: Request, team_id: UUID, *, at: datetime) -> HttpResponse:
    team = get_object_or_404(Team, pk=team_id)
    form = TeamForm(posted(request), initial={"name": team.name})
    question = Question(
        title=f"Rename {team.name}",
        text=f"Playbooks name it by its key, {team.key}, which stays.",
        button="Rename",
        back=reverse("setup:teams"),
    )

    def act(answer: dict[str, Any]) -> str:
        renamed = rename_team(team, name=answer["name"], by=request.user, at=at)
        return and_undo(f"The team is now called {renamed.name}.", by=request.user, at=at)

    return ask(request, question, form, act, at=at)


@administers
@require_POST
def add_member(request: Request, team_id: UUID, *, at: datetime) -> HttpResponse:
    team = get_object_or_404(Team, pk=team_id)
    form = MemberForm(request.POST, people=list(User.objects.active()))
    if form.is_valid():
        person = User.objects.get(pk=form.cleaned_data["user"])
        join_team(person, team, by=request.user, at=at)
        say(request, and_undo(f"{person.first_name} is in {team.name}, last in turn.", by=request.user, at=at))
    return go_to(request, reverse("setup:teams"))


@administers
@require_POST
def place_member(request: Request, team_id: UUID, user_id: UUID, *, at: datetime) -> HttpResponse:
    """One place up or down in the order in which leads are dealt, or out of the team."""
    team = get_object_or_404(Team, pk=team_id)
    person = get_object_or_404(User, pk=user_id)
    members = members_of([team])[team.pk]
    users = moved(members, person, request.POST.get("move", "")) if person in members else members
    if users != members:
        set_members(team, users=users, by=request.user, at=at)
        say(request, and_undo(said_of(person, team, users), by=request.user, at=at))
    return go_to(request, reverse("setup:teams"))


def moved(members: list[User], person: User, move: str) -> list[User]:
    """The members in their new order. Anything but up, down and out leaves them as they are."""
    number = members.index(person)
    others = [member for member in members if member != person]
    place = {"up": max(number - 1, 0), "down": number + 1}.get(move)
    if place is None:
        return others if move == "out" else members
    return [*others[:place], person, *others[place:]]


def said_of(person: User, team: Team, users: list[User]) -> str:
    if person not in users:
        return f"{person.first_name} is out of {team.name} and gets no new leads there."
    place = users.index(person) + 1
    return f"{person.first_name} is now number {place} of {len(users)} in {team.name}."

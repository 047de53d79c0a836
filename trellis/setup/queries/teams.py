"""Teams: who is in them in which order, and where playbooks give them leads."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trellis.journeys.models import Playbook
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.publish import document_of
from trellis.team.models import Membership, Team, User
from trellis.team.queries import StaffMember, staff


@dataclass(frozen=True, kw_only=True)
class Member:
    user: User
    member: StaffMember | None
    is_first: bool
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class TeamSheet:
    """A team as the page shows it. `gets` says in which stages of which playbooks leads are dealt to it."""

    team: Team
    members: list[Member]
    others: list[User]
    gets: list[str]


@dataclass(frozen=True, kw_only=True)
class Teams:
    """All teams, and those that a playbook names but nobody formed."""

    teams: list[TeamSheet]
    missing: dict[str, list[str]]


def all_teams(at: datetime) -> Teams:
    teams = list(Team.objects.order_by("name"))
    users = list(User.objects.active().order_by("name"))
    members, wanted = members_of(teams), places_of_teams()
    here = {member.id: member for member in staff(at)}
    sheets = [
        TeamSheet(
            team=team,
            members=in_order(members[team.pk], here),
            others=[user for user in users if user not in members[team.pk]],
            gets=wanted.get(team.key, []),
        )
        for team in teams
    ]
    keys = {team.key for team in teams}
    return Teams(teams=sheets, missing={key: places for key, places in wanted.items() if key not in keys})


def members_of(teams: Sequence[Team]) -> dict[UUID, list[User]]:
    """Those who are here, in the order in which leads are dealt."""
    found: dict[UUID, list[User]] = defaultdict(list)
    places = Membership.objects.filter(team__in=teams, user__deactivated_at=None).select_related("user")
    for place in places.order_by("position", "user__name"):
        found[place.team_id].append(place.user)
    return found


def in_order(users: Sequence[User], here: dict[str, StaffMember]) -> list[Member]:
    last = len(users) - 1
    return [
        Member(user=user, member=here.get(str(user.pk)), is_first=number == 0, is_last=number == last)
        for number, user in enumerate(users)
    ]


def places_of_teams() -> dict[str, list[str]]:
    """By the key of a team: "Storm & repair: New, In conversation" for each active playbook that names it."""
    found: dict[str, list[str]] = defaultdict(list)
    for playbook in Playbook.objects.exclude(active_at=None).defer("source", "document").order_by("title"):
        for key, stages in stages_by_team(document_of(playbook)).items():
            found[key].append(f"{playbook.title}: {', '.join(stages)}")
    return dict(found)


def stages_by_team(document: Document) -> dict[str, list[str]]:
    stages: dict[str, list[str]] = defaultdict(list)
    for stage in document.stages.values():
        stages[stage.owner.team].append(stage.title)
    return dict(stages)

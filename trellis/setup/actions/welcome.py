"""The first run, step by step. Each step can be taken again: it changes what it made, and adds nothing twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify

from trellis.core.refusal import Refused
from trellis.journeys.models import Journey, Playbook, Stage
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import STEPS, StepKey
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.switching import with_steps_written
from trellis.journeys.publish import pack, publish_playbook
from trellis.setup.actions.welcome_key import nobody_is_here
from trellis.setup.queries.welcome import colleagues, hands
from trellis.steps.capture.actions.open_form import open_form
from trellis.steps.capture.models import Form
from trellis.team.actions.business import set_business
from trellis.team.actions.hours import set_hours
from trellis.team.actions.people import create_user, password_to_hand_over, set_password
from trellis.team.actions.teams import create_team, join_team
from trellis.team.models import Calendar, Role, Team, User
from trellis.team.permissions import can_change
from trellis.team.queries import TEAM_CALENDAR


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody to add."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Week:
    """When we are there: windows by day, and whose public holidays we keep."""

    windows: Mapping[str, object]
    holidays: str


@transaction.atomic
def open_business(*, facts: Mapping[str, Any], name: str, email: str, password: str, at: datetime) -> User:
    """The business and its first admin. Refused once somebody is here: of two who hold the key, the first has it."""
    wait_for_turn()
    if not nobody_is_here():
        raise Refused("somebody_is_here", "Somebody has opened the first account already. Log in, or ask to be added.")
    set_business(**facts, by=None, at=at)
    return create_user(name=name, email=email, role=Role.ADMIN, password=password, by=None, at=at)


def wait_for_turn() -> None:
    """One first account at a time. SQLite has one writer anyway."""
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {User._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def change_business(*, facts: Mapping[str, Any], by: User, at: datetime) -> None:
    """What the first step said, said anew; the calendars follow to another time zone."""
    business = set_business(**facts, by=by, at=at)
    for calendar in Calendar.objects.exclude(time_zone=business.time_zone):
        keep_hours(calendar, Week(windows=calendar.windows, holidays=calendar.holidays), business.time_zone, by, at)


@transaction.atomic
def settle_people_and_hours(
    *, colleagues: Sequence[Colleague], week: Week, time_zone: str, by: User, at: datetime
) -> list[User]:
    """When we are there, and who else works here: whoever is added joins the teams that are there already."""
    office = Calendar.objects.filter(key=TEAM_CALENDAR).first() or Calendar(key=TEAM_CALENDAR, name="Office")
    keep_hours(office, week, time_zone, by, at)
    added = [create_user(name=one.name, email=one.email, role=one.role, by=by, at=at) for one in colleagues]
    for team in Team.objects.all():
        for user in filter(can_change, added):
            join_team(user, team, by=by, at=at)
    return added


def keep_hours(calendar: Calendar, week: Week, time_zone: str, by: User, at: datetime) -> None:
    set_hours(
        key=calendar.key,
        name=calendar.name,
        time_zone=time_zone,
        windows=week.windows,
        holidays=week.holidays,
        by=by,
        at=at,
    )


@transaction.atomic
def take_up_playbook(key: str, *, steps: Iterable[StepKey] = STEPS, by: User, at: datetime) -> Playbook:
    """The one to begin with. Whoever chooses again has not begun: one that nobody walks yet makes room."""
    for other in Playbook.objects.exclude(key=key).exclude(active_at=None):
        if not Journey.objects.filter(playbook_key=other.key).exists():
            Playbook.objects.filter(key=other.key).delete()
            Stage.objects.filter(playbook_key=other.key).delete()
    return add_playbook(key, steps=steps, by=by, at=at)


@transaction.atomic
def add_playbook(key: str, *, steps: Iterable[StepKey] = STEPS, by: User, at: datetime) -> Playbook:
    """Publish a pack with these steps on, and with the calendar and the teams that it names: none is ever empty.

    Raises Refused where there are no hours yet.
    """
    text = with_steps_written(pack(key), steps)
    document = load_playbook(text)
    if not Calendar.objects.filter(key=document.calendar).exists():
        office = Calendar.objects.filter(key=TEAM_CALENDAR).first()
        if office is None:
            raise Refused("no_hours", "Nobody has said when you are open. Set your hours under People, then add it.")
        like_office = Calendar(key=document.calendar, name=in_words(document.calendar))
        week = Week(windows=office.windows, holidays=office.holidays)
        keep_hours(like_office, week, office.time_zone, by, at)
    form_teams(document, by, at)
    return publish_playbook(text, by=by, at=at)


def form_teams(document: Document, by: User, at: datetime) -> None:
    """Everybody who works with leads is in each, until somebody says who belongs where."""
    for key in teams_of(document):
        if not Team.objects.filter(key=key).exists():
            create_team(key=key, name=in_words(key), users=hands(), by=by, at=at)


def teams_of(document: Document) -> list[str]:
    """The teams that own something on this path, in its order."""
    return list(dict.fromkeys(stage.owner.team for stage in document.stages.values()))


@transaction.atomic
def hand_out_passwords(*, by: User, at: datetime) -> list[tuple[User, str]]:
    """One for each colleague who cannot log in yet. They are kept nowhere in the clear."""
    handed = [(user, password_to_hand_over()) for user in locked_out()]
    for user, password in handed:
        set_password(user, password=password, by=by, at=at)
    return handed


def locked_out() -> list[User]:
    """Who is here and has no password."""
    return [user for user in colleagues() if not user.has_usable_password()]


def in_words(key: str) -> str:
    return key.replace("-", " ").capitalize()


def open_first_form(*, title: str, intro: str, button: str, playbook: str, at: datetime) -> Form:
    """The first public form, or other words on it: its address stays."""
    first = Form.objects.order_by("created_at").first()
    key = first.key if first else slugify(title)[:50].strip("-") or "contact"
    return open_form(key=key, title=title, intro=intro, button=button, playbook=playbook, at=at)

"""Opening a sample business: its people, their teams and hours, its playbook and its forms."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from trellis.config.demo.company import Company, Person
from trellis.journeys.publish import pack, publish_playbook
from trellis.people.models import Tag
from trellis.steps.capture.actions.open_form import close_form, open_form
from trellis.steps.capture.models import Form
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.business import set_business
from trellis.team.actions.hours import set_day, set_hours
from trellis.team.actions.people import create_user
from trellis.team.actions.teams import create_team
from trellis.team.models import Calendar, User


def open_business(company: Company, *, at: datetime, marked_at: datetime) -> tuple[dict[str, Form], dict[str, User]]:
    """Set everything up as it was at `at`; the people and the form are marked as sample."""
    set_business(
        name=company.name,
        place=company.place,
        phone=company.phone,
        email=company.email,
        time_zone=company.zone,
        by=None,
        at=at,
    )
    windows = {day: [list(window) for window in day_windows] for day, day_windows in company.windows.items()}
    set_hours(key="office", name="Office", time_zone=company.zone, windows=windows, holidays="US", by=None, at=at)
    staff = staff_of(company, at=at, marked_at=marked_at)
    admin = staff[company.people[0].name]
    publish_playbook(company.first_version, by=None, at=at)
    publish_playbook(pack(company.playbook), by=None, at=at + timedelta(days=2))
    plan_ahead(company, staff, by=admin, at=marked_at)
    return open_forms(company, by=admin, at=at, marked_at=marked_at), staff


def staff_of(company: Company, *, at: datetime, marked_at: datetime) -> dict[str, User]:
    """By their names, each in their teams."""
    people = company.people
    staff = {
        person.name: hire(company, person, number, at=at, marked_at=marked_at) for number, person in enumerate(people)
    }
    # One hash for all: hashing takes long on purpose.
    User.objects.filter(pk__in=[user.pk for user in staff.values()]).update(password=make_password(company.password))
    for key, name in company.teams.items():
        users = [staff[person.name] for person in people if key in person.teams]
        create_team(key=key, name=name, users=users, by=None, at=at)
    return staff


def open_forms(company: Company, *, by: User, at: datetime, marked_at: datetime) -> dict[str, Form]:
    """Those that are open, by their keys; a special that is over is closed again."""
    forms = {}
    for number, door in enumerate(company.doors):
        forms[door.key] = form = open_form(
            key=door.key,
            title=door.title,
            intro=door.intro,
            button=door.button,
            playbook=company.playbook,
            tags=door.tags,
            at=at + timedelta(days=2, minutes=0 if door.closed else number),
        )
        if door.closed:
            close_form(form, by=by, at=at + timedelta(weeks=door.closed))
            del forms[door.key]
    Form.objects.filter(key__in=[door.key for door in company.doors]).update(sampled_at=marked_at)
    return forms


def plan_ahead(company: Company, staff: Mapping[str, User], *, by: User, at: datetime) -> None:
    """Somebody is away two days next week, and one afternoon next month everybody is."""
    today = at.astimezone(ZoneInfo(company.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    thursday = today + timedelta(days=10 - today.weekday())
    who, reason = company.away
    if who:
        put_on_leave(staff[who], starts_at=thursday, ends_at=thursday + timedelta(days=2), reason=reason, by=by, at=at)
    if company.short_day:
        friday = (thursday + timedelta(days=22)).date()
        office = Calendar.objects.get(key="office")
        set_day(office, friday, windows=[["08:00", "12:00"]], label=company.short_day, by=by, at=at)


def color_tags(company: Company) -> None:
    """Tags are made where they are first needed; here they get their colors."""
    for name, hue in company.hues.items():
        Tag.objects.filter(name=name).update(hue=hue)


def hire(company: Company, person: Person, number: int, *, at: datetime, marked_at: datetime) -> User:
    return create_user(
        name=person.name,
        email=person.email,
        role=person.role,
        phone=f"({company.area}) 555-{190 + number:04d}",
        hue=person.hue,
        sampled_at=marked_at,
        by=None,
        at=at,
    )

"""Who Ridgeline Roofing is: five people, three teams, their hours, their playbook and their forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

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

# Printed for everyone who runs the demo.
PASSWORD = "ridgeline-demo"
ZONE = "America/Chicago"
PLAYBOOK, FORM = "storm-and-repair", "roof-repair"
DAY = [["08:00", "12:00"], ["13:00", "17:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY) | {"sat": [["08:00", "12:00"]]}


@dataclass(frozen=True)
class Person:
    name: str
    role: str
    hue: int
    teams: tuple[str, ...]

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@ridgeline.example"


PEOPLE = (
    Person("Maya Ortiz", "admin", 150, ("front-desk",)),
    Person("Ben Whitfield", "sales", 240, ("front-desk", "estimators")),
    Person("Priya Nair", "sales", 300, ("estimators",)),
    Person("Tom Okafor", "support", 75, ("crew",)),
    Person("Jo Lindqvist", "support", 15, ("front-desk", "crew")),
)
TEAMS = {"front-desk": "Front desk", "estimators": "Estimators", "crew": "Crew"}


@dataclass(frozen=True)
class Door:
    """A form on some pages of the website."""

    key: str
    title: str
    intro: str
    pages: tuple[str, ...]
    tags: tuple[str, ...] = ()


CALLED = "Somebody who knows roofs calls you back within five minutes while we are open."
DOORS = (
    Door(FORM, "Get your roof looked at", f"Tell us what happened. {CALLED}", ()),
    Door("hail-check", "Free hail check", f"Send us your address. {CALLED}", ("/hail-claims",), ("Storm",)),
    Door("gutters", "Gutters and downspouts", f"How many feet, about? {CALLED}", ("/gutters",), ("Gutters",)),
    Door("new-roof", "What a new roof costs", CALLED, ("/roof-replacement", "/metal"), ("Replacement",)),
)
# What the tags are about, by color.
HUES = {
    "Storm": "sky", "Insurance": "straw", "Price match": "straw", "Referral": "rose", "Referrer": "rose",
    "Commercial": "iris", "Replacement": "iris", "Metal": "iris", "Financing": "teal", "Care plan": "teal",
    "Reviewed": "teal", "Warranty": "teal",
}  # fmt: skip
SPECIAL_OVER_AFTER = timedelta(weeks=4)


def open_business(*, at: datetime, marked_at: datetime) -> tuple[dict[str, Form], dict[str, User]]:
    """Set everything up as it was at `at`; the people and the form are marked as sample."""
    set_business(
        name="Ridgeline Roofing",
        place="Conway, AR",
        phone="(501) 555-0100",
        email="office@ridgeline.example",
        time_zone=ZONE,
        by=None,
        at=at,
    )
    set_hours(key="office", name="Office", time_zone=ZONE, windows=WEEK, holidays="US", by=None, at=at)
    staff = {person.name: hire(person, number, at=at, marked_at=marked_at) for number, person in enumerate(PEOPLE)}
    # One hash for all: hashing takes long on purpose.
    User.objects.filter(pk__in=[user.pk for user in staff.values()]).update(password=make_password(PASSWORD))
    for key, name in TEAMS.items():
        users = [staff[person.name] for person in PEOPLE if key in person.teams]
        create_team(key=key, name=name, users=users, by=None, at=at)
    publish_playbook(first_version(), by=None, at=at)
    publish_playbook(pack(PLAYBOOK), by=None, at=at + timedelta(days=2))
    plan_ahead(staff, by=staff["Maya Ortiz"], at=marked_at)
    return open_forms(by=staff["Maya Ortiz"], at=at, marked_at=marked_at), staff


def first_version() -> str:
    """What they began with: a quarter of an hour for the first reply, until they saw who calls first wins."""
    return pack(PLAYBOOK).replace("within: 5m", "within: 15m", 1)


def open_forms(*, by: User, at: datetime, marked_at: datetime) -> dict[str, Form]:
    """Those that are open, by their keys, and a special that is over."""
    forms = [
        open_form(
            key=door.key,
            title=door.title,
            intro=door.intro,
            button="Send it",
            playbook=PLAYBOOK,
            tags=door.tags,
            at=at + timedelta(days=2, minutes=number),
        )
        for number, door in enumerate(DOORS)
    ]
    special = open_form(
        key="spring-gutters",
        title="Spring gutter cleaning",
        intro="All sides, for one price, until the end of spring.",
        button="Book it",
        playbook=PLAYBOOK,
        at=at + timedelta(days=2),
    )
    close_form(special, by=by, at=at + SPECIAL_OVER_AFTER)
    Form.objects.filter(pk__in=[form.pk for form in (*forms, special)]).update(sampled_at=marked_at)
    return {form.key: form for form in forms}


def form_on(page: str) -> str:
    """The key of the form that stands on a page of the website."""
    return next((door.key for door in DOORS if page in door.pages), FORM)


def plan_ahead(staff: Mapping[str, User], *, by: User, at: datetime) -> None:
    """Tom is away two days next week, and one afternoon next month everybody is."""
    today = at.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    thursday = today + timedelta(days=10 - today.weekday())
    put_on_leave(
        staff["Tom Okafor"],
        starts_at=thursday,
        ends_at=thursday + timedelta(days=2),
        reason="Roof safety course in Little Rock",
        by=by,
        at=at,
    )
    friday = (thursday + timedelta(days=22)).date()
    office = Calendar.objects.get(key="office")
    set_day(office, friday, windows=[["08:00", "12:00"]], label="Company picnic", by=by, at=at)


def color_tags() -> None:
    """Tags are made where they are first needed; here they get their colors."""
    for name, hue in HUES.items():
        Tag.objects.filter(name=name).update(hue=hue)


def hire(person: Person, number: int, *, at: datetime, marked_at: datetime) -> User:
    return create_user(
        name=person.name,
        email=person.email,
        role=person.role,
        phone=f"(501) 555-{190 + number:04d}",
        hue=person.hue,
        sampled_at=marked_at,
        by=None,
        at=at,
    )

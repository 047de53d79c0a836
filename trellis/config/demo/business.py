"""Who Ridgeline Roofing is: five people, three teams, their hours, their playbook and their form."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from trellis.journeys.publish import pack, publish_playbook
from trellis.steps.capture.actions.open_form import open_form
from trellis.steps.capture.models import Form
from trellis.team.actions.business import set_business
from trellis.team.actions.hours import set_hours
from trellis.team.actions.people import create_user
from trellis.team.actions.teams import create_team
from trellis.team.models import User

# Printed for everyone who runs the demo.
PASSWORD = "ridgeline-demo"
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


def open_business(*, at: datetime, marked_at: datetime) -> tuple[Form, dict[str, User]]:
    """Set everything up as it was at `at`; the people and the form are marked as sample."""
    set_business(
        name="Ridgeline Roofing",
        place="Conway, AR",
        phone="(501) 555-0100",
        email="office@ridgeline.example",
        time_zone="America/Chicago",
        by=None,
        at=at,
    )
    set_hours(key="office", name="Office", time_zone="America/Chicago", windows=WEEK, holidays="US", by=None, at=at)
    staff = {person.name: hire(person, number, at=at, marked_at=marked_at) for number, person in enumerate(PEOPLE)}
    # One hash for all: hashing takes long on purpose.
    User.objects.filter(pk__in=[user.pk for user in staff.values()]).update(password=make_password(PASSWORD))
    for key, name in TEAMS.items():
        users = [staff[person.name] for person in PEOPLE if key in person.teams]
        create_team(key=key, name=name, users=users, by=None, at=at)
    publish_playbook(pack(PLAYBOOK), by=None, at=at)
    form = open_form(
        key=FORM,
        title="Get your roof looked at",
        intro="Tell us what happened. Somebody who knows roofs calls you back within five minutes while we are open.",
        button="Send it",
        playbook=PLAYBOOK,
        at=at,
    )
    Form.objects.filter(pk=form.pk).update(sampled_at=marked_at)
    return form, staff


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

"""The business that is measured: its people, its hours, its playbook and its form, made by the ordinary actions."""

from dataclasses import dataclass

from bench.moment import NOW, WEEK
from trellis.journeys.models import Playbook, Stage
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.publish import pack, publish_playbook
from trellis.steps.capture.models import Form
from trellis.team.actions.business import set_business
from trellis.team.actions.hours import set_hours
from trellis.team.actions.people import create_user
from trellis.team.actions.teams import create_team
from trellis.team.models import User

PEOPLE = 20
FORM = "roof-repair"
PLAYBOOK = "storm-and-repair"


@dataclass(frozen=True)
class Setting:
    """Rows that the others point at."""

    users: list[User]
    playbook: Playbook
    document: Document
    stages: list[Stage]


def open_business() -> Setting:
    """Twenty people in three teams; everybody is in the front desk's turn, as nobody's queue should be short."""
    set_business(name="Ridgeline Roofing", place="Conway, AR", time_zone="America/Chicago", by=None, at=NOW)
    set_hours(key="office", name="Office", time_zone="America/Chicago", windows=WEEK, holidays="US", by=None, at=NOW)
    users = [
        create_user(
            name=f"Person {number:02d}",
            email=f"person{number:02d}@ridgeline.example",
            role="admin" if number == 0 else "sales",
            by=None,
            at=NOW,
        )
        for number in range(PEOPLE)
    ]
    for key in ("front-desk", "estimators", "crew"):
        create_team(key=key, name=key.capitalize(), users=users, by=None, at=NOW)
    playbook = publish_playbook(pack(PLAYBOOK), by=None, at=NOW)
    Form.objects.create(key=FORM, title="Roof repair", playbook=PLAYBOOK, created_at=NOW)
    stages = list(Stage.objects.filter(playbook_key=PLAYBOOK).order_by("position"))
    return Setting(users, playbook, load_playbook(playbook.source), stages)

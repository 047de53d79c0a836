"""Where the first run stands: read from what is there, so that it goes on wherever it was left."""

from dataclasses import dataclass

from django.db.models import Exists

from trellis.journeys.models import Playbook
from trellis.setup.queries.welcome_lead import answered_test_leads
from trellis.steps.capture.models import Form
from trellis.team.models import Business, Calendar, User
from trellis.team.permissions import can_change
from trellis.team.queries import TEAM_CALENDAR

STEPS = {
    "business": "Business",
    "people": "People & hours",
    "playbook": "Playbook",
    "form": "First form",
    "lead": "Test lead",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step on the stem: done, here or to-do. `is_open` says that one may go there."""

    key: str
    title: str
    state: str
    is_open: bool

    @property
    def url_name(self) -> str:
        return f"setup:welcome_{self.key}"


def steps_done() -> dict[str, bool]:
    """In one query."""
    there = {
        "people": Exists(Calendar.objects.filter(key=TEAM_CALENDAR)),
        "playbook": Exists(Playbook.objects.exclude(active_at=None)),
        "form": Exists(Form.objects.all()),
        "lead": Exists(answered_test_leads()),
    }
    found = Business.objects.annotate(**there).values(*there).first()
    return {"business": found is not None, **(found or dict.fromkeys(there, False))}


def next_step(done: dict[str, bool]) -> str:
    """The first that is not done; the last where all are."""
    return next((key for key in STEPS if not done[key]), "lead")


def stem(done: dict[str, bool], here: str) -> list[Step]:
    """All steps as seen from one of them: those before the first open one can be taken again."""
    last = list(STEPS).index(next_step(done))
    return [
        Step(
            key=key,
            title=title,
            state="here" if key == here else "done" if done[key] else "to-do",
            is_open=place <= last and key != here,
        )
        for place, (key, title) in enumerate(STEPS.items())
    ]


def is_finished(done: dict[str, bool]) -> bool:
    """Whether leads can come in and are looked after: the test lead is a look, not a need."""
    return done["form"]


def first_form() -> Form | None:
    return Form.objects.order_by("created_at").first()


def published() -> Playbook | None:
    """The playbook that the first run took up."""
    return Playbook.objects.exclude(active_at=None).order_by("published_at", "id").first()


def office() -> Calendar | None:
    """The hours that were chosen."""
    return Calendar.objects.filter(key=TEAM_CALENDAR).first()


def colleagues() -> list[User]:
    return list(User.objects.active().order_by("created_at", "id"))


def hands() -> list[User]:
    """Whoever works with leads, in the order in which they came."""
    return [user for user in colleagues() if can_change(user)]

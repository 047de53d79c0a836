"""The demo goes in one step; whoever came in for real stays and is looked after."""

from datetime import timedelta

import pytest
from django.apps import apps

from tests.segments import settle
from trellis.config.demo.plant import plant
from trellis.config.demo.remove import remove
from trellis.config.tests.demo.conftest import NOW
from trellis.conversations.actions import log_call
from trellis.core.conditions import Condition
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.models import Journey
from trellis.journeys.queries import audit
from trellis.people.models import Contact, SegmentMember
from trellis.people.segmenting import save_segment
from trellis.steps.capture.actions.submit_form import submit_form
from trellis.steps.capture.forms import Submission
from trellis.steps.capture.models import Form
from trellis.team.actions.people import create_user
from trellis.team.models import Business, User

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("demo")]
LATER = NOW + timedelta(minutes=10)


def come_in(email: str = "visitor@elsewhere.example", name: str = "Vera Visitor") -> Signal:
    """Somebody real fills in the sample form."""
    submission = Submission.read({"name": name, "email": email, "message": "Is this real?"}, [], at=LATER)
    form = Form.objects.get(key="roof-repair")
    return submit_form(form, submission, address="198.51.100.1", by_hand=True, at=LATER)


def hire_admin() -> User:
    return create_user(
        name="Alma Real", email="alma@summit.example", role="admin", password="x" * 12, by=None, at=LATER
    )


def test_removal_leaves_nothing_behind() -> None:
    everybody = Condition.model_validate({"field": "name", "known": True})
    save_segment(name="All", condition=everybody, by=User.objects.filter(role="admin")[0], at=NOW)
    settle(NOW)
    assert SegmentMember.objects.exists()
    said = remove(at=LATER)
    assert "78 sample people" in said
    left = {model.__name__: model.objects.count() for model in apps.get_models() if model.objects.exists()}
    assert set(left) <= {"ContentType", "Permission"}
    assert remove(at=LATER) == "There is no demo business here."


def test_a_real_lead_stays_and_gets_a_real_owner() -> None:
    signal = come_in()
    alma = hire_admin()
    remove(at=LATER + timedelta(minutes=1))
    journey = Journey.objects.get()
    assert (journey.pk, journey.owner, journey.status) == (signal.journey_id, alma, "open")
    assert list(Contact.objects.values_list("name", flat=True)) == ["Vera Visitor"]
    assert audit()["violations"] == 0
    assert counts() == {"received": 1, "attached": 1, "joined": 0, "set_aside": 0, "waiting": 0}
    assert not Event.objects.exclude(contact_id=journey.contact_id).exists()
    assert Business.objects.get().sampled_at is None


def test_removal_is_refused_while_only_sample_people_look_after_a_real_lead() -> None:
    come_in()
    with pytest.raises(Refused, match=r"1 real person has come in.*Add an admin of your own"):
        remove(at=LATER)
    assert Contact.objects.count() == 79


def test_a_sample_person_who_worked_for_real_stays_as_one_who_left() -> None:
    journey = Journey.objects.get(pk=come_in().journey_id)
    caller = journey.owner
    log_call(
        contact=journey.contact, direction="out", outcome="answered", started_at=LATER, by=caller,
        journey_id=journey.pk, at=LATER,
    )  # fmt: skip
    hire_admin()
    remove(at=LATER + timedelta(minutes=1))
    caller.refresh_from_db()
    assert (caller.is_active, caller.sampled_at) == (False, None)
    assert User.objects.exclude(sampled_at=None).count() == 0
    assert audit()["violations"] == 0


def test_a_real_signal_that_joined_a_sample_person_is_set_aside_with_the_reason() -> None:
    signal = come_in(email="renee.castillo@example.com", name="Renee Castillo")
    assert signal.state == "joined"
    remove(at=LATER)
    signal.refresh_from_db()
    assert (signal.state, signal.contact, signal.journey_id) == ("set_aside", None, None)
    assert "sample was removed" in signal.reason
    assert counts()["received"] == counts()["set_aside"] == 1


def test_after_removal_it_can_be_planted_again() -> None:
    remove(at=LATER)
    plant(at=LATER)
    assert Contact.objects.count() == 78

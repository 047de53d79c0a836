"""A change of many is carried out as whoever began it: it stops once they may no longer."""

import pytest

from tests.cast import TUESDAY, Business
from trellis.lists.tests.conftest import Lists
from trellis.lists.views import bulk as door
from trellis.people.models import Contact
from trellis.team.actions.people import create_user, deactivate_user
from trellis.team.models import Run
from trellis.team.runs import work_runs


def test_a_change_of_many_stops_once_its_person_works_here_no_longer(
    lists: Lists, ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "AT_ONCE", 0)
    monkeypatch.setattr("trellis.lists.jobs.BATCH", 1)
    for name in ("Ana", "Bo", "Cy"):
        ridgeline.contact(name, f"{name.lower()}@example.com")
    lists.send("/lists/contacts/do/set", whole="1", said="1", field="place", value="Cabot", why="Moved")
    work_runs(at=TUESDAY, turn=0)
    create_user(name="Ines Roy", email="ines@ridgeline.example", role="admin", password="x" * 12, by=None, at=TUESDAY)
    deactivate_user(ridgeline.maya, by=None, at=TUESDAY)
    work_runs(at=TUESDAY)
    assert Run.objects.get().said == (
        "Maya Ortiz may no longer change contacts: stopped after 1 contact. What was changed stays. Once they may "
        "again, it can go on or be taken back under Work."
    )
    assert Contact.objects.filter(place="Cabot").count() == 1

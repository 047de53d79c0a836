from datetime import timedelta

import pytest

from trellis.core.refusal import Refused
from trellis.team.actions.absences import change_leave, put_on_leave, remove_leave
from trellis.team.hours import without
from trellis.team.models import Absence
from trellis.team.queries import absences_between, staff
from trellis.team.tests.conftest import AT

DAY = timedelta(days=1)


def test_the_same_absence_noted_twice_is_one(maya):
    for reason in ("Lake", "The lake"):
        put_on_leave(maya, starts_at=AT, ends_at=AT + DAY, reason=reason, by=maya, at=AT)
    assert Absence.objects.get().reason == "The lake"


def test_leave_that_changes_counts_at_once(office, maya):
    absence = put_on_leave(maya, starts_at=AT, ends_at=AT + DAY, by=maya, at=AT)
    assert not staff(AT)[0].on_duty
    change_leave(absence, starts_at=AT + DAY, ends_at=AT + 2 * DAY, reason="", by=maya, at=AT)
    assert staff(AT)[0].on_duty
    remove_leave(absence, by=maya, at=AT)
    assert staff(AT + DAY)[0].on_duty


@pytest.mark.parametrize(("start", "end", "code"), [(2, 1, "ends_before_it_starts"), (-3, -1, "is_over")])
def test_leave_that_makes_no_sense_changes_nothing(maya, start, end, code):
    absence = put_on_leave(maya, starts_at=AT, ends_at=AT + DAY, by=maya, at=AT)
    when = {"starts_at": AT + start * DAY, "ends_at": AT + end * DAY}
    for act in (
        lambda: put_on_leave(maya, **when, by=maya, at=AT),
        lambda: change_leave(absence, **when, reason="", by=maya, at=AT),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == code
    assert (Absence.objects.get().starts_at, Absence.objects.get().ends_at) == (AT, AT + DAY)


def test_who_is_away_between_two_moments(maya, luis):
    for user, start, end in ((maya, 0, 2), (maya, 5, 6), (luis, 2, 3)):
        put_on_leave(user, starts_at=AT + start * DAY, ends_at=AT + end * DAY, by=maya, at=AT)
    found = absences_between(AT + DAY, AT + 2 * DAY)
    assert {key: len(absences) for key, absences in found.items()} == {maya.pk: 1}


def test_absences_are_cut_out_of_open_time():
    def span(start, end):
        return AT + timedelta(hours=start), AT + timedelta(hours=end)

    assert without([span(0, 4), span(5, 9)], [span(3, 6), span(8, 8)]) == [span(0, 3), span(6, 8), span(8, 9)]
    assert without([span(0, 4)], [span(-1, 5)]) == []

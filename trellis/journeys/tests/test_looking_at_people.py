"""A roster looks at people only when somebody comes or goes, and sees them as if it had looked each time."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.proof.effort import effort
from trellis.journeys.engine.covering import covered
from trellis.journeys.rehearsal.roster import Absence, Member, Roster
from trellis.journeys.tests.sandbox import OFFICE, RENEE, STORM, TUESDAY, local

LEAVE = (
    Absence(starts_at=local("2026-06-10 09:30"), ends_at=local("2026-06-11 11:00")),
    Absence(starts_at=local("2026-06-11 11:00"), ends_at=local("2026-06-12 15:15")),
)
PEOPLE = (
    Member(id="maya", name="Maya Doe", role="admin", teams={"front-desk": 0}, hours=OFFICE, absences=LEAVE),
    Member(id="ben", name="Ben Doe", role="sales", teams={"front-desk": 1}, hours=OFFICE),
    Member(id="zoe", name="Zoe Doe", role="manager"),
)


def seen(roster: Roster, at: datetime) -> list[tuple[object, ...]]:
    """All but the moment at which somebody who is there would be there next, which is any up to now."""
    return [
        (one.id, one.on_duty, one.next_on_duty_at if not one.on_duty else None, one.away_until, one.last_assigned_at)
        for one in roster.people(at)
    ]


@effort(quick=200, long=5_000)
@given(st.lists(st.tuples(st.integers(0, 9 * 1440), st.sampled_from(["", "", "maya", "ben"])), min_size=1, max_size=30))
def test_a_roster_that_remembers_sees_what_a_new_one_sees(moments: list[tuple[int, str]]) -> None:
    roster = Roster(PEOPLE, OFFICE)
    for minutes, given_to in moments:
        at = TUESDAY + timedelta(minutes=minutes)
        if given_to:
            roster.assigned(given_to, at)
        assert seen(roster, at) == seen(Roster(PEOPLE, OFFICE, dict(roster.last_assigned)), at)


def test_what_waits_for_somebody_away_goes_to_whoever_is_there() -> None:
    at, rule = local("2026-06-10 10:00"), STORM.stages["new"].owner
    gone = covered(rule, Roster(PEOPLE, OFFICE).world(RENEE, at), "maya", "America/Chicago")
    assert gone
    assert (gone.owner, gone.until, gone.reason) == (
        "maya",
        local("2026-06-12 15:15"),
        "Maya is away until Friday, June 12",
    )


def test_whoever_is_there_or_back_first_keeps_it() -> None:
    rule, alone = STORM.stages["new"].owner, Roster(PEOPLE[:1], OFFICE)
    assert covered(rule, Roster(PEOPLE, OFFICE).world(RENEE, TUESDAY), "maya", "UTC") is None
    assert covered(rule, alone.world(RENEE, local("2026-06-10 10:00")), "maya", "UTC") is None

"""Who answers at any minute of two weeks: found where something changes, true for every minute between."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.proof.effort import effort
from trellis.core.business_time import Hours
from trellis.core.durations import Duration
from trellis.journeys.playbook.schema import OwnerRule
from trellis.journeys.rehearsal.coverage import Answer, answer_at, answers
from trellis.journeys.rehearsal.roster import Absence, Member, Roster
from trellis.journeys.tests.sandbox import OFFICE, local

MONDAY = local("2026-06-08 00:00")
FORTNIGHT = MONDAY + timedelta(days=14)
FIVE = Duration(5, "m")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHT = Hours.read("night", "America/Chicago", {day: [["22:00", "06:00"]] for day in DAYS})
EARLY = Hours.read("early", "America/New_York", {day: [["07:00", "11:30"]] for day in DAYS[:5]})


def member(name: str, hours: Hours | None = OFFICE, *away: tuple[str, str], role: str = "sales", **more: Any) -> Member:
    absences = [Absence(starts_at=local(start), ends_at=local(end)) for start, end in away]
    teams = more.pop("teams", {"front-desk": len(name)})
    return Member(id=name, name=name.title(), role=role, teams=teams, hours=hours, absences=absences, **more)


def rule(**more: str) -> OwnerRule:
    return OwnerRule.model_validate({"team": "front-desk", **more})


def told(found: Sequence[Answer], at: str) -> Answer:
    moment = local(at)
    return next(answer for answer in found if answer.start <= moment < answer.end)


def test_on_a_saturday_night_nobody_is_there_and_the_promise_waits_with_them() -> None:
    found = answers(rule(), Roster([member("ben")], OFFICE), MONDAY, FORTNIGHT, promise=FIVE)
    night = told(found, "2026-06-13 21:40")
    assert (night.owner, night.is_gap, night.back_at) == ("ben", True, local("2026-06-15 08:00"))
    assert night.why == "nobody is on duty now, Ben is back first"
    assert (night.start, night.end, night.broken) == (local("2026-06-12 17:00"), local("2026-06-15 08:00"), False)


def test_while_we_are_open_and_nobody_is_there_the_promise_would_break() -> None:
    away = member("ben", OFFICE, ("2026-06-09 08:00", "2026-06-09 13:30"))
    found = answers(rule(), Roster([away], OFFICE), MONDAY, FORTNIGHT, promise=FIVE)
    assert told(found, "2026-06-09 10:00").broken
    assert told(found, "2026-06-09 13:24").broken
    assert not told(found, "2026-06-09 13:25").broken
    assert told(found, "2026-06-09 13:25").is_gap
    assert not told(found, "2026-06-09 13:30").is_gap


def test_the_moment_somebody_comes_it_is_theirs() -> None:
    found = answers(rule(), Roster([member("ben"), member("nora", NIGHT)], OFFICE), MONDAY, FORTNIGHT)
    assert [told(found, f"2026-06-09 {time}").owner for time in ("05:59", "06:00", "08:00", "21:59", "22:00")] == [
        *("nora", "ben", "ben", "nora", "nora")
    ]


def test_when_the_whole_team_is_away_a_manager_who_is_there_answers() -> None:
    ben = member("ben", OFFICE, ("2026-06-10 00:00", "2026-06-12 00:00"))
    maya = member("maya", NIGHT, role="manager", teams={})
    found = answers(rule(), Roster([ben, maya], OFFICE), MONDAY, FORTNIGHT)
    assert told(found, "2026-06-10 23:00").owner == "maya"
    assert told(found, "2026-06-09 10:00").owner == "ben"


def test_others_who_are_there_too_are_named_in_their_order() -> None:
    roster = Roster([member("ben"), member("nina"), member("tom", EARLY)], OFFICE)
    found = answers(rule(), roster, MONDAY, FORTNIGHT)
    assert told(found, "2026-06-09 09:00").then == ("tom", "nina")
    assert told(found, "2026-06-09 11:00").then == ("nina",)


def test_there_is_no_hole_and_no_overlap() -> None:
    found = answers(rule(), Roster([member("ben"), member("nora", NIGHT)], OFFICE), MONDAY, FORTNIGHT, promise=FIVE)
    ends = [MONDAY, *(answer.end for answer in found)]
    assert [answer.start for answer in found] == ends[:-1]
    assert ends[-1] == FORTNIGHT


WINDOWS = st.sampled_from(
    [[["08:00", "17:00"]], [["09:15", "12:00"], ["12:45", "18:30"]], [["20:00", "02:00"]], [["00:00", "24:00"]], []]
)
WEEKS = st.dictionaries(st.sampled_from(DAYS), WINDOWS, max_size=7)
ZONES = st.sampled_from(["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe"])
RULES = st.fixed_dictionaries(
    {
        "by": st.sampled_from(["round_robin", "load", "keep", "last_owner"]),
        "if_away": st.sampled_from(["next_free", "next_free", "wait"]),
        "if_nobody": st.sampled_from(["back_first", "manager"]),
    }
)
# Among them the nights on which clocks change, in Chicago and in Berlin.
BEGINS = st.sampled_from(
    [local(text).astimezone(UTC) for text in ("2026-06-08 00:00", "2026-03-02 11:17", "2026-10-19 23:59")]
)


@st.composite
def rosters(draw: st.DrawFn, begin: datetime) -> Roster:
    def somebody(number: int) -> Member:
        hours = draw(st.none() | st.builds(lambda zone, week: Hours.read(f"h{number}", zone, week), ZONES, WEEKS))
        spans = draw(st.lists(st.tuples(st.integers(-900, 20_000), st.integers(1, 9_000)), max_size=2))
        starts = sorted((begin + timedelta(minutes=start), length) for start, length in spans)
        return Member(
            id=f"p{number}",
            name=f"P{number}",
            role=draw(st.sampled_from(["sales", "sales", "manager", "viewer"])),
            teams=draw(st.sampled_from([{}, {"front-desk": number}])),
            hours=hours,
            absences=[Absence(starts_at=at, ends_at=at + timedelta(minutes=length)) for at, length in starts],
        )

    people = [somebody(number) for number in range(draw(st.integers(1, 4)))]
    sure = Member(id="sure", name="Sure", role="sales", hours=OFFICE)
    return Roster([*people, sure], OFFICE, load={"p1": 2, "p0": 3})


@effort(quick=25, long=500)
@given(BEGINS.flatmap(lambda begin: st.tuples(st.just(begin), rosters(begin))), RULES)
def test_it_is_what_the_engine_would_choose(known: tuple[datetime, Roster], how: dict[str, str]) -> None:
    """At the first and the last whole minute of every stretch, and at many between."""
    (begin, roster), end = known, known[0] + timedelta(days=14)
    found = answers(rule(**how), roster, begin, end, promise=FIVE)
    assert [answer.start for answer in found] == [begin, *(answer.end for answer in found[:-1])]
    for answer in found:
        for at in minutes_of(answer, begin):
            now = answer_at(rule(**how), roster, at, promise=FIVE)
            wanted = (now.owner, now.why, now.then, now.on_duty, now.back_at, now.broken)
            assert (answer.owner, answer.why, answer.then, answer.on_duty, answer.back_at, answer.broken) == wanted, at


def minutes_of(answer: Answer, begin: datetime) -> list[datetime]:
    """Whole minutes of a stretch: its first and last, and every 97th between."""
    first = -((begin - answer.start) // timedelta(minutes=1))
    last = (answer.end - begin - timedelta(microseconds=1)) // timedelta(minutes=1)
    return [begin + timedelta(minutes=number) for number in sorted({first, last, *range(first, last, 97)})]


def test_every_single_minute_of_two_weeks() -> None:
    ben = member("ben", OFFICE, ("2026-06-09 10:07", "2026-06-11 09:00"))
    roster = Roster([ben, member("nora", NIGHT), member("maya", EARLY, role="manager", teams={})], OFFICE)
    found = answers(rule(if_nobody="manager"), roster, MONDAY, FORTNIGHT, promise=FIVE)
    place = 0
    for number in range(14 * 1440):
        at = MONDAY + timedelta(minutes=number)
        place += found[place].end <= at
        now, said = answer_at(rule(if_nobody="manager"), roster, at, promise=FIVE), found[place]
        assert (said.owner, said.why, said.on_duty, said.broken) == (now.owner, now.why, now.on_duty, now.broken), at

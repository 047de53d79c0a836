"""A playbook rehearsed: the engine on a clock of its own, with people who have hours and days off. No database."""

from dataclasses import replace
from datetime import datetime, timedelta

from trellis.events import catalogue as facts
from trellis.journeys.rehearsal.roster import Absence, Member, Roster
from trellis.journeys.rehearsal.walk import Walk
from trellis.journeys.tests.sandbox import OFFICE, RENEE, STORM, local, signal, wrote

MAYA = Member(id="maya", name="Maya Doe", role="admin", teams={"front-desk": 0}, hours=OFFICE)
BEN = Member(id="ben", name="Ben Doe", role="sales", teams={"front-desk": 1}, hours=OFFICE)


def a_walk(at: str, *members: Member) -> Walk:
    return Walk(STORM, Roster(members or (MAYA, BEN), OFFICE), RENEE, local(at))


def sent_by(walk: Walk) -> list[tuple[datetime, str]]:
    return [(at, effect.message) for at, effect in walk.sent()]


def test_a_form_on_a_tuesday_is_answered_at_once_and_called_in_five_minutes() -> None:
    walk = a_walk("2026-06-09 10:00")
    walk.tell(signal())
    assert sent_by(walk) == [(local("2026-06-09 10:00"), "we-got-it")]
    call = walk.task_of("first-call")
    assert call
    assert (call.assignee, call.due_at) == ("maya", local("2026-06-09 10:05"))


def test_whoever_is_away_is_passed_over_and_the_turn_goes_round() -> None:
    leave = Absence(starts_at=local("2026-06-08 00:00"), ends_at=local("2026-06-10 00:00"))
    walk = a_walk("2026-06-09 10:00", replace(MAYA, absences=[leave]), BEN)
    walk.tell(signal())
    assert walk.state.owner == "ben"
    second = Walk(STORM, walk.roster, RENEE, local("2026-06-11 10:00"))
    second.tell(signal())
    assert second.state.owner == "maya"


def test_on_a_saturday_nobody_is_on_duty_and_who_is_back_first_has_it() -> None:
    early = replace(BEN, hours=replace(OFFICE, key="early", week=(((420, 720),), *OFFICE.week[1:])))
    walk = a_walk("2026-06-13 21:40", MAYA, early)
    walk.tell(signal("missed_call", "phone"))
    assert walk.state.owner == "ben"


def test_silence_takes_its_course_until_the_lead_rests() -> None:
    walk = a_walk("2026-06-09 10:00")
    walk.tell(signal())
    walk.until(local("2026-06-20 00:00"))
    assert [message for _, message in sent_by(walk)] == ["we-got-it", "still-need-help", "shall-we-close"]
    assert walk.state.status == "parked"


def test_a_word_of_theirs_ends_the_quiet_path() -> None:
    walk = a_walk("2026-06-09 10:00")
    walk.tell(signal())
    walk.until(local("2026-06-10 12:00"))
    walk.tell(wrote(), at=local("2026-06-10 12:30"))
    walk.until(local("2026-06-12 00:00"))
    assert walk.state.stage == "in-conversation"
    assert [message for _, message in sent_by(walk)] == ["we-got-it", "still-need-help"]


def test_no_automatic_text_after_they_asked_us_to_stop() -> None:
    walk = a_walk("2026-06-09 10:00")
    walk.tell(signal())
    for channel in ("sms", "email"):
        walk.tell(facts.ConsentWithdrawn(channel=channel))
    walk.until(walk.at + timedelta(days=10))
    assert [message for _, message in sent_by(walk)] == ["we-got-it"]

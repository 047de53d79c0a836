"""A playbook rehearsed: the engine on a clock of its own, with people who have hours and days off. No database."""

from dataclasses import replace
from datetime import datetime, timedelta

from trellis.events import catalogue as facts
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Absence, Member, Roster
from trellis.journeys.rehearsal.walk import Walk
from trellis.journeys.tests.sandbox import OFFICE, PACK, RENEE, STORM, local, signal, wrote

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


def changed(old: str, new: str) -> Playbook:
    assert old in PACK.read_text()
    return load_playbook(PACK.read_text().replace(old, new))


def test_load_is_counted_over_all_that_is_rehearsed_together() -> None:
    by_load = changed("by: round_robin", "by: load")
    roster = Roster((MAYA, BEN), OFFICE)
    walks = [Walk(by_load, roster, RENEE, local(f"2026-06-09 10:0{minute}")) for minute in range(4)]
    for walk in walks:
        walk.tell(signal())
    assert [walk.state.owner for walk in walks] == ["maya", "ben", "maya", "ben"]
    assert roster.load == {"maya": 2, "ben": 2}
    walks[0].tell(facts.CloseChosen(outcome="lost", reason="Too far"))
    last = Walk(by_load, roster, RENEE, local("2026-06-09 10:05"))
    last.tell(signal())
    assert last.state.owner == "maya"


def test_a_handover_that_nobody_answers_goes_round_and_ends_with_the_giver() -> None:
    nia, tom = (
        Member(id=name, name=name, role="sales", teams={"estimators": 0}, hours=OFFICE) for name in ("nia", "tom")
    )
    walk = Walk(
        changed("team: estimators,", "team: estimators, accept: 1h,"),
        Roster((BEN, nia, tom), OFFICE),
        RENEE,
        local("2026-06-09 10:00"),
    )
    walk.tell(signal())
    walk.tell(facts.CallAnswered(call_id="c", direction="out", by="ben"))
    walk.tell(facts.StageChosen(stage="qualified", by="ben"), at=local("2026-06-09 10:10"))
    asked = []
    while walk.state.offer:
        asked.append((walk.state.offer.taker, walk.state.owner))
        walk.until(walk.state.offer.due_at)
    assert asked == [("nia", "ben"), ("tom", "ben")]
    assert walk.state.owner == "ben"


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

"""Other rules, tried on what really happened: the same rules decide the same, changed ones say what they change."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.conversations.actions import log_call, receive_message
from trellis.events.catalogue import SignalCaptured
from trellis.journeys.actions import release_user
from trellis.journeys.models import Journey, Playbook
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.publish import document_of, publish_playbook
from trellis.journeys.replay.compare import Report, compare
from trellis.journeys.replay.history import past_journeys
from trellis.journeys.replay.reproduce import reproduce
from trellis.journeys.roster import roster_of_business
from trellis.journeys.tests.sandbox import RULES
from trellis.journeys.wake import work_once
from trellis.people.actions import withdraw_consent
from trellis.people.models import Contact

LAST_WEEK = TUESDAY - timedelta(days=7)


@pytest.fixture
def quiet(ridgeline: Business) -> Journey:
    """Renee filled in the form and was never called; seven days went by."""
    journey = ridgeline.lead()
    let_pass(timedelta(days=7))
    journey.refresh_from_db()
    return journey


def let_pass(time: timedelta) -> None:
    """Every hour the machine does what is due."""
    for hour in range(int(time / timedelta(hours=1)) + 1):
        work_once(at=TUESDAY + timedelta(hours=hour))


def replay(*changes: tuple[str, str]) -> Report:
    """The whole past, with the playbook changed in these places."""
    text = RULES
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    documents = {version.version: document_of(version) for version in Playbook.objects.all()}
    pasts = past_journeys("storm-and-repair", since=LAST_WEEK)
    until = TUESDAY + timedelta(days=7)
    return compare(
        documents.__getitem__, load_playbook(text), pasts, lambda: roster_of_business("office", with_gone=True), until
    )


def test_the_rules_that_decided_decide_the_same_again(quiet: Journey) -> None:
    roster = roster_of_business("office", with_gone=True)
    pasts = list(past_journeys("storm-and-repair", since=LAST_WEEK))
    assert [len(past.happened) > 4 for past in pasts] == [True]
    assert reproduce(lambda version: document_of(quiet.playbook), pasts[0], roster) == []


def test_what_they_asked_of_us_before_it_began_is_no_fact_of_it(ridgeline: Business) -> None:
    renee = ridgeline.contact()
    withdraw_consent(renee, channel="email", source="text STOP", at=TUESDAY)
    journey = ridgeline.lead(renee, by=ridgeline.maya)
    roster = roster_of_business("office", with_gone=True)
    pasts = list(past_journeys("storm-and-repair", since=LAST_WEEK))
    assert type(pasts[0].happened[0].fact) is SignalCaptured
    assert reproduce(lambda version: document_of(journey.playbook), pasts[0], roster) == []


def test_a_rule_that_was_changed_behind_its_back_is_noticed(quiet: Journey) -> None:
    changed = load_playbook(RULES.replace("id: first-call, task: {call", "id: first-call, task: {do"))
    pasts = list(past_journeys("storm-and-repair", since=LAST_WEEK))
    assert reproduce(lambda version: changed, pasts[0], roster_of_business("office", with_gone=True)) != []


def test_who_left_since_then_is_still_part_of_the_past(quiet: Journey, ridgeline: Business) -> None:
    release_user(ridgeline.ben, by=ridgeline.maya, at=TUESDAY + timedelta(days=8))
    pasts = list(past_journeys("storm-and-repair", since=LAST_WEEK))
    assert (
        reproduce(lambda version: document_of(quiet.playbook), pasts[0], roster_of_business("office", with_gone=True))
        == []
    )


def test_unchanged_rules_differ_nowhere(quiet: Journey) -> None:
    report = replay()
    assert (report.journeys, report.differing, report.before) == (1, 0, report.after)


def test_a_message_that_would_leave_later_is_said_in_one_sentence(quiet: Journey) -> None:
    report = replay(("{id: nudge, after: 1d,", "{id: nudge, after: 2d,"))
    assert [one.sentences for one in report.differences] == [("“Still need help?” would have been sent 1 day later",)]
    assert (report.before.messages, report.after.messages) == (3, 3)


def test_a_message_that_would_not_have_been_sent_is_counted(quiet: Journey) -> None:
    report = replay(("      - {id: nudge, after: 1d, send: still-need-help}\n", ""))
    assert report.differences[0].sentences == ("“Still need help?” would not have been sent",)
    assert (report.before.messages, report.after.messages) == (3, 2)


def test_breaches_go_when_the_promise_is_one_that_is_kept(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    for minutes in (5, 20, 40):
        work_once(at=TUESDAY + timedelta(minutes=minutes))
    contact = journey.contact
    spoke_at = TUESDAY + timedelta(minutes=45)
    log_call(
        contact=contact,
        direction="out",
        outcome="answered",
        by=ridgeline.maya,
        started_at=spoke_at,
        at=spoke_at,
        journey_id=journey.pk,
    )
    report = replay(("within: 5m", "within: 60m"))
    assert (report.before.breaches, report.after.breaches) == (1, 0)
    assert "“first reply late” would not have been late" in report.differences[0].sentences


def test_silence_that_is_cut_short_is_a_lead_that_is_lost(quiet: Journey) -> None:
    report = replay(("{id: rest, after: 6d, park: 90d,", "{id: rest, after: 20d, park: 90d,"))
    assert (report.before.lost_to_silence, report.after.lost_to_silence) == (1, 0)
    assert "it would be open" in report.differences[0].sentences


def test_what_the_customer_did_after_hearing_something_else_is_not_known(ridgeline: Business) -> None:
    journey = ridgeline.lead()
    let_pass(timedelta(days=2))
    wrote_at = TUESDAY + timedelta(days=2, hours=1)
    contact = Contact.objects.get(pk=journey.contact_id)
    receive_message(
        contact=contact, channel="sms", sender="+15015550142", text="Yes", at=wrote_at, journey_id=journey.pk
    )
    report = replay(("      - {id: nudge, after: 1d, send: still-need-help}\n", ""))
    assert report.unknown == 1
    assert report.differences[0].known_until == TUESDAY + timedelta(days=1)


def test_a_journey_that_began_earlier_is_left_out(quiet: Journey) -> None:
    assert list(past_journeys("storm-and-repair", since=TUESDAY + timedelta(seconds=1))) == []


def test_journeys_of_an_older_version_are_compared_with_that_version(quiet: Journey, ridgeline: Business) -> None:
    publish_playbook(RULES.replace("within: 5m", "within: 10m"), by=ridgeline.maya, at=TUESDAY + timedelta(days=8))
    assert replay().differing == 0

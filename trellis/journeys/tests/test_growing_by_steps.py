"""A playbook starts with three steps and grows: what is switched off does not happen, and silence still ends."""

from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business
from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
from trellis.journeys.playbook.schema import STEPS
from trellis.journeys.playbook.steps import FIRST_STEPS, switched_on, with_steps
from trellis.journeys.publish import document_of, pack, pack_keys, publish_playbook, read_back
from trellis.journeys.replay.since import replay_since
from trellis.journeys.tests.sandbox import RULES
from trellis.journeys.wake import work_once

THREE = RULES.replace("calendar: office\n", "calendar: office\nsteps: [capture, follow_up, service]\n")
ONE = RULES.replace("calendar: office\n", "calendar: office\nsteps: [capture]\n")


def test_all_steps_are_on_unless_it_says_otherwise() -> None:
    playbook = load_playbook(RULES)
    assert playbook.steps == STEPS
    assert switched_on(playbook) is playbook


def test_what_belongs_to_loyalty_waits_until_that_step_is_on() -> None:
    playbook = switched_on(load_playbook(THREE))
    assert [rule.id for rule in playbook.after_delivery] == ["cleanup", "warranty"]
    assert "gather" not in playbook.places


def test_without_following_up_nobody_is_asked_again_but_silence_ends() -> None:
    playbook = switched_on(load_playbook(ONE))
    assert [rule.id for rule in playbook.stages["new"].quiet] == ["rest"]
    assert playbook.after_delivery == []


@pytest.mark.parametrize("key", pack_keys())
def test_every_pack_can_start_with_three_steps(key: str) -> None:
    whole = load_playbook(pack(key))
    started = switched_on(with_steps(whole, FIRST_STEPS))
    assert set(started.places) < set(whole.places)
    assert list(started.stages) == list(whole.stages)


def test_what_is_switched_off_is_kept_in_the_text_and_in_the_store(ridgeline: Business) -> None:
    version = publish_playbook(THREE, by=ridgeline.maya, at=TUESDAY)
    assert "review" not in document_of(version).places
    version.refresh_from_db()
    assert "review" in read_back(version.document).places
    assert version.source == THREE


def test_a_step_that_is_off_says_what_it_would_have_done_last_month(ridgeline: Business) -> None:
    publish_playbook(ONE, by=ridgeline.maya, at=TUESDAY)
    ridgeline.lead()
    for hour in range(0, 24 * 7, 2):
        work_once(at=TUESDAY + timedelta(hours=hour))
    grown = with_steps(load_playbook(ONE), ["capture", "follow_up"])
    report = replay_since(grown, None, at=TUESDAY + timedelta(days=5))
    assert (report.before.messages, report.after.messages) == (1, 3)
    assert "“Still need help?” would have been sent" in report.differences[0].sentences


def test_nobody_can_switch_off_the_answer() -> None:
    with pytest.raises(PlaybookFaulty, match="`steps` starts with capture"):
        load_playbook(RULES.replace("calendar: office\n", "calendar: office\nsteps: [service]\n"))


def test_a_step_that_does_not_exist_is_refused_with_a_guess() -> None:
    with pytest.raises(PlaybookFaulty, match="did you mean"):
        load_playbook(RULES.replace("calendar: office\n", "calendar: office\nsteps: [capture, follow-up]\n"))

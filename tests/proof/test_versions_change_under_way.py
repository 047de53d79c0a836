"""Versions come and go while people walk them: the guarantee holds, nothing repeats, nobody is lost."""

from collections.abc import Iterator

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from tests.cast import Business
from tests.proof.editions import Editions
from tests.proof.effort import IS_LONG, effort
from tests.proof.postman import hired
from tests.proof.test_the_guarantee_holds import KINDS, MINUTES, Guarantee

EDITS = st.integers(0, 100_000)
HOW = st.sampled_from(["map", "map", "hold", "finish"])
BATCHES = st.sampled_from([0, 1, 2, 5, 5])


class Versions(Guarantee):
    """All that may happen to a business, and besides it never leaves its playbook alone."""

    motion: Editions
    kind_of_motion = Editions

    @initialize(kind=KINDS)
    def everybody_reaches_out(self, kind: str) -> None:
        for who in range(3):
            self.motion.reach_out(who, kind)

    @rule(number=EDITS, times=st.integers(1, 5), how=HOW, batches=BATCHES)
    def another_version_goes_live(self, number: int, times: int, how: str, batches: int) -> None:
        self.motion.publish_edit(number, times, how)
        self.motion.work_at_it(batches)

    @rule(number=EDITS, how=HOW, batches=BATCHES, minutes=MINUTES)
    def it_is_changed_and_time_passes(self, number: int, how: str, batches: int, minutes: int) -> None:
        self.another_version_goes_live(number, 2, how, batches)
        self.motion.pass_time(minutes, works=True)

    @rule(number=st.integers(0, 11), how=HOW, batches=BATCHES)
    def it_is_rolled_back(self, number: int, how: str, batches: int) -> None:
        self.motion.roll_back(number, how)
        self.motion.work_at_it(batches)

    @rule(batches=st.integers(1, 6))
    def the_worker_brings_them_over(self, batches: int) -> None:
        self.motion.work_at_it(batches)

    @rule(how=st.sampled_from(["map", "finish"]), batches=BATCHES)
    def somebody_decides_about_those_that_stand_still(self, how: str, batches: int) -> None:
        self.motion.work_at_it(5)
        self.motion.release(how)
        self.motion.work_at_it(batches)

    @rule()
    def the_change_is_paused_or_resumed(self) -> None:
        self.motion.pause_or_resume()


@pytest.fixture
def machine(ridgeline: Business) -> Iterator[type[Versions]]:
    with hired() as postmen:
        Versions.business, Versions.postmen = ridgeline, postmen
        yield Versions


def test_the_guarantee_holds_whatever_is_published_and_rolled_back(machine: type[Versions]) -> None:
    run_state_machine_as_test(machine, settings=effort(quick=15, long=400, steps=60 if IS_LONG else 30))

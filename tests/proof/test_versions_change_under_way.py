"""Versions come and go while people walk them: the guarantee holds, nothing repeats, nobody is lost."""

from collections.abc import Iterator

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from tests.cast import Business
from tests.proof.editions import Editions
from tests.proof.effort import IS_LONG, effort
from tests.proof.postman import hired
from tests.proof.test_the_guarantee_holds import ACTS, ANY, CHANNELS, DAYS, KINDS, MINUTES, InMotion

EDITS = st.integers(0, 100_000)
HOW = st.sampled_from(["map", "map", "map", "hold", "finish"])
BATCHES = st.sampled_from([0, 1, 2, 5, 5])
STAGES = st.sampled_from(["new", "in-conversation", "qualified", "booked", "delivered", "loyal"])


class Versions(InMotion):
    """Half of what happens is done to the playbook, half by people and time."""

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

    @rule(number=ANY, how=HOW, batches=BATCHES)
    def it_is_rolled_back(self, number: int, how: str, batches: int) -> None:
        self.motion.roll_back(number, how)
        self.motion.work_at_it(batches)

    @rule(how=st.sampled_from(["map", "finish"]), batches=BATCHES, minutes=MINUTES)
    def they_stand_still_until_somebody_decides(self, how: str, batches: int, minutes: int) -> None:
        self.motion.publish_edit(minutes, 1, "hold")
        self.motion.finish_change()
        self.motion.pass_time(minutes, works=True)
        self.motion.release(how)
        self.motion.work_at_it(batches)

    @rule(batches=BATCHES, pause=st.booleans())
    def the_worker_comes_by(self, batches: int, pause: bool) -> None:
        if pause:
            self.motion.pause_or_resume()
        self.motion.work_at_it(batches)

    @rule(number=ANY, act=st.sampled_from(["write", "call", "missed", "signal"]), channel=CHANNELS, kind=KINDS)
    def they_do_something(self, number: int, act: str, channel: str, kind: str) -> None:
        if act == "signal":
            self.motion.reach_out(number % 3, kind)
        elif act == "write":
            self.motion.write_to_us(number, channel)
        else:
            self.motion.call(number, "in", "answered" if act == "call" else "missed", 0)

    @rule(name=ACTS, number=ANY, by=ANY, days=DAYS, word=STAGES, undo=st.booleans())
    def we_act(self, name: str, number: int, by: int, days: int, word: str, undo: bool) -> None:
        self.motion.act(name, number, by, days, word)
        if undo:
            self.motion.undo(number)

    @rule(number=ANY, by=ANY, then=st.booleans(), snooze=st.booleans(), channel=CHANNELS)
    def we_do_a_step(self, number: int, by: int, then: bool, snooze: bool, channel: str) -> None:
        self.motion.do_step(number, by, then, snooze)
        self.motion.write_to_them(number, channel, by)

    @rule(number=ANY)
    def we_take_it_back(self, number: int) -> None:
        self.motion.undo(number)

    @rule(minutes=MINUTES, works=st.sampled_from([True, True, False]))
    def time_passes(self, minutes: int, works: bool) -> None:
        self.motion.pass_time(minutes, works)
        self.motion.deliver("fine", can_be_asked=True)


@pytest.fixture
def machine(ridgeline: Business) -> Iterator[type[Versions]]:
    with hired() as postmen:
        Versions.business, Versions.postmen = ridgeline, postmen
        yield Versions


def test_the_guarantee_holds_whatever_is_published_and_rolled_back(machine: type[Versions]) -> None:
    run_state_machine_as_test(machine, settings=effort(quick=10, long=400, steps=60 if IS_LONG else 30))

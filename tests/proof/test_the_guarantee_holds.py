"""Every open journey has an owner, a next step and a deadline. Always: whatever people, customers and machines do."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.cast import Business
from tests.proof.effort import IS_LONG, effort
from tests.proof.motion import Motion
from tests.proof.postman import Postman, hired
from trellis.conversations import ledger
from trellis.conversations.models import Message
from trellis.conversations.outcomes import put_off
from trellis.core.memory import forget
from trellis.journeys import guards, writes
from trellis.journeys.engine import decide as engine
from trellis.journeys.engine import endings
from trellis.journeys.handovers import Handovers
from trellis.journeys.models import Task

ANY = st.integers(0, 11)
DAYS = st.integers(0, 60)
CHANNELS = st.sampled_from(["email", "sms"])
KINDS = st.sampled_from(["form", "missed_call", "call", "message", "referral"])
STAGES = st.sampled_from(["new", "in-conversation", "qualified", "booked", "delivered", "loyal", "nowhere"])
MINUTES = st.sampled_from([0, 1, 6, 25, 180, 1440, 3 * 1440, 7 * 1440, 40 * 1440, 100 * 1440])
ACTS = st.sampled_from(
    [
        *("assign_journey", "move_journey", "plan_step", "park_journey", "close_journey", "reopen_journey"),
        "record_answer",
    ]
)


class InMotion(RuleBasedStateMachine):
    """Each example begins with the same business, in a transaction that is undone."""

    business: ClassVar[Business]
    postmen: ClassVar[dict[str, Postman]]
    kind_of_motion: ClassVar[type[Motion]] = Motion

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        for postman in self.postmen.values():
            postman.__init__(postman.channel)  # type: ignore[misc]  # as good as new
        self.motion = self.kind_of_motion(self.business, self.postmen)

    def teardown(self) -> None:
        try:
            if not connection.needs_rollback:
                connection.check_constraints()
                self.motion.check_people()
                self.motion.check_replay()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)
            forget()

    @invariant()
    def the_guarantee_holds(self) -> None:
        self.motion.check()


class Guarantee(InMotion):
    """Whatever people, customers and machines do."""

    @initialize(who=st.integers(0, 2), kind=KINDS)
    def somebody_reaches_out_first(self, who: int, kind: str) -> None:
        self.motion.reach_out(who, kind)

    @rule(who=st.integers(0, 2), kind=KINDS)
    def somebody_reaches_out(self, who: int, kind: str) -> None:
        self.motion.reach_out(who, kind)

    @rule(who=st.integers(0, 2), kind=KINDS, by=ANY)
    def somebody_is_written_down(self, who: int, kind: str, by: int) -> None:
        self.motion.reach_out(who, kind, by=self.motion.user(by))

    @rule(number=ANY, channel=CHANNELS)
    def they_write(self, number: int, channel: str) -> None:
        self.motion.write_to_us(number, channel)

    @rule(number=ANY, outcome=st.sampled_from(["answered", "missed"]))
    def they_call(self, number: int, outcome: str) -> None:
        self.motion.call(number, "in", outcome, 0)

    @rule(number=ANY, outcome=st.sampled_from(["answered", "no_answer", "voicemail"]), by=ANY)
    def we_call(self, number: int, outcome: str, by: int) -> None:
        self.motion.call(number, "out", outcome, by)

    @rule(who=st.integers(0, 2), channel=CHANNELS, out=st.booleans())
    def they_opt(self, who: int, channel: str, out: bool) -> None:
        self.motion.opt(who, channel, out)

    @rule(number=ANY, channel=CHANNELS, by=ANY)
    def we_write(self, number: int, channel: str, by: int) -> None:
        self.motion.write_to_them(number, channel, by)

    @rule(name=ACTS, number=ANY, by=ANY, days=DAYS, word=STAGES)
    def we_act(self, name: str, number: int, by: int, days: int, word: str) -> None:
        self.motion.act(name, number, by, days, word)

    @rule(number=ANY, by=ANY, then=st.booleans(), snooze=st.booleans())
    def we_do_a_step(self, number: int, by: int, then: bool, snooze: bool) -> None:
        self.motion.do_step(number, by, then, snooze)

    @rule(number=ANY)
    def we_take_it_back(self, number: int) -> None:
        self.motion.undo(number)

    @rule(number=ANY)
    def we_take_a_change_back(self, number: int) -> None:
        self.motion.undo_change(number)

    @rule(who=ANY, days=DAYS)
    def somebody_goes_on_leave(self, who: int, days: int) -> None:
        self.motion.go_on_leave(who, days)

    @rule(who=ANY)
    def somebody_leaves(self, who: int) -> None:
        self.motion.leave(who)

    @rule(who=ANY, as_a_mistake=st.booleans())
    def somebody_comes_back(self, who: int, as_a_mistake: bool) -> None:
        self.motion.come_back(who, as_a_mistake)

    @rule()
    def somebody_joins(self) -> None:
        self.motion.join()

    @precondition(lambda self: not self.motion.published)
    @rule()
    def the_playbook_changes(self) -> None:
        self.motion.publish()

    @rule(minutes=MINUTES, works=st.sampled_from([True, True, False]))
    def time_passes(self, minutes: int, works: bool) -> None:
        self.motion.pass_time(minutes, works)

    @rule(mood=st.sampled_from(["fine", "killed after", *Postman.moods]), can_be_asked=st.booleans())
    def messages_leave(self, mood: str, can_be_asked: bool) -> None:
        self.motion.deliver(mood, can_be_asked)

    @rule(mood=st.sampled_from(["killed before", "killed after", "unsure", "broken"]), can_be_asked=st.booleans())
    def a_worker_dies_while_it_sends(self, mood: str, can_be_asked: bool) -> None:
        self.motion.deliver(mood, can_be_asked)
        self.motion.pass_time(11, works=True)
        self.motion.deliver("fine", can_be_asked)

    @rule(number=ANY, arrived=st.booleans())
    def the_outside_reports(self, number: int, arrived: bool) -> None:
        self.motion.report(number, arrived)

    @rule(channel=CHANNELS, connected=st.booleans())
    def the_line_is_cut_or_mended(self, channel: str, connected: bool) -> None:
        self.postmen[channel].connected = connected


class Handing(Guarantee):
    """The same while work is handed over from stage to stage, by workers that die and whose clocks are wrong."""

    @initialize(way=st.sampled_from(["load", "round_robin", "last_owner", "who_replied"]))
    def every_stage_hands_over(self, way: str) -> None:
        self.motion.hand_over(way)

    @rule(who=st.integers(0, 2))
    def somebody_new_reaches_the_estimators(self, who: int) -> None:
        self.motion.reach_out(who, "form")
        self.motion.act("move_journey", who, 0, 0, "qualified")

    @rule(number=ANY, by=ANY, accepts=st.booleans())
    def an_offer_is_answered(self, number: int, by: int, accepts: bool) -> None:
        self.motion.answer_offer(number, by, accepts)

    @rule(minutes=st.sampled_from([-180, -7, -1, 1, 7, 180, 1440]))
    def a_clock_is_wrong(self, minutes: int) -> None:
        self.motion.work_on_a_wrong_clock(minutes)

    @rule(statements=st.integers(1, 60))
    def a_worker_dies_at_work(self, statements: int) -> None:
        self.motion.be_killed_at_work(statements)


@pytest.fixture
def handing(ridgeline: Business) -> Iterator[type[Handing]]:
    with hired() as postmen:
        Handing.business, Handing.postmen = ridgeline, postmen
        yield Handing


def test_the_guarantee_holds_while_work_is_handed_over(handing: type[Handing]) -> None:
    run_state_machine_as_test(handing, settings=effort(quick=10, long=400, steps=60 if IS_LONG else 30))


def test_it_notices_a_handover_that_is_never_ended(handing: type[Handing], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handovers, "end", nothing)
    with pytest.raises((AssertionError, IntegrityError)):
        run_until_it_fails(handing)


@pytest.fixture
def machine(ridgeline: Business) -> Iterator[type[Guarantee]]:
    with hired() as postmen:
        Guarantee.business, Guarantee.postmen = ridgeline, postmen
        yield Guarantee


def test_the_guarantee_holds_whatever_happens(machine: type[Guarantee]) -> None:
    run_state_machine_as_test(machine, settings=effort(quick=12, long=400, steps=60 if IS_LONG else 30))


def nothing(*args: Any, **kwargs: Any) -> None:
    """Does not do what it should."""


def run_until_it_fails(machine: type[Guarantee]) -> None:
    """What is broken here would not get past the linter either, which also remembers what it said."""
    only_look = settings(effort(quick=60, long=60, steps=40), phases=[Phase.generate], report_multiple_bugs=False)
    with patch("trellis.journeys.publish.prove"):
        run_state_machine_as_test(machine, settings=only_look)


@pytest.mark.parametrize("guard", [guard.name for guard in guards.GUARDS])
def test_it_notices_a_guard_that_is_missing(machine: type[Guarantee], guard: str) -> None:
    table = next(each.table for each in guards.GUARDS if each.name == guard)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {guard}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    with pytest.raises(AssertionError):
        run_until_it_fails(machine)


SABOTAGE: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "nothing is withdrawn at the end": lambda patch: patch.setattr(endings, "clear", nothing),
    "the next step is not repointed": lambda patch: patch.setattr(writes, "settle_journey", nothing),
    "what is due is never closed": lambda patch: patch.setattr(engine.Turn, "close_task", nothing),
}


@pytest.mark.parametrize("sabotage", SABOTAGE.values(), ids=SABOTAGE.keys())
def test_it_notices_an_engine_or_a_shell_that_is_broken(
    machine: type[Guarantee], monkeypatch: pytest.MonkeyPatch, sabotage: Callable[[pytest.MonkeyPatch], None]
) -> None:
    sabotage(monkeypatch)
    # Two steps in one's place is what a step that was never closed may look like first.
    with pytest.raises((AssertionError, IntegrityError, Task.MultipleObjectsReturned)):
        run_until_it_fails(machine)


def test_it_notices_a_message_that_is_sent_twice(ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "mark_in_doubt", send_again)
    with hired() as postmen:
        motion = Motion(ridgeline, postmen)
        motion.reach_out(0, "form")
        motion.deliver("killed after", can_be_asked=False)
        motion.check()
        for _ in range(2):
            motion.pass_time(11, works=True)
            motion.deliver("fine", can_be_asked=False)
        with pytest.raises(AssertionError, match="sent twice"):
            motion.check()


def send_again(message: Message, *, reason: str, at: datetime) -> bool:
    """What a careless ledger does with a message whose worker died."""
    return put_off(message, reason=reason, until=at)

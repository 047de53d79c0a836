"""What a decision can do: a closed set of frozen effects, and how each changes the state. Pure.

Every effect names the rule that caused it and says why in a sentence that a person understands.
`used` names the parts of the world that it depended on, kept for replay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from trellis.core.quick import quick
from trellis.journeys.engine.state import ClockState, Held, Offer, State, TaskState


@quick
@dataclass(frozen=True, kw_only=True)
class Effect:
    rule_id: str = ""
    why: str = ""
    used: tuple[str, ...] = ()

    def on(self, state: State) -> State:
        """The state after this effect. Most effects only speak to the outside and leave it alone."""
        return state


@quick
@dataclass(frozen=True, kw_only=True)
class NextEpisode(Effect):
    """With `heard` they have spoken: rests without an answer are counted anew."""

    heard: bool = False

    def on(self, state: State) -> State:
        parks = 0 if self.heard else state.parks
        return state.but(episode=state.episode + 1, fired=frozenset(), timed=frozenset(), parks=parks)


@quick
@dataclass(frozen=True, kw_only=True)
class MoveStage(Effect):
    stage: str

    def on(self, state: State) -> State:
        return state.but(stage=self.stage)


@quick
@dataclass(frozen=True, kw_only=True)
class Assign(Effect):
    owner: str

    def on(self, state: State) -> State:
        return state.but(owner=self.owner)


@quick
@dataclass(frozen=True, kw_only=True)
class OfferHandover(Effect):
    """It is offered to somebody; the owner stays the owner."""

    taker: str
    due_at: datetime
    asked: tuple[str, ...] = ()
    by_hand: bool = False

    def on(self, state: State) -> State:
        offer = Offer(taker=self.taker, due_at=self.due_at, asked=self.asked, by_hand=self.by_hand)
        return state.but(offer=offer)


@quick
@dataclass(frozen=True, kw_only=True)
class EndHandover(Effect):
    """`how` is accepted, declined, lapsed or withdrawn."""

    how: str
    taker: str
    by: str = ""

    def on(self, state: State) -> State:
        return state.but(offer=None)


@quick
@dataclass(frozen=True, kw_only=True)
class AddTask(Effect):
    """`ref` names the new task until it has an id; `replaces` is the id of the one whose place it takes."""

    ref: str
    kind: str
    title: str
    due_at: datetime
    assignee: str = ""
    episode: int = 1
    replaces: str = ""

    def on(self, state: State) -> State:
        task = TaskState(self.ref, self.kind, self.title, self.due_at, self.rule_id, self.episode, self.assignee)
        return state.but(tasks=(*state.tasks, task))


@quick
@dataclass(frozen=True, kw_only=True)
class CloseTask(Effect):
    """`status` is done, cancelled or replaced."""

    task: str
    status: str
    by: str = ""

    def on(self, state: State) -> State:
        return state.but(tasks=tuple([task for task in state.tasks if task.id != self.task]))


@quick
@dataclass(frozen=True, kw_only=True)
class Fire(Effect):
    """Marks a rule as having run in this episode, so that it does not run again."""

    def on(self, state: State) -> State:
        return state.but(fired=state.fired | {self.rule_id})


@quick
@dataclass(frozen=True, kw_only=True)
class Send(Effect):
    """A message for the ledger; with `suppressed` it is written there as not sent, for that reason."""

    message: str
    channel: str
    episode: int
    suppressed: str = ""


@quick
@dataclass(frozen=True, kw_only=True)
class StartJourney(Effect):
    """The customer walks on in another playbook, unless they do already."""

    playbook: str


@quick
@dataclass(frozen=True, kw_only=True)
class Withdraw(Effect):
    """Automatic messages that are queued but not yet on their way are kept back."""


@quick
@dataclass(frozen=True, kw_only=True)
class HoldBack(Effect):
    """A rule that could have acted did not."""


@quick
@dataclass(frozen=True, kw_only=True)
class StartClock(Effect):
    kind: str
    due_at: datetime
    episode: int

    def on(self, state: State) -> State:
        clock = ClockState(self.kind, self.rule_id, self.episode, self.due_at)
        return state.but(clocks=(*state.clocks, clock), timed=state.timed | {self.kind})


@quick
@dataclass(frozen=True, kw_only=True)
class StopClock(Effect):
    """The promise was kept: `by` is the user whose message or call is the evidence."""

    kind: str
    by: str = ""

    def on(self, state: State) -> State:
        return state.but(clocks=tuple([clock for clock in state.clocks if clock.kind != self.kind]))


@quick
@dataclass(frozen=True, kw_only=True)
class DropClock(StopClock):
    """The promise is no longer owed."""


@quick
@dataclass(frozen=True, kw_only=True)
class Repromise(Effect):
    """The same promise under another limit or until another time; a stage limit that was given up runs again."""

    kind: str
    due_at: datetime
    episode: int
    started_at: datetime | None = None

    def on(self, state: State) -> State:
        others = tuple(clock for clock in state.clocks if clock.kind != self.kind)
        clock = ClockState(kind=self.kind, rule_id=self.rule_id, episode=self.episode, due_at=self.due_at)
        return state.but(clocks=(*others, clock), timed=state.timed | {self.kind})


@quick
@dataclass(frozen=True, kw_only=True)
class Hold(Effect):
    """From now on the machine says, moves and ends nothing here, until somebody decides about that version."""

    since: datetime
    version: int

    def on(self, state: State) -> State:
        return state.but(held=Held(since=self.since, version=self.version))


@quick
@dataclass(frozen=True, kw_only=True)
class Defer(Effect):
    """What the machine would do is kept, outside of time."""

    task: TaskState

    def on(self, state: State) -> State:
        assert state.held
        return state.but(held=replace(state.held, tasks=(*state.held.tasks, self.task)))


@quick
@dataclass(frozen=True, kw_only=True)
class Forget(Effect):
    """A task that stood still is not wanted any more."""

    task: str

    def on(self, state: State) -> State:
        assert state.held
        return state.but(held=replace(state.held, tasks=tuple(t for t in state.held.tasks if t.id != self.task)))


@quick
@dataclass(frozen=True, kw_only=True)
class Release(Effect):
    """It stands still no longer."""

    def on(self, state: State) -> State:
        return state.but(held=None)


@quick
@dataclass(frozen=True, kw_only=True)
class BreakClock(Effect):
    """The promised time passed. The clock runs on until evidence stops it."""

    kind: str
    title: str


@quick
@dataclass(frozen=True, kw_only=True)
class RecordAnswers(Effect):
    answers: Mapping[str, str] = field(default_factory=dict)

    def on(self, state: State) -> State:
        return state.but(answers={**state.answers, **self.answers})


@quick
@dataclass(frozen=True, kw_only=True)
class SetPriority(Effect):
    def on(self, state: State) -> State:
        return state.but(priority=True)


@quick
@dataclass(frozen=True, kw_only=True)
class AddTag(Effect):
    tag: str


@quick
@dataclass(frozen=True, kw_only=True)
class Tell(Effect):
    users: tuple[str, ...]
    text: str


@quick
@dataclass(frozen=True, kw_only=True)
class TakeOver(Effect):
    """A person has answered; from here on the machine only helps."""

    by: str = ""

    def on(self, state: State) -> State:
        return state.but(taken_over=True)


@quick
@dataclass(frozen=True, kw_only=True)
class Deliver(Effect):
    """The after-delivery rules have been set, once for the whole journey."""

    def on(self, state: State) -> State:
        return state.but(delivered=True)


@quick
@dataclass(frozen=True, kw_only=True)
class Park(Effect):
    """Only what a rule parks counts as a rest without an answer."""

    until: datetime
    by_hand: bool = False

    def on(self, state: State) -> State:
        return state.but(status="parked", parks=state.parks + (not self.by_hand))


@quick
@dataclass(frozen=True, kw_only=True)
class Close(Effect):
    outcome: str

    def on(self, state: State) -> State:
        return state.but(status="closed", held=None)


@quick
@dataclass(frozen=True, kw_only=True)
class Void(Effect):
    """It was added by mistake: closed, in nobody's hands, and of no account."""

    def on(self, state: State) -> State:
        return state.but(status="closed", owner="")


@quick
@dataclass(frozen=True, kw_only=True)
class Reopen(Effect):
    def on(self, state: State) -> State:
        return state.but(status="open")


@quick
@dataclass(frozen=True, kw_only=True)
class ResumeClock(Effect):
    """The evidence that stopped it was taken back: the promise is timed on as if it had never been met."""

    clock: ClockState

    def on(self, state: State) -> State:
        return state.but(clocks=(*state.clocks, self.clock))


@quick
@dataclass(frozen=True, kw_only=True)
class Restore(Effect):
    """All but its tasks and clocks stands as it did before what was done at `acted_at`.

    The episode goes on counting: what is done over must find its clocks and messages unused.
    """

    before: State
    columns: Mapping[str, str | None]
    acted_at: datetime

    def on(self, state: State) -> State:
        return self.before.but(
            tasks=state.tasks, clocks=state.clocks, episode=state.episode + 1, timed=frozenset[str]()
        )

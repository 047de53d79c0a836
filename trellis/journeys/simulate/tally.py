"""What is counted while a run goes on. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from trellis.journeys.engine.effects import BreakClock, Close, Effect, MoveStage, Park, StartClock, TakeOver
from trellis.journeys.engine.state import State
from trellis.journeys.simulate.clockwork import Clockwork
from trellis.journeys.simulate.lead import Lead

NOTHING = timedelta()


class Tally:
    """Promises by the limit that makes them, and how many journeys were open for how long.

    `open_time` adds up over time how many are open; `open_times` adds up, lead by lead, how long each was. That both
    are the same is Little's law, and a check of the books.
    """

    def __init__(self, run: Clockwork) -> None:
        self.run = run
        self.timed: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self.late_answers = 0
        self.open = 0
        self.open_time = NOTHING
        self.open_times = NOTHING
        self.since = run.scenario.starts_at
        self.hears: Mapping[type[Effect], Callable[[Lead, Any], None]] = {
            StartClock: self.started,
            BreakClock: self.broke,
            MoveStage: self.moved,
            TakeOver: self.answered,
            Park: self.ended,
            Close: self.ended,
        }

    def started(self, lead: Lead, effect: StartClock) -> None:
        self.timed[effect.rule_id] += 1
        if effect.kind == "first_response" and lead.promised_at is None:
            lead.promised_at = effect.due_at

    def broke(self, lead: Lead, effect: BreakClock) -> None:
        """The effect names the late rule; its limit made the promise."""
        limit = self.run.playbook.places[effect.rule_id].limit
        self.broken[limit.id if limit else effect.rule_id] += 1
        self.late_answers += effect.kind == "first_response" and lead.answered_at is None

    def moved(self, lead: Lead, effect: MoveStage) -> None:
        if effect.stage not in lead.stages:
            lead.stages.append(effect.stage)

    def answered(self, lead: Lead, effect: TakeOver) -> None:
        lead.answered_at = lead.answered_at or self.run.at

    def ended(self, lead: Lead, effect: Park | Close) -> None:
        lead.ended = effect.why
        lead.outcome = effect.outcome if isinstance(effect, Close) else "parked"

    def turned(self, lead: Lead, before: State) -> None:
        """A journey was opened, parked or closed."""
        was_open, is_open = bool(before.stage) and before.status == "open", lead.state.status == "open"
        if was_open != is_open:
            self.count(self.run.at)
            self.open += is_open - was_open
            if is_open:
                lead.opened_at = self.run.at
            elif lead.opened_at:
                self.open_times += self.run.at - lead.opened_at
                lead.opened_at = None

    def count(self, at: datetime) -> None:
        self.open_time += self.open * (at - self.since)
        self.since = at

    def finish(self) -> None:
        """The last day is over: what is still open was open until now."""
        self.count(self.run.at)
        for lead in self.run.leads:
            if lead.opened_at:
                self.open_times += self.run.at - lead.opened_at

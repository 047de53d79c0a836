"""One run: everything that happens stands in one agenda, and whatever happens the engine decides what follows. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from trellis.events.catalogue import Fact, MessageHandedOver, TaskDue
from trellis.journeys.engine.covering import covered
from trellis.journeys.engine.decide import play
from trellis.journeys.engine.effects import Assign, Effect, Send, SetPriority
from trellis.journeys.engine.state import State, TaskState, leading
from trellis.journeys.engine.turn import Turn
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.simulate.arrivals import arrivals
from trellis.journeys.simulate.crowd import Crowd
from trellis.journeys.simulate.desk import Desk
from trellis.journeys.simulate.lead import Lead
from trellis.journeys.simulate.luck import Luck
from trellis.journeys.simulate.scenario import Scenario
from trellis.journeys.simulate.staff import make_roster
from trellis.journeys.simulate.tally import Tally

# One lead leads to some dozens of decisions; more than so many, and so many more a day, go in circles.
MOST_DECISIONS, MORE_A_DAY = 2000, 50
# How many events pass between two looks at whether to go on.
A_WHILE = 500
Watch = Callable[[Lead, Fact, Turn], None]
# Told now and then how much of the run is done, from 0 to 1; it says whether to go on.
Tick = Callable[[float], bool]


class NeverRests(ValueError):
    """The playbook goes in circles with a lead; the sentence says where."""


class Run:
    """A playbook in a scenario. `watch` sees every decision; `at` is the moment that the run has come to."""

    def __init__(self, playbook: Playbook, scenario: Scenario, *, watch: Watch | None = None) -> None:
        self.playbook = playbook
        self.scenario = scenario
        self.watch = watch
        self.at = scenario.starts_at
        self.end = scenario.starts_at + timedelta(days=scenario.days)
        self.luck = Luck(scenario.seed)
        self.roster = make_roster(scenario)
        self.leads: list[Lead] = []
        self.decisions = 0
        self.most_decisions = MOST_DECISIONS + MORE_A_DAY * scenario.days
        self.entries = 0
        self.agenda: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self.tally = Tally(self)
        self.desk = Desk(self)
        self.crowd = Crowd(self)
        self.hears: Mapping[type[Effect], Callable[[Lead, Any], None]] = {
            **self.tally.hears,
            Assign: self.assigned,
            Send: self.sent,
            SetPriority: lambda lead, effect: self.desk.hurry(lead),
        }

    def play(self, tick: Tick | None = None) -> "Run":
        """Let everything happen until the last day is over, or until `tick` says to stop."""
        for at, number in arrivals(self.scenario, self.luck):
            self.plan(at, self.crowd.arrives, number)
        for absence in {absence for member in self.roster.members for absence in member.absences}:
            self.plan(absence.starts_at, self.cover_all)
            self.plan(absence.ends_at, self.cover_all)
        agenda, began, length = self.agenda, self.at, self.end - self.at
        while agenda and agenda[0][0] < self.end:
            self.at, number, act, arguments = heappop(agenda)
            act(*arguments)
            if tick and not number % A_WHILE and not tick((self.at - began) / length):
                self.end = self.at
                break
        self.at = self.end
        self.tally.finish()
        return self

    def plan(self, at: datetime, act: Callable[..., None], *arguments: Any) -> None:
        self.entries += 1
        heappush(self.agenda, (at, self.entries, act, arguments))

    def tell(self, lead: Lead, fact: Fact) -> None:
        """Let the engine decide on a fact now, and see to what follows."""
        before, world = lead.state, self.roster.world(lead.customer, self.at)
        turn = play(self.playbook, before, fact, world, self.at, mark=str(lead.decisions + 1))
        self.decisions += 1
        if turn.effects:
            self.follow(lead, turn, before)
        if self.watch:
            self.watch(lead, fact, turn)
        if lead.state.owner in self.desk.away:
            self.cover(lead)

    def follow(self, lead: Lead, turn: Turn, before: State) -> None:
        """Take over what was decided: count it, and put on the agenda what it planned."""
        lead.state, hears = turn.state, self.hears
        lead.decisions += 1
        if lead.decisions > self.most_decisions:
            raise NeverRests(circle(lead, turn))
        for effect in turn.effects:
            if hear := hears.get(type(effect)):
                hear(lead, effect)
        if lead.state.status != before.status or not before.stage:
            self.tally.turned(lead, before)
        for task in turn.added:
            self.set(lead, task)

    def set(self, lead: Lead, task: TaskState) -> None:
        """A step of a person goes to their desk; the machine's happens when it is due."""
        if task.assignee:
            self.desk.offer(lead, task)
        elif task.due_at < self.end:
            self.plan(max(task.due_at, self.at), self.due, lead, task.id, task.title)

    def due(self, lead: Lead, task: str, title: str) -> None:
        if lead.state.task(task):
            if lead.touched_at:
                lead.count_touches(self.at)
            self.tell(lead, TaskDue(task_id=task, title=title))

    def assigned(self, lead: Lead, effect: Assign) -> None:
        lead.assigned_at = self.at
        self.roster.assigned(effect.owner, self.at)

    def sent(self, lead: Lead, effect: Send) -> None:
        """A message of a rule is handed over at once, as a mail server would take it."""
        if not effect.suppressed:
            lead.automatic += 1
            lead.touched_at.append(self.at)
            self.plan(self.at, self.handed_over, lead, effect.channel, effect.rule_id)

    def handed_over(self, lead: Lead, channel: str, rule_id: str) -> None:
        self.tell(lead, MessageHandedOver(message_id=self.name(lead), channel=channel, rule_id=rule_id))
        self.crowd.reached(lead, channel, automatic=True)

    def name(self, lead: Lead) -> str:
        """A name for something that happened: no two in this lead's story have the same."""
        return f"{lead.number}.{lead.decisions}"

    def cover_all(self) -> None:
        """Somebody leaves or comes back: pass on what waits for whoever is away."""
        self.desk.look_who_is_away()
        for lead in self.leads:
            if lead.state.owner in self.desk.away:
                self.cover(lead)

    def cover(self, lead: Lead) -> None:
        """As a worker does it: what is due before its owner is back passes on, unless they got it while away."""
        state, away = lead.state, self.desk.away.get(lead.state.owner)
        step = leading(state.tasks)
        if not (away and step and lead.assigned_at) or state.status != "open":
            return
        if lead.assigned_at < away.starts_at and step.due_at < away.ends_at and step.assignee == state.owner:
            world = self.roster.world(lead.customer, self.at)
            rule = self.playbook.stages[state.stage].owner
            if gone := covered(rule, world, state.owner, self.scenario.zone):
                self.tell(lead, gone)


def circle(lead: Lead, turn: Turn) -> str:
    """What keeps going round, by the rule that moved or did something last."""
    rules = dict.fromkeys(effect.rule_id for effect in turn.effects if effect.rule_id)
    named = ", ".join(f"`{rule}`" for rule in rules)
    return (
        f"This playbook never comes to rest: {lead.decisions:,} decisions on one lead until {turn.at:%A %H:%M}, "
        f"the last in “{turn.stage.title}” by {named or 'no rule'}. "
        "Look for a way on that leads back to where it comes from."
    )

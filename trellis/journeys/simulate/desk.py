"""People at work: each has their own steps, does one at a time, those of priority first, the oldest deadline first.

Pure. What an act is and how it ends stands in `acts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from trellis.core.availability import NEVER
from trellis.core.durations import Duration
from trellis.events.catalogue import OwnerChosen
from trellis.journeys.engine.state import Person, TaskState
from trellis.journeys.rehearsal.roster import Absence, Member
from trellis.journeys.simulate.acts import Acts
from trellis.journeys.simulate.clockwork import Clockwork
from trellis.journeys.simulate.lead import Lead

# What waits on a desk: of priority (False sorts first), when it is due, whose it is, and the step.
Entry = tuple[bool, datetime, int, str, Lead]


@dataclass(slots=True, eq=False)
class Seat:
    """Somebody at their desk. `called` says that they will look at it; `spans` when they worked."""

    member: Member
    place: int
    pace: float
    queue: list[Entry] = field(default_factory=list)
    is_busy: bool = False
    called: bool = False
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    done: int = 0

    @property
    def id(self) -> str:
        return self.member.id


class Desk:
    """Everybody's steps, and who is away."""

    def __init__(self, run: Clockwork) -> None:
        self.run = run
        self.work = run.scenario.work
        self.seats: Mapping[str, Seat] = {
            member.id: Seat(member, place, colleague.pace)
            for place, (member, colleague) in enumerate(zip(run.roster.members, run.scenario.staff, strict=True))
        }
        self.mates = {
            seat.id: [
                mate
                for mate in self.seats.values()
                if mate is not seat and mate.member.teams.keys() & seat.member.teams
            ]
            for seat in self.seats.values()
        }
        self.held: dict[int, list[tuple[Seat, Entry]]] = {}
        self.away: dict[str, Absence] = {}
        self.acts = Acts(run, self)

    def look_who_is_away(self) -> None:
        at = self.run.at
        self.away = {
            seat.id: absence
            for seat in self.seats.values()
            for absence in seat.member.absences
            if absence.starts_at <= at < absence.ends_at
        }

    def person(self, seat: Seat) -> Person:
        return self.run.roster.people(self.run.at)[seat.place]

    def is_idle(self, seat: Seat) -> bool:
        return not seat.is_busy and self.person(seat).on_duty

    def offer(self, lead: Lead, task: TaskState) -> None:
        """A new step: to be done at once, later when it follows on one like it, or overlooked for a while."""
        at, ready = self.run.at, self.run.at
        if (task.kind == "call" and lead.tries + lead.talks) or (task.kind == "meet" and lead.refusals):
            ready += max(task.due_at - at, timedelta()) * self.work.keeps_waiting
        if lead.luck.happens(self.work.overlooks, task.rule_id or "overlooks", lead.acts):
            ready += self.work.found_after.span
        if ready > at:
            self.run.plan(ready, self.ready, lead, task.id)
        else:
            self.put(lead, task)

    def ready(self, lead: Lead, id: str) -> None:
        if task := lead.state.task(id):
            self.put(lead, task)

    def hurry(self, lead: Lead) -> None:
        """It became urgent: nothing of it waits or stays overlooked."""
        for task in lead.state.person_tasks:
            self.put(lead, task)

    def put(self, lead: Lead, task: TaskState) -> None:
        if seat := self.seats.get(task.assignee):
            heappush(seat.queue, (not lead.state.priority, task.due_at, lead.number, task.id, lead))
            if self.work.helps and not self.is_idle(seat):
                self.call_for_help(seat)
            self.call(seat)

    def call(self, seat: Seat) -> None:
        """Let them look at their desk, now or when they are back."""
        if not (seat.is_busy or seat.called):
            person = self.person(seat)
            when = self.run.at if person.on_duty else person.next_on_duty_at
            if when < NEVER:
                seat.called = True
                self.run.plan(when, self.look, seat)

    def call_for_help(self, seat: Seat) -> None:
        if mate := next((mate for mate in self.mates[seat.id] if self.is_idle(mate) and not mate.called), None):
            self.call(mate)

    def look(self, seat: Seat) -> None:
        """Begin the next step, if they are free and there is one."""
        seat.called = False
        if seat.is_busy:
            return
        if not self.person(seat).on_duty:
            self.call(seat)
        elif entry := self.first(seat):
            heappop(seat.queue)
            self.begin(seat, *entry)
        elif self.work.helps:
            self.help(seat)

    def first(self, seat: Seat) -> tuple[Lead, TaskState] | None:
        """What lies on top, once everything is gone that was withdrawn or is in somebody else's hands."""
        while seat.queue:
            *_, id, lead = entry = seat.queue[0]
            task = lead.state.task(id)
            if task and task.assignee == seat.id and not lead.in_hand:
                return lead, task
            heappop(seat.queue)
            if task and lead.in_hand:
                self.held.setdefault(lead.number, []).append((seat, entry))
        return None

    def begin(self, seat: Seat, lead: Lead, task: TaskState) -> None:
        seat.is_busy, lead.in_hand = True, seat.id
        self.acts.begin(seat, lead, task)

    def help(self, seat: Seat) -> None:
        """Take over the most urgent lead that waits for a colleague of the team who is busy or off duty."""
        waiting = [(mate.queue[0], mate) for mate in self.mates[seat.id] if not self.is_idle(mate) and self.first(mate)]
        if waiting:
            (*_, lead), _ = min(waiting, key=lambda found: found[0][:4])
            self.run.tell(lead, OwnerChosen(owner=seat.id, by=seat.id))
            self.hurry(lead)

    def until(self, seat: Seat, seconds: float, *, pauses: bool = False) -> datetime:
        """When so much work from now on is done; with `pauses` it rests while they are off duty."""
        end = self.run.at + timedelta(seconds=seconds)
        hours = seat.member.hours
        if pauses and hours and end > hours.unchanged_until(self.run.at):
            end = hours.add(self.run.at, Duration(max(1, round(seconds / 60)), "m"))
            seat.spans += hours.open_spans(self.run.at, end)
        else:
            seat.spans.append((self.run.at, end))
        return end

    def release(self, seat: Seat, lead: Lead) -> None:
        """The act is over: on to the next step; whoever waited for this lead may go on with it."""
        seat.is_busy, lead.in_hand = False, ""
        seat.done += 1
        for other, entry in self.held.pop(lead.number, ()):
            heappush(other.queue, entry)
            self.call(other)
        self.call(seat)

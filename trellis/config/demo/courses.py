"""How each story goes: what is put on the agenda for one neighbor, from their first signal to where they stand today.

Lengths are minutes of working time back from now, so that the picture is the same on a Tuesday and on a holiday.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from trellis.config.demo import ours, theirs
from trellis.config.demo.company import Company
from trellis.config.demo.milestones import HOUR, milestones, planned_ago
from trellis.config.demo.neighbors import Neighbor
from trellis.config.demo.past import Past
from trellis.config.demo.script import tell_act_by_act
from trellis.config.demo.virtual_time import VirtualTime
from trellis.intake.models import Signal
from trellis.journeys.actions import assign_journey, close_journey, park_journey
from trellis.journeys.models import Journey
from trellis.people.actions import add_tags
from trellis.steps.capture.models import Form
from trellis.team.models import User

TALKING = ("in-conversation", "qualified", "booked")
HALF_A_DAY = 4 * HOUR
NOTES = (
    "I have your request in front of me. Is this number still the best one? I call when I have the details.",
    "Just so you know where we are: we are on it. Are mornings better for you? I get back to you with a time.",
    "I checked with the crew. Does the driveway have room for a trailer? I call you before we come.",
    "Thank you for your patience. Did anything change since we spoke? I write again when the price is final.",
)
THANKS = "Thank you, that made our day. Call us any time."


@dataclass(frozen=True)
class Scene:
    """What all stories share."""

    company: Company
    past: Past
    time: VirtualTime
    random: Random
    forms: Mapping[str, Form]
    staff: dict[str, User]
    marked_at: datetime


class Story:
    """One neighbor's. `due_at` is when the step that they have planned is due."""

    def __init__(self, neighbor: Neighbor, scene: Scene, due_at: datetime | None) -> None:
        self.neighbor = neighbor
        self.scene = scene
        self.due_at = due_at
        self.journey_id: UUID | None = None
        self.since = milestones(neighbor, scene.random)
        self.planned = planned_ago(neighbor, self.since, scene.random)

    def tell(self) -> None:
        """Put everything on the agenda."""
        came_at = self.came_at()
        self.at(came_at, self.arrive)
        if self.neighbor.stands == "nobody":
            return
        if self.neighbor.acts:
            tell_act_by_act(self)
        else:
            self.tell_as_usual(came_at)
        self.end()

    def tell_as_usual(self, came_at: datetime) -> None:
        """As most go: answered, talked with, and on from stage to stage."""
        answered = self.answer(came_at)
        self.talk(answered, self.talked_until())
        for stage, act in (("qualified", self.qualify), ("booked", self.book), ("delivered", self.deliver)):
            if stage in self.since:
                self.ago(self.since[stage], act)

    def talked_until(self) -> float:
        """Until it went on, ended, or the next step was planned; in minutes back from now."""
        if self.neighbor.close or self.neighbor.rest:
            return self.since[self.neighbor.stands] * 0.7
        return self.since.get("qualified") or self.planned

    def came_at(self) -> datetime:
        neighbor, past = self.neighbor, self.scene.past
        if neighbor.just:
            return past.now - timedelta(seconds=neighbor.just)
        came_at = past.ago(self.since["came"])
        return past.evening_before(came_at, self.scene.random.randint(5, 110)) if neighbor.evening else came_at

    def arrive(self, at: datetime) -> None:
        self.journey_id = self.came_in(
            theirs.reach_out(self.neighbor, self.scene.company, self.scene.forms, at=at)
        ).journey_id
        if self.journey_id and self.neighbor.tags:
            add_tags(self.journey.contact, self.neighbor.tags, at=at, journey_id=self.journey_id)

    def came_in(self, signal: Signal) -> Signal:
        theirs.mark_sample(signal, self.neighbor, at=self.scene.marked_at)
        return signal

    def answer(self, came_at: datetime) -> datetime:
        """We call back, in vain or not; when that was done."""
        neighbor, past = self.neighbor, self.scene.past
        first = past.after(came_at, neighbor.late or self.scene.random.randint(1, 4))
        if neighbor.answered:
            first = came_at + timedelta(seconds=neighbor.answered)
        for number in range(neighbor.tries):
            self.at(past.after(first, 125 * number), lambda at: ours.try_call(self.journey, at=at))
        if neighbor.way == "call":
            self.at(past.after(first, 5), self.write_down)
        elif neighbor.call is not None:
            first = past.after(first, 125 * neighbor.tries)
            self.at(first, self.speak)
        return first

    def write_down(self, at: datetime) -> None:
        ours.do(self.journey, "note-call", note=self.neighbor.call or self.neighbor.note, at=at)
        self.note_first_answers(at)

    def speak(self, at: datetime) -> None:
        ours.speak(self.journey, note=self.neighbor.call or "", seconds=self.scene.random.randint(150, 560), at=at)
        self.note_first_answers(at)

    def note_first_answers(self, at: datetime) -> None:
        """All that we know of those who are still talking; of the others the rest comes when they qualify."""
        known = self.neighbor.known
        first = (
            known
            if "qualified" not in self.since
            else {key: known[key] for key in ("urgency", "owner") if key in known}
        )
        ours.note_answers(self.journey, first, at=at)
        ours.note_worth(self.journey, self.neighbor.worth, at=at)

    def talk(self, answered: datetime, until: float) -> None:
        """What was written, spread evenly over the time there is; we answer within the hour."""
        past, said = self.scene.past, self.neighbor.talk
        span = past.hours.elapsed(answered, past.ago(until)) / timedelta(minutes=1)
        parts = len(said) + (self.neighbor.step is not None)
        moment = answered
        for number, (who, text) in enumerate(said, 1):
            even = past.after(answered, max(number, span * number / parts))
            if who == "we" and number == 1 and self.neighbor.call is None:
                even = answered  # Our first answer was in writing.
            soon = past.after(moment, self.scene.random.randint(12, 55))
            moment = min(even, soon) if who == "we" and number > 1 else even
            self.at(moment, self.they_write(text) if who == "they" else self.we_write(text))

    def they_write(self, text: str) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            self.came_in(theirs.write(self.neighbor, text, self.scene.company, at=at))

        return act

    def we_write(self, text: str) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            ours.write(self.journey, text, channel="email" if theirs.by_email(self.neighbor) else "sms", at=at)

        return act

    def qualify(self, at: datetime) -> None:
        ours.speak(
            self.journey, note="Went through the four questions.", seconds=self.scene.random.randint(200, 700), at=at
        )
        ours.note_answers(self.journey, self.neighbor.known, at=at)

    def book(self, at: datetime) -> None:
        ours.do(self.journey, "book-visit", note="Time agreed, written confirmation is out.", at=at)

    def deliver(self, at: datetime) -> None:
        """The work is done; what follows belongs to it."""
        ours.do(self.journey, "repair", note="Done, photos are in.", at=at)
        past = self.scene.past
        self.at(
            past.after(at, 5 * HOUR), lambda at: ours.do(self.journey, "check-balance", note="Paid in full.", at=at)
        )
        self.at(
            past.after(at + timedelta(days=1), 90), lambda at: ours.do(self.journey, "cleanup", note="Spotless.", at=at)
        )
        if self.neighbor.after:
            thanked_at = past.after(at + timedelta(days=3), 50)
            self.at(thanked_at, self.they_write(self.neighbor.after))
            self.at(past.after(thanked_at, 40), self.we_write(THANKS))

    def end(self) -> None:
        """How it stands now."""
        neighbor = self.neighbor
        if neighbor.last:
            self.ago(neighbor.last_ago or self.since["came"] - HOUR, self.they_write(neighbor.last))
        if neighbor.reply:
            self.ago(neighbor.last_ago * 0.8, self.we_write(neighbor.reply))
        if neighbor.owner:
            self.at(max(self.scene.past.ago(self.planned + 3), self.came_at()), self.give_to(neighbor.owner))
        if neighbor.rest:
            self.ago(self.since[neighbor.stands] / 2, self.rest)
        elif neighbor.close:
            self.ago(self.since[neighbor.stands] / 2, self.close)
        elif self.due_at:
            self.keep_in_touch()
            self.at(max(self.scene.past.ago(self.planned), self.came_at()), self.plan)
        elif not (neighbor.stands in ("parked", "loyal") or neighbor.just or neighbor.acts):
            self.ago(self.planned * 0.9, lambda at: ours.wait(self.journey, at=at))

    def keep_in_touch(self) -> None:
        """Whoever has not heard from us for half a day does before we plan on."""
        told = self.neighbor.last or self.neighbor.acts
        if self.neighbor.stands in TALKING and not told and self.since["came"] > HALF_A_DAY:
            self.ago(self.planned + 2, self.we_write(self.scene.random.choice(NOTES)))

    def plan(self, at: datetime) -> None:
        if (step := self.neighbor.step) and self.due_at:
            ours.plan(self.journey, step, due_at=self.due_at, at=at)

    def give_to(self, name: str) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            to = self.scene.staff[name]
            if self.journey.owner != to:
                assign_journey(self.journey, owner=to, by=to, at=at)

        return act

    def rest(self, at: datetime) -> None:
        days, reason = self.neighbor.rest or (30, "")
        until = self.scene.past.hours.next_open(self.scene.past.now + timedelta(days=days))
        park_journey(self.journey, until=until, reason=reason, by=ours.owner_of(self.journey), at=at)

    def close(self, at: datetime) -> None:
        outcome, reason = self.neighbor.close or ("", "")
        close_journey(self.journey, outcome=outcome, reason=reason, by=ours.owner_of(self.journey), at=at)

    @property
    def journey(self) -> Journey:
        """As it is at this moment."""
        known = Journey.objects.select_related("playbook", "stage", "contact", "owner")
        return known.get(pk=self.journey_id or "")

    def at(self, when: datetime, act: Callable[[datetime], object]) -> None:
        self.scene.time.at(when, act)

    def ago(self, minutes: float, act: Callable[[datetime], object]) -> None:
        self.at(self.scene.past.ago(minutes), act)

"""Running a playbook's scenarios: the story is played by the engine, and every expectation is held against it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from trellis.core.business_time import Hours
from trellis.core.durations import elapse
from trellis.core.windows import DAY_NAMES
from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.effects import Close, StartJourney
from trellis.journeys.engine.state import Customer, TaskState, World
from trellis.journeys.playbook.scenario import Beat, Expectation, Given, Scenario, read_hours
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.playbook.sentences import in_words, title_of_rule
from trellis.journeys.playbook.steps import switched_on
from trellis.journeys.playbook.values import Name
from trellis.journeys.rehearsal.roster import Member, Roster
from trellis.journeys.rehearsal.walk import Walk
from trellis.journeys.telling import sentence_of

# Scenarios are played in a week without holidays or a change of the clock, wherever the business is.
ZONE = "America/Chicago"
MONDAY = datetime(2026, 6, 8, tzinfo=ZoneInfo(ZONE))
OFFICE_HOURS = "mon-fri 08:00-17:00"
NAMES = ("Alex", "Robin", "Sam", "Kim", "Jo", "Lee", "Max", "Noa", "Ray", "Ira", "Val", "Sky")
CHANNELS = {
    "form": "web",
    "call": "phone",
    "missed_call": "phone",
    "message": "sms",
    "referral": "web",
    "handed_on": "web",
}


@dataclass(frozen=True)
class Failure:
    """One expectation that was not met. `beat` is its place in the story, from 0."""

    beat: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.beat + 1} of the story: {self.sentence}"


@dataclass(frozen=True)
class Told:
    """One line of what happened: local time and words."""

    at: datetime
    words: str

    def __str__(self) -> str:
        return f"{moment_of(self.at)}  {self.words}"


@dataclass(frozen=True)
class Outcome:
    """`waits` where it is about rules whose step is switched off: with all steps on it passes."""

    scenario: str
    failures: Sequence[Failure]
    told: Sequence[Told]
    waits: bool = False

    @property
    def passed(self) -> bool:
        return not self.failures

    def __str__(self) -> str:
        """A line, and below it what was not as expected and what happened instead."""
        if self.passed:
            return f"{'waits ' if self.waits else 'passed'}  {self.scenario}"
        faults = [f"        {failure}" for failure in self.failures]
        return "\n".join([f"FAILED  {self.scenario}", *faults, *(f"          {told}" for told in self.told)])

    def as_json(self) -> dict[str, object]:
        return {
            "scenario": self.scenario,
            "passed": self.passed,
            "waits": self.waits,
            "failures": [{"beat": failure.beat, "sentence": failure.sentence} for failure in self.failures],
            "told": [{"at": told.at.isoformat(), "words": told.words} for told in self.told],
        }


def run_scenarios(playbook: Playbook) -> list[Outcome]:
    """With the steps that are on. One that needs more of them than that is played with all, and said to wait."""
    running = switched_on(playbook)
    return [outcome_of(playbook, running, scenario) for scenario in playbook.scenarios]


def outcome_of(playbook: Playbook, running: Playbook, scenario: Scenario) -> Outcome:
    outcome = run_scenario(running, scenario)
    if outcome.passed or running is playbook:
        return outcome
    whole = run_scenario(playbook, scenario)
    return replace(whole, waits=True) if whole.passed else outcome


def run_scenario(playbook: Playbook, scenario: Scenario) -> Outcome:
    play = Play(playbook, scenario.given)
    failures = []
    for place, beat in enumerate(scenario.story):
        if fault := play.beat(beat):
            failures.append(Failure(place, fault))
    return Outcome(scenario.scenario, failures, told_of(play.walk))


def default_roster(playbook: Playbook, hours: Hours) -> Roster:
    """Two people in each team that the playbook names, and a manager, who all keep these hours."""
    teams = dict.fromkeys(stage.owner.team for stage in playbook.stages.values())
    names = cycle(NAMES)
    members = [Member(id="manager", name="Morgan Manager", role="manager", hours=hours)]
    for team in teams:
        for place in range(2):
            name = f"{next(names)} of {team.replace('-', ' ')}"
            members.append(Member(id=f"{team}/{place}", name=name, role="sales", teams={team: place}, hours=hours))
    return Roster(members, hours)


@dataclass
class Play:
    """A scenario under way."""

    playbook: Playbook
    given: Given
    walk: Walk = field(init=False)
    happened_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        given = self.given
        hours = Hours(self.playbook.calendar, ZONE, given.hours or read_hours(OFFICE_HOURS))
        name = given.name or ("Dana Reyes" if given.signal != "missed_call" else "")
        customer = Customer(
            name=name or "(555) 010-0142",
            first_name=name.split(" ")[0],
            reachable=frozenset(given.reachable),
            last_channel=CHANNELS[given.signal],
            time_zone=ZONE,
        )
        start = next_moment(MONDAY - timedelta(minutes=1), given.at)
        self.walk = Walk(self.playbook, default_roster(self.playbook, hours), customer, start)
        self.tell(captured(given.signal, dict(given.answers)))

    def tell(self, fact: Fact) -> None:
        self.happened_at = self.walk.at
        self.walk.tell(fact)

    def beat(self, beat: Beat) -> str:
        """Let it happen; or what is wrong with it, in a sentence."""
        if beat.expect is not None:
            return self.unmet(beat.expect)
        if beat.after is not None:
            self.walk.until(elapse(self.walk.at, beat.after, ZONE))
        if beat.at is not None:
            self.walk.until(next_moment(self.walk.at, beat.at))
        return self.happen(beat)

    def happen(self, beat: Beat) -> str:
        owner = self.walk.state.owner
        if beat.customer == "no_show":
            return self.miss_meeting(owner)
        if beat.customer is not None:
            self.tell(self.customer_does(beat.customer))
        elif beat.we is not None:
            self.tell(we_do(beat.we, owner, self.walk.customer.last_channel))
        elif beat.move is not None:
            self.tell(facts.StageChosen(stage=beat.move, by=owner))
        elif beat.done is not None:
            task = self.walk.task_of(beat.done)
            if task is None:
                step = title_of_rule(self.playbook, beat.done)
                return f"the step “{step}” cannot be done: it is not on the list ({self.steps()})"
            self.tell(facts.TaskDone(task_id=task.id, title=task.title, by=owner))
        for question, answer in (beat.answers or {}).items():
            self.tell(facts.AnswerGiven(question=question, answer=answer))
        return ""

    def miss_meeting(self, owner: str) -> str:
        meeting = next((task for task in self.walk.state.person_tasks if task.kind == "meet"), None)
        if meeting is None:
            return f"they cannot miss a meeting: none is on the list ({self.steps()})"
        self.tell(facts.MeetingMissed(task_id=meeting.id, title=meeting.title, by=owner))
        return ""

    def customer_does(self, what: str) -> Fact:
        if what == "message":
            return facts.MessageReceived(message_id="m", channel=self.channel(), text="Yes please")
        if what == "missed_call":
            return facts.CallMissed(call_id="c")
        if what == "opts_out":
            return facts.ConsentWithdrawn(channel=self.channel())
        return captured(what, {})

    def channel(self) -> str:
        return "email" if "sms" not in self.walk.customer.reachable else "sms"

    def unmet(self, wanted: Expectation) -> str:
        name, value = next(
            (name, value) for name, value in wanted if value is not None and name not in ("within", "due")
        )
        return CHECKS[name](self, value, wanted)

    def sent(self, message: Name, wanted: Expectation) -> str:
        """Time passes only as far as it must."""
        if wanted.within and not self.sent_since(message, self.happened_at):
            self.walk.until(max(self.walk.at, elapse(self.happened_at, wanted.within, ZONE)))
        if self.sent_since(message, self.happened_at if wanted.within else None):
            return ""
        return f"“{self.title_of(message)}” was not sent{f' within {wanted.within.in_words}' if wanted.within else ''}"

    def sent_since(self, message: Name, since: datetime | None) -> bool:
        return any(effect.message == message and (not since or at >= since) for at, effect in self.walk.sent())

    def not_sent(self, message: Name, wanted: Expectation) -> str:
        times = [at for at, effect in self.walk.sent() if effect.message == message]
        return f"“{self.title_of(message)}” was sent {moment_of(times[0])}" if times else ""

    def title_of(self, message: Name) -> str:
        return self.playbook.messages[message].title

    def step(self, rule: Name, wanted: Expectation) -> str:
        task = self.walk.task_of(rule)
        if task is None:
            return f"the step “{title_of_rule(self.playbook, rule)}” is not on the list: {self.steps()}"
        if wanted.due and moment_of(task.due_at) != wanted.due:
            return f"“{task.title}” is due {moment_of(task.due_at)}, not {wanted.due}"
        return ""

    def no_step(self, rule: Name, wanted: Expectation) -> str:
        task = self.walk.task_of(rule)
        return f"“{task.title}” is still on the list, due {moment_of(task.due_at)}" if task else ""

    def stage(self, stage: Name, wanted: Expectation) -> str:
        here = self.walk.state.stage
        if here == stage:
            return ""
        titles = [self.playbook.stages[key].title for key in (here, stage)]
        return f"it stands in {titles[0]}, not in {titles[1]}"

    def status(self, status: Name, wanted: Expectation) -> str:
        ended = [effect.outcome for step in self.walk.steps for effect in step.effects if isinstance(effect, Close)]
        here = ended[-1] if self.walk.state.status == "closed" and ended else self.walk.state.status
        return f"it is {here}, not {status}" if here != status else ""

    def priority(self, priority: bool, wanted: Expectation) -> str:
        if self.walk.state.priority == priority:
            return ""
        return "it is no priority" if priority else "it is a priority"

    def owner_in(self, team: Name, wanted: Expectation) -> str:
        owner = next(member for member in self.walk.roster.members if member.id == self.walk.state.owner)
        return f"{owner.name} has it, who is not in {in_words(team)}" if team not in owner.teams else ""

    def starts(self, playbook: Name, wanted: Expectation) -> str:
        begun = {
            effect.playbook for step in self.walk.steps for effect in step.effects if isinstance(effect, StartJourney)
        }
        return "" if playbook in begun else f"{in_words(playbook)} has not begun"

    def steps(self) -> str:
        people: list[TaskState] = sorted(self.walk.state.person_tasks, key=lambda task: task.due_at)
        return ", ".join(f"“{task.title}” due {moment_of(task.due_at)}" for task in people) or "it is empty"


CHECKS: dict[str, Callable[[Play, Any, Expectation], str]] = {
    "sent": Play.sent,
    "not_sent": Play.not_sent,
    "step": Play.step,
    "no_step": Play.no_step,
    "stage": Play.stage,
    "status": Play.status,
    "priority": Play.priority,
    "owner_in": Play.owner_in,
    "starts": Play.starts,
}


def captured(kind: str, answers: dict[str, str]) -> Fact:
    if kind == "handed_on":
        return facts.JourneyFollowed(title="The journey before")
    return facts.SignalCaptured(signal_id="s", kind=kind, channel=CHANNELS[kind], answers=answers)


def we_do(what: str, by: str, channel: str) -> Fact:
    if what == "reply":
        return facts.MessageHandedOver(message_id="m", channel="sms" if channel == "phone" else channel, by=by)
    if what == "call":
        return facts.CallAnswered(call_id="c", direction="out", by=by)
    return facts.CallTried(call_id="c", outcome="no_answer", by=by)


def next_moment(at: datetime, moment: str) -> datetime:
    """The first such day and time of the business's clock after `at`: "sat 21:40"."""
    day, _, clock = moment.partition(" ")
    local = at.astimezone(ZoneInfo(ZONE))
    ahead = (DAY_NAMES.index(day) - local.weekday()) % 7
    found = datetime.combine(local.date() + timedelta(days=ahead), time.fromisoformat(clock), ZoneInfo(ZONE))
    return (found if found > local else found + timedelta(days=7)).astimezone(UTC)


def moment_of(at: datetime) -> str:
    local = at.astimezone(ZoneInfo(ZONE))
    return f"{DAY_NAMES[local.weekday()]} {local:%H:%M}"


def told_of(walk: Walk) -> list[Told]:
    """What happened, as far as a person would notice, in the sentences that "why" has for it."""
    world = walk.roster.world(walk.customer, walk.at)
    lines = []
    for step in walk.steps:
        if not is_of_the_machine(step.fact):
            lines.append(Told(step.at, words_of(step.fact, world)))
        said = (sentence_of(effect, walk.playbook, world) for effect in step.effects)
        lines += [Told(step.at, sentence) for sentence in said if sentence]
    return lines


def is_of_the_machine(fact: Fact) -> bool:
    return isinstance(fact, facts.TaskDue) or (isinstance(fact, facts.MessageHandedOver) and not fact.by)


def words_of(fact: Fact, world: World) -> str:
    person = world.person(getattr(fact, "by", ""))
    actor = world.customer.name if fact.from_customer or person is None else person.first_name
    return fact.label.format(**fact.payload() | {"actor": actor})

"""The engine alone: decisions a second, without a database."""

import time
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from bench.figures import Figure
from bench.moment import NOW, WEEK
from trellis.core.business_time import Hours
from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.decide import decide
from trellis.journeys.engine.state import Customer, Person, State, World
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.publish import pack

SECONDS = 3.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Stories of eight facts, from a first form to the delivery, decided over and over."""
    playbook, world = load_playbook(pack("storm-and-repair")), a_world()
    seconds, done = 1.0 if quick else SECONDS, 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        state = State()
        for minutes, fact in enumerate(STORY):
            at = NOW + timedelta(minutes=minutes)
            for effect in decide(playbook, state, point_at_step(fact, state), world, at):
                state = effect.on(state)
            done += 1
    yield Figure("decisions", done / (time.perf_counter() - began), f"{len(STORY)} facts a story, one process")


def a_world() -> World:
    people = tuple(
        Person(
            id=str(number),
            name=f"Person {number}",
            role="sales" if number else "admin",
            teams={"front-desk": number, "estimators": number, "crew": number},
            on_duty=True,
            next_on_duty_at=NOW,
        )
        for number in range(5)
    )
    customer = Customer(
        name="Renee Castillo", first_name="Renee", reachable=frozenset({"email", "sms"}), time_zone="America/Chicago"
    )
    return World(people=people, hours=Hours.read("office", str(ZoneInfo("America/Chicago")), WEEK), customer=customer)


ANSWERS = {"urgency": "yes", "address": "31 Prince Street", "owner": "yes", "insurance": "no"}
STORY: tuple[Fact, ...] = (
    facts.SignalCaptured(
        signal_id="1", kind="form", channel="web", words="A limb came down", answers={"urgency": "yes"}
    ),
    facts.MessageHandedOver(message_id="1", channel="email", rule_id="ack"),
    facts.CallTried(call_id="1", outcome="voicemail", by="1"),
    facts.MessageReceived(message_id="2", channel="sms", text="Yes please call"),
    facts.CallAnswered(call_id="2", direction="out", by="1", seconds=300),
    facts.SignalCaptured(signal_id="2", kind="form", channel="web", answers=ANSWERS),
    facts.TaskDone(task_id="", title="Agree a time", by="1"),
    facts.TaskDone(task_id="", title="Do the work", by="1"),
)


def point_at_step(fact: Fact, state: State) -> Fact:
    """Whoever did a step did the one that moves the journey on."""
    if not isinstance(fact, facts.TaskDone):
        return fact
    task = next((task.id for task in state.tasks if task.rule_id in ("book-visit", "repair")), "")
    return facts.TaskDone(task_id=task, title=fact.title, by=fact.by)

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
from trellis.journeys.engine.decide import play
from trellis.journeys.engine.state import Customer, Person, State, World
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.publish import pack

SECONDS = 3.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """One story, from a first form to the day after the delivery, decided over and over."""
    playbook, world = load_playbook(pack("storm-and-repair")), a_world()
    seconds, done = 1.0 if quick else SECONDS, 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        state = State()
        for minutes, fact in enumerate(STORY):
            at = NOW + timedelta(minutes=minutes)
            state = play(playbook, state, point_at_task(fact, state), world, at).state
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


HANDED_OVER = facts.MessageHandedOver(message_id="1", channel="email", rule_id="ack")
DELIVERED = facts.MessageDelivered(message_id="1")
STORY: tuple[Fact, ...] = (
    facts.SignalCaptured(signal_id="1", kind="form", channel="web", words="A limb came down"),
    HANDED_OVER,
    DELIVERED,
    facts.CallTried(call_id="1", outcome="voicemail", by="1"),
    facts.TaskDue(task_id="again"),
    facts.TaskDue(task_id="nudge"),
    HANDED_OVER,
    DELIVERED,
    facts.MessageReceived(message_id="2", channel="sms", text="Yes please call"),
    facts.MessageHandedOver(message_id="3", channel="sms", by="1"),
    facts.CallAnswered(call_id="2", direction="out", by="1", seconds=300),
    facts.AnswerGiven(question="urgency", answer="yes"),
    facts.AnswerGiven(question="address", answer="31 Prince Street"),
    facts.AnswerGiven(question="insurance", answer="no"),
    facts.AnswerGiven(question="owner", answer="yes"),
    HANDED_OVER,
    facts.TaskDone(task_id="book-visit", by="1"),
    HANDED_OVER,
    facts.TaskDone(task_id="repair", by="1"),
    facts.TaskDue(task_id="cleanup"),
)


def point_at_task(fact: Fact, state: State) -> Fact:
    """A fact of the story names the task by its rule; the engine knows it by its id."""
    if not isinstance(fact, facts.TaskDone | facts.TaskDue):
        return fact
    task = next((task for task in state.tasks if task.rule_id == fact.task_id), None)
    return type(fact)(task_id=task.id, title=task.title) if task else fact
